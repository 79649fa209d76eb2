import CooperSchema

/// Tags of a bucket by key.
public typealias Tags = [String: String]

/// What the language says of tags; limits are those of the AWS General Reference, tag restrictions.
public enum TagSet {
  /// Tags per bucket.
  public static let limit = 50
  /// Unicode characters in a key and in a value.
  public static let keyLength = 128
  public static let valueLength = 256
  /// Keys that the service writes and nobody else may.
  public static let reservedPrefix = "aws:"

  public static let facet = FacetSchema(
    name: "tags", shape: .map(.string(.any), keys: TextRule(lengths: 1...keyLength)),
    summary: "Labels with a value, for cost and ownership.", example: "{ costCenter: \"4711\" }",
    cleared: .map(ValueMap()), honoursIgnoreTags: true, problems: problems)

  @Sendable private static func problems(_ value: Value) -> [FacetProblem] {
    guard let map = value.map else { return [] }
    var found: [FacetProblem] = []
    for pair in map {
      if pair.key.lowercased().hasPrefix(reservedPrefix) { found.append(.reserved(pair.key)) }
      let keyLength = pair.key.unicodeScalars.count
      if keyLength == 0 || keyLength > Self.keyLength { found.append(.key(pair.key)) }
      if let text = pair.value.string, text.unicodeScalars.count > valueLength { found.append(.value(pair.key)) }
    }
    if map.count > limit { found.append(.tooMany(map.count)) }
    return found
  }
}

extension FacetProblem {
  fileprivate static func reserved(_ key: String) -> FacetProblem {
    .init(
      path: [key], code: "TAG0001", message: "keys that begin with aws: belong to AWS and can't be written",
      fix: String(key.dropFirst(TagSet.reservedPrefix.count)))
  }

  fileprivate static func tooMany(_ count: Int) -> FacetProblem {
    .init(path: [], code: "TAG0002", message: "\(count) tags; a bucket holds at most \(TagSet.limit)")
  }

  fileprivate static func key(_ key: String) -> FacetProblem {
    .init(path: [key], code: "TAG0003", message: "a tag's key has 1 to \(TagSet.keyLength) characters")
  }

  fileprivate static func value(_ key: String) -> FacetProblem {
    .init(path: [key], code: "TAG0004", message: "a tag's value has at most \(TagSet.valueLength) characters")
  }
}
