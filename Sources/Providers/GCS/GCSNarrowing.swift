internal import CooperModel
internal import CooperSchema

/// What shared facets may not say on Google Cloud Storage.
enum GCSNarrowing {
  static func problems(_ facet: String, _ value: Value) -> [FacetProblem] {
    switch facet {
    case "tags": labels(value)
    case "publicAccess": publicAccess(value)
    case "encryption": encryption(value)
    case "lifecycle": (value.map ?? ValueMap()).flatMap { rule($0.value, id: $0.key) }
    case "logging": only(value, fields: ["bucket", "prefix"], of: "logging")
    case "website": only(value, fields: ["index", "error"], of: "website")
    default: []
    }
  }

  /// Turbo replication is one of dual-regions (Cloud Storage documentation, "Data availability and durability"): a region,
  /// whose name has a hyphen, has one place only, and multi-regions have the standard one.
  static func problems(_ facet: String, _ value: Value, in region: String?) -> [FacetProblem] {
    guard facet == "rpo", value.string == RecoveryPoint.asyncTurbo.rawValue, let region,
      region.contains("-") || ["US", "EU", "ASIA"].contains(region.uppercased())
    else { return [] }
    let what = region.contains("-") ? "one region" : "a multi-region"
    return [
      FacetProblem(
        path: [], code: "GCS0113",
        message: "turbo replication is for buckets in dual-regions, and \(region) is \(what)",
        fix: "region: EUR4, NAM4 or ASIA1, or take rpo out")
    ]
  }

  // MARK: Labels

  /// Labels per bucket (Cloud Storage documentation, bucket labels).
  private static let labelLimit = 64
  /// Characters in a key and in a value.
  private static let labelLength = 63

  private static func labels(_ value: Value) -> [FacetProblem] {
    guard let map = value.map else { return [] }
    var found: [FacetProblem] = []
    for pair in map {
      if let text = pair.value.string, !isLabel(text) { found.append(.labelValue(pair.key, text)) }
      if pair.key.hasPrefix(GCSLabels.reservedPrefix) { found.append(.reservedLabel(pair.key)) }
      if !isLabel(pair.key) || pair.key.unicodeScalars.first.map({ !isLetter($0) }) ?? true {
        found.append(.labelKey(pair.key))
      }
    }
    if map.count > labelLimit { found.append(.tooManyLabels(map.count)) }
    return found
  }

  /// Lower-case letters of any script, digits, hyphens and underscores.
  private static func isLabel(_ text: String) -> Bool {
    text.unicodeScalars.count <= labelLength
      && text.unicodeScalars.allSatisfy { isLetter($0) || ("0"..."9").contains($0) || $0 == "-" || $0 == "_" }
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic && !scalar.properties.isUppercase
  }

  // MARK: The rest

  private static func publicAccess(_ value: Value) -> [FacetProblem] {
    guard value.map != nil else { return [] }
    return [
      FacetProblem(
        path: [], code: "GCS0102",
        message: "Google blocks public access as a whole; the four flags are those of S3", fix: "publicAccess: blocked")
    ]
  }

  /// Fields that S3 has more of.
  private static func only(_ value: Value, fields: Set<String>, of facet: String) -> [FacetProblem] {
    (value.map ?? ValueMap()).compactMap { pair in
      guard !fields.contains(pair.key), pair.value != .null else { return nil }
      return FacetProblem(
        path: [pair.key], code: "GCS0109", message: "\(facet) on Google Cloud Storage has no \(pair.key)",
        fix: "take \(pair.key) out")
    }
  }

  /// Google encrypts everything; what can be chosen is the key of Cloud KMS.
  private static func encryption(_ value: Value) -> [FacetProblem] {
    guard let map = value.map, !map.isEmpty else { return [] }
    var found: [FacetProblem] = []
    for field in ["algorithm", "bucketKey", "blockedEncryptionTypes"] where map[field] != nil {
      found.append(
        FacetProblem(
          path: [field], code: "GCS0103", message: "Google always encrypts by AES-256; \(field) is a thing of S3",
          fix: "encryption: { kmsKey: projects/…/locations/…/keyRings/…/cryptoKeys/… }   or null"))
    }
    if let key = map["kmsKey"]?.string, !isKeyName(key) {
      found.append(
        FacetProblem(
          path: ["kmsKey"], code: "GCS0104", message: "\(key) is not the full name of a key of Cloud KMS",
          fix: "kmsKey: projects/P/locations/L/keyRings/R/cryptoKeys/K"))
    }
    return found
  }

