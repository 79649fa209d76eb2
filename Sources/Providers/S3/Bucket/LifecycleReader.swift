import CooperModel
import CooperProvider
import CooperSchema

/// Decodes the rules of a lifecycle document, whichever of its spellings a store uses.
struct LifecycleReader {
  let fields: FieldReader
  var rules: Lifecycle = [:]

  /// Days that fit a signed 32-bit number, which is what S3 documents for all of them.
  private static let longest: ClosedRange<Int64> = 0...Int64(Int32.max)
  /// Dates before this are what some stores write for "none", e.g. 0001-01-01.
  private static let firstDate = Instant(epochSeconds: 0)

  init(fields: FieldReader) { self.fields = fields }

  mutating func read(_ root: XMLElement) throws(CallFailure) {
    for (index, element) in root.children("Rule").enumerated() {
      let rule = try rule(element)
      rules[key(element.text("ID") ?? "", index)] = rule
    }
  }

  /// The id, or for rules without one (others may write such, emulators keep them) the place in the document.
  private func key(_ id: String, _ index: Int) -> String {
    let base = id.isEmpty ? "unnamed-\(index + 1)" : id
    return rules[base] == nil ? base : "\(base)#\(index + 1)"
  }

  private func rule(_ element: XMLElement) throws(CallFailure) -> LifecycleRule {
    var rule = LifecycleRule()
    rule.enabled = try fields.word(element, "Status") { text in
      switch text {
      case "Enabled": true
      case "Disabled": false
      default: nil as Bool?
      }
    }
    try scope(element, &rule)
    rule.expiration = try element.child("Expiration").flatMapOrThrow(expiration)
    rule.noncurrentExpiration = try element.child("NoncurrentVersionExpiration").flatMapOrThrow(noncurrentExpiration)
    var transitions: [LifecycleTransition] = []
    for child in element.children("Transition") where child.text("StorageClass")?.isEmpty == false {
      transitions.append(try transition(child))
    }
    rule.transitions = transitions
    var noncurrent: [NoncurrentTransition] = []
    for child in element.children("NoncurrentVersionTransition") where child.text("StorageClass")?.isEmpty == false {
      noncurrent.append(try noncurrentTransition(child))
    }
    rule.noncurrentTransitions = noncurrent
    if let abort = element.child("AbortIncompleteMultipartUpload") {
      rule.abortMultipartAfter = try days(abort, "DaysAfterInitiation")
    }
    return rule
  }

  /// Four spellings of "all objects" and the old top-level prefix end in the same fields.
  private func scope(_ element: XMLElement, _ rule: inout LifecycleRule) throws(CallFailure) {
    guard let filter = element.child("Filter") else {
      rule.prefix = element.text("Prefix")
      return
    }
    // Ceph 16 writes the prefix beside the `And` that holds the tags: conditions are taken wherever they stand.
    let places = [filter.child("And"), filter].compactMap { $0 }
    rule.prefix = places.lazy.compactMap { $0.text("Prefix") }.first ?? element.text("Prefix")
    var tags: Tags = [:]
    for place in places.reversed() {
      let above = try fields.integer(place, "ObjectSizeGreaterThan")
      let below = try fields.integer(place, "ObjectSizeLessThan")
      rule.sizeGreaterThan = above.map { ByteSize(bytes: $0) } ?? rule.sizeGreaterThan
      rule.sizeLessThan = below.map { ByteSize(bytes: $0) } ?? rule.sizeLessThan
      for tag in place.children("Tag") { tags[tag.text("Key") ?? ""] = tag.text("Value") ?? "" }
    }
    rule.tags = tags
  }

  private func expiration(_ element: XMLElement) throws(CallFailure) -> LifecycleExpiration? {
    var expiration = LifecycleExpiration()
    expiration.after = try days(element, "Days")
    expiration.date = try date(element)
    expiration.expiredObjectDeleteMarker = try fields.flag(element, "ExpiredObjectDeleteMarker")
    // Zero days next to another form is a store's way to write "none".
    let hasOther = expiration.date != nil || expiration.expiredObjectDeleteMarker == true
    if hasOther, expiration.after == .days(0) { expiration.after = nil }
    return expiration
  }

  private func noncurrentExpiration(_ element: XMLElement) throws(CallFailure) -> NoncurrentExpiration? {
    let after = try days(element, "NoncurrentDays")
    let keep = try fields.integer(element, "NewerNoncurrentVersions").flatMap { $0 == 0 ? nil : Int($0) }
    if after == nil, keep == nil { return nil }
    return NoncurrentExpiration(after: after ?? .days(0), keep: keep)
  }

  private func transition(_ element: XMLElement) throws(CallFailure) -> LifecycleTransition {
    let date = try date(element)
    let after = try days(element, "Days")
    return LifecycleTransition(
      to: element.text("StorageClass") ?? "", after: date == nil ? after ?? .days(0) : nil, date: date)
  }

  private func noncurrentTransition(_ element: XMLElement) throws(CallFailure) -> NoncurrentTransition {
    NoncurrentTransition(
      to: element.text("StorageClass") ?? "", after: try days(element, "NoncurrentDays") ?? .days(0),
      keep: try fields.integer(element, "NewerNoncurrentVersions").flatMap { $0 == 0 ? nil : Int($0) })
  }

  private func days(_ element: XMLElement, _ name: StaticString) throws(CallFailure) -> TimeSpan? {
    guard let days = try fields.integer(element, name) else { return nil }
    guard Self.longest.contains(days) else {
      throw CallFailure(
        .protocolBroken, code: "UnreadableValue", "\(element.name) holds a number of days out of bounds",
        call: fields.call.line)
    }
    return .days(days)
  }

  /// Reads come back with milliseconds; instants are compared, not texts.
  private func date(_ element: XMLElement) throws(CallFailure) -> Instant? {
    // A year outside 1970... is no date anybody set.
    let date = try fields.word(element, "Date") { Instant($0) }
    return date.flatMap { $0 < Self.firstDate ? nil : $0 }
  }
}

extension Optional {
  /// `flatMap` that keeps the error's type.
  fileprivate func flatMapOrThrow<T, E: Error>(_ transform: (Wrapped) throws(E) -> T?) throws(E) -> T? {
    guard let self else { return nil }
    return try transform(self)
  }
}
