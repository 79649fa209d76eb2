import CooperModel
import CooperSchema

/// Writes a lifecycle document in the one spelling that all stores take: every rule with an id and a filter.
struct LifecycleWriter {
  let rules: Lifecycle
  /// Rules whose filter has Ceph's `ArchiveZone`, an extension that Cooper does not manage and keeps.
  ///
  /// Other extensions are left behind on purpose: Wasabi's MOVE and force_delete rename and delete.
  private var archiveZone: Set<String> = []

  init(rules: Lifecycle) { self.rules = rules }

  mutating func carry(from root: XMLElement) {
    for rule in root.children("Rule") {
      guard let id = rule.text("ID"), let filter = rule.child("Filter") else { continue }
      if filter.child("ArchiveZone") != nil || filter.child("And")?.child("ArchiveZone") != nil {
        archiveZone.insert(id)
      }
    }
  }

  /// Sorted by id, so that equal rules are equal bytes.
  var document: [UInt8] {
    XMLWriter.document("LifecycleConfiguration") { writer in
      for (id, rule) in rules.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
        writer.element("Rule") { write(id, rule, &$0) }
      }
    }
  }

  private func write(_ id: String, _ rule: LifecycleRule, _ writer: inout XMLWriter) {
    writer.element("ID", id)
    writer.element("Filter") { filter(id, rule, &$0) }
    writer.element("Status", rule.enabled == false ? "Disabled" : "Enabled")
    if let expiration = rule.expiration { write(expiration, &writer) }
    for transition in rule.transitions ?? [] {
      writer.element("Transition") {
        if let after = transition.after { $0.element("Days", Self.days(after)) }
        if let date = transition.date { $0.element("Date", date.text) }
        $0.element("StorageClass", transition.to)
      }
    }
    for transition in rule.noncurrentTransitions ?? [] {
      writer.element("NoncurrentVersionTransition") {
        $0.element("NoncurrentDays", Self.days(transition.after))
        if let keep = transition.keep { $0.element("NewerNoncurrentVersions", keep) }
        $0.element("StorageClass", transition.to)
      }
    }
    if let noncurrent = rule.noncurrentExpiration {
      writer.element("NoncurrentVersionExpiration") {
        $0.element("NoncurrentDays", Self.days(noncurrent.after))
        if let keep = noncurrent.keep { $0.element("NewerNoncurrentVersions", keep) }
      }
    }
    if let after = rule.abortMultipartAfter {
      writer.element("AbortIncompleteMultipartUpload") { $0.element("DaysAfterInitiation", Self.days(after)) }
    }
  }

  private func write(_ expiration: LifecycleExpiration, _ writer: inout XMLWriter) {
    writer.element("Expiration") {
      if let after = expiration.after { $0.element("Days", Self.days(after)) }
      if let date = expiration.date { $0.element("Date", date.text) }
      if let marker = expiration.expiredObjectDeleteMarker { $0.element("ExpiredObjectDeleteMarker", marker) }
    }
  }

  /// `And` only around two or more conditions; none at all is an empty prefix, which every store takes.
  private func filter(_ id: String, _ rule: LifecycleRule, _ writer: inout XMLWriter) {
    let tags = (rule.tags ?? [:]).sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    let isArchive = archiveZone.contains(id)
    let conditions =
      (rule.prefix == nil ? 0 : 1) + tags.count + (rule.sizeGreaterThan == nil ? 0 : 1)
      + (rule.sizeLessThan == nil ? 0 : 1) + (isArchive ? 1 : 0)
    func write(_ writer: inout XMLWriter) {
      if conditions == 0 { writer.element("Prefix", "") }
      if let prefix = rule.prefix { writer.element("Prefix", prefix) }
      for tag in tags {
        writer.element("Tag") {
          $0.element("Key", tag.key)
          $0.element("Value", tag.value)
        }
      }
      if let size = rule.sizeGreaterThan { writer.element("ObjectSizeGreaterThan", size.bytes) }
      if let size = rule.sizeLessThan { writer.element("ObjectSizeLessThan", size.bytes) }
      if isArchive { writer.empty("ArchiveZone") }
    }
    if conditions > 1 { writer.element("And") { write(&$0) } } else { write(&writer) }
  }

  /// Whole days; validation has refused everything else.
  private static func days(_ span: TimeSpan) -> Int64 { span.seconds / 86_400 }
}