  private static func isKeyName(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 8 && parts[0] == "projects" && parts[2] == "locations" && parts[4] == "keyRings"
      && parts[6] == "cryptoKeys" && parts.allSatisfy { !$0.isEmpty }
  }

  private static let classes: Set<String> = ["STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE"]

  /// Conditions and actions of the Cloud Storage documentation, object lifecycle management.
  private static func rule(_ rule: Value, id: String) -> [FacetProblem] {
    var found: [FacetProblem] = []
    for field in ["tags", "sizeGreaterThan", "sizeLessThan"] where rule[field].map({ $0 != .null }) ?? false {
      found.append(
        FacetProblem(
          path: [id, field], code: "GCS0105", message: "a lifecycle rule of Google Cloud Storage has no \(field)",
          fix: "use a prefix"))
    }
    if rule["expiration"]?["expiredObjectDeleteMarker"]?.bool == true {
      found.append(
        FacetProblem(
          path: [id, "expiration", "expiredObjectDeleteMarker"], code: "GCS0106",
          message: "Google Cloud Storage has no delete markers", fix: "take it out for this connection"))
    }
    found += without(rule, id)
    for field in ["transitions", "noncurrentTransitions"] {
      for (index, transition) in (rule[field]?.list ?? []).enumerated() {
        guard let name = transition["to"]?.string, !classes.contains(name) else { continue }
        found.append(
          FacetProblem(
            path: [id, field, String(index), "to"], code: "GCS0107",
            message: "\(name) is no storage class of Google; there are \(classes.sorted().joined(separator: ", "))",
            fix: "COLDLINE"))
      }
    }
    return found
  }
}

extension GCSNarrowing {
  /// Rules that are off, and dates, which Google has not: its createdBefore is about when an object was made.
  private static func without(_ rule: Value, _ id: String) -> [FacetProblem] {
    var found: [FacetProblem] = []
    if rule["enabled"]?.bool == false {
      found.append(
        FacetProblem(
          path: [id, "enabled"], code: "GCS0110", message: "Google Cloud Storage has no rules that are off",
          fix: "take the rule out for this connection"))
    }
    var dates = [([id, "expiration", "date"], rule["expiration"]?["date"])]
    for (index, transition) in (rule["transitions"]?.list ?? []).enumerated() {
      dates.append(([id, "transitions", String(index), "date"], transition["date"]))
    }
    for (path, date) in dates where date.map({ $0 != .null }) ?? false {
      found.append(
        FacetProblem(
          path: path, code: "GCS0111", message: "a lifecycle rule of Google Cloud Storage does nothing on a date",
          fix: "after: 30d, or conditions: { createdBefore: … } for what was made before a date"))
    }
    return found
  }
}

extension FacetProblem {
  fileprivate static func labelKey(_ key: String) -> FacetProblem {
    let lower = key.lowercased()
    return .init(
      path: [key], code: "GCS0101",
      message: "\"\(key)\" can't be a label on Google Cloud Storage: keys are 1 to 63 lower-case letters, digits, "
        + "hyphens and underscores, a letter first",
      fix: lower == key ? nil : "opt out here and write another:  gcs: { tags: { \(key): null, \(lower): … } }")
  }

  fileprivate static func reservedLabel(_ key: String) -> FacetProblem {
    .init(
      path: [key], code: "GCS0101", message: "labels that begin with goog- belong to Google's services",
      fix: "take \(key) out")
  }

  fileprivate static func labelValue(_ key: String, _ text: String) -> FacetProblem {
    .init(
      path: [key], code: "GCS0101",
      message: "\"\(text.prefix(80))\" can't be the value of a label: at most 63 lower-case letters, digits, "
        + "hyphens and underscores")
  }

  fileprivate static func tooManyLabels(_ count: Int) -> FacetProblem {
    .init(path: [], code: "GCS0108", message: "\(count) labels; a bucket on Google Cloud Storage holds at most 64")
  }
}
