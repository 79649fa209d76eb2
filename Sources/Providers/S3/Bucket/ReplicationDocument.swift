import CooperModel
import CooperProvider

/// Decodes one rule of either form.
struct ReplicationReader {
  let fields: FieldReader

  func rule(_ element: XMLElement) throws(CallFailure) -> ReplicationRule {
    var rule = ReplicationRule()
    rule.enabled = try isEnabled(element)
    rule.priority = try fields.integer(element, "Priority").map { Int($0) }
    if let filter = element.child("Filter") {
      let objects = ObjectFilter(filter)
      rule.prefix = objects.prefix
      rule.tags = objects.tags
      rule.deleteMarkers = try switchOf(element, "DeleteMarkerReplication") == true ? .replicate : .ignore
    } else {
      rule.prefix = element.text("Prefix")
      rule.deleteMarkers = .replicate
    }
    rule.existingObjects = try switchOf(element, "ExistingObjectReplication")
    if let criteria = element.child("SourceSelectionCriteria") {
      rule.encryptedObjects = try switchOf(criteria, "SseKmsEncryptedObjects")
      rule.replicaModifications = try switchOf(criteria, "ReplicaModifications")
    }
    if let place = element.child("Destination") { rule.destination = try destination(place) }
    return rule
  }

  private func destination(_ element: XMLElement) throws(CallFailure) -> ReplicationDestination {
    var place = ReplicationDestination()
    place.bucket = element.text("Bucket").map(BucketARN.name) ?? ""
    place.account = set(element.text("Account"))
    place.storageClass = set(element.text("StorageClass"))
    place.kmsKey = set(element.child("EncryptionConfiguration")?.text("ReplicaKmsKeyID"))
    if element.child("AccessControlTranslation")?.text("Owner") == "Destination" { place.owner = .destination }
    place.timeControl = try switchOf(element, "ReplicationTime")
    place.metrics = try switchOf(element, "Metrics")
    return place
  }

  private func set(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }

  /// The `Status` of a child; nil without the child.
  private func switchOf(_ element: XMLElement, _ name: StaticString) throws(CallFailure) -> Bool? {
    guard let child = element.child(name) else { return nil }
    return try isEnabled(child)
  }

  private func isEnabled(_ element: XMLElement) throws(CallFailure) -> Bool? {
    try fields.word(element, "Status") { text in
      switch text {
      case "Enabled": true
      case "Disabled": false
      default: nil as Bool?
      }
    }
  }
}

/// Writes the document; every rule has an id, a priority, a filter and says what becomes of deletions.
struct ReplicationWriter {
  let role: String
  let rules: [String: ReplicationRule]
  let target: Target

  /// Minutes within which time control copies; the only value there is (S3 API Reference, ReplicationTimeValue).
  private static let minutes = 15

  var document: [UInt8] {
    XMLWriter.document("ReplicationConfiguration") { writer in
      writer.element("Role", role)
      for (id, rule) in rules.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
        writer.element("Rule") { write(id, rule, &$0) }
      }
    }
  }

  private func write(_ id: String, _ rule: ReplicationRule, _ writer: inout XMLWriter) {
    writer.element("ID", id)
    if let priority = rule.priority { writer.element("Priority", priority) }
    // Must be there even without a condition: it is what makes the rule one of the second form.
    ObjectFilter(prefix: rule.prefix, tags: rule.tags).write(&writer)
    writer.element("Status", Self.word(rule.enabled ?? true))
    if rule.encryptedObjects == true || rule.replicaModifications == true {
      writer.element("SourceSelectionCriteria") {
        if let encrypted = rule.encryptedObjects { Self.status("SseKmsEncryptedObjects", encrypted, &$0) }
        if let modified = rule.replicaModifications { Self.status("ReplicaModifications", modified, &$0) }
      }
    }
    if let existing = rule.existingObjects { Self.status("ExistingObjectReplication", existing, &writer) }
    writer.element("Destination") { write(rule.destination, &$0) }
    Self.status("DeleteMarkerReplication", rule.deleteMarkers == .replicate, &writer)
  }

  private func write(_ place: ReplicationDestination, _ writer: inout XMLWriter) {
    writer.element("Bucket", target.bucketARN(of: place.bucket))
    if let account = place.account { writer.element("Account", account) }
    if let storageClass = place.storageClass { writer.element("StorageClass", storageClass) }
    if place.owner == .destination {
      writer.element("AccessControlTranslation") { $0.element("Owner", "Destination") }
    }
    if let key = place.kmsKey { writer.element("EncryptionConfiguration") { $0.element("ReplicaKmsKeyID", key) } }
    if place.timeControl == true {
      writer.element("ReplicationTime") {
        $0.element("Status", Self.word(true))
        $0.element("Time") { $0.element("Minutes", Self.minutes) }
      }
    }
    if place.metrics == true {
      writer.element("Metrics") {
        $0.element("Status", Self.word(true))
        if place.timeControl == true { $0.element("EventThreshold") { $0.element("Minutes", Self.minutes) } }
      }
    }
  }

  private static func word(_ isOn: Bool) -> String { isOn ? "Enabled" : "Disabled" }

  private static func status(_ name: StaticString, _ isOn: Bool, _ writer: inout XMLWriter) {
    writer.element(name) { $0.element("Status", word(isOn)) }
  }
}
