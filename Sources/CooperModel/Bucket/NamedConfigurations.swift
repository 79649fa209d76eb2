public import CooperSchema

/// What S3 keeps in lists of named configurations: tiering, inventory, metrics, analytics.
public enum NamedConfigurations {
  /// Configurations of one kind per bucket, and characters of an id (S3 API Reference).
  public static let limit = 1000
  static let ids = TextRule(lengths: 1...64)

  static func tooMany(_ value: Value, code: String) -> [FacetProblem] {
    let count = value.map?.count ?? 0
    guard count > limit else { return [] }
    return [FacetProblem(path: [], code: code, message: "\(count) configurations; a bucket holds at most \(limit)")]
  }

  static let prefix = Shape.string(TextRule(lengths: 0...1024))
}

/// Moves objects that nobody reads to archive tiers.
public struct IntelligentTiering: Modeled {
  /// Days without access (S3 API Reference, Tiering).
  public static let archiveDays: ClosedRange<Int64> = 90...730
  public static let deepArchiveDays: ClosedRange<Int64> = 180...730

  public var enabled: Bool?
  public var prefix: String?
  public var tags: Tags?
  public var archiveAfter: TimeSpan?
  public var deepArchiveAfter: TimeSpan?

  public init() {}

  public static let schema = ObjectSchema<IntelligentTiering>(
    "IntelligentTiering", "When objects in intelligent tiering are archived.",
    [
      .init("enabled", \.enabled, .defaulted(true), summary: "One that is off stays on record.", example: "false"),
      .init("prefix", \.prefix, shape: NamedConfigurations.prefix, summary: "Only keys that begin so.", example: "a/"),
      .init("tags", \.tags, summary: "Only objects that have all these tags.", example: "{ tier: \"yes\" }"),
      .init("archiveAfter", \.archiveAfter, summary: "Days without access, 90 to 730.", example: "90d"),
      .init("deepArchiveAfter", \.deepArchiveAfter, summary: "Days without access, 180 to 730.", example: "180d"),
    ])

  public static let facet = FacetSchema(
    name: "intelligentTiering", shape: .map(shape, keys: NamedConfigurations.ids),
    summary: "Archives objects in intelligent tiering that nobody reads, by id.",
    example: "{ old: { archiveAfter: 90d } }", cleared: .map(ValueMap()), problems: problems)

  @Sendable private static func problems(_ value: Value) -> [FacetProblem] {
    guard let all = try? [String: IntelligentTiering](value: value) else { return [] }
    var found = NamedConfigurations.tooMany(value, code: "ITI0003")
    for (id, one) in all.sorted(by: { $0.key < $1.key }) {
      if one.archiveAfter == nil, one.deepArchiveAfter == nil {
        found.append(
          FacetProblem(path: [id], code: "ITI0001", message: "tiering names no tier", fix: "archiveAfter: 90d"))
      }
      let periods = [
        ("archiveAfter", one.archiveAfter, archiveDays), ("deepArchiveAfter", one.deepArchiveAfter, deepArchiveDays),
      ]
      for (name, span, days) in periods {
        guard let span else { continue }
        if let count = span.wholeDays, days.contains(count) { continue }
        found.append(
          FacetProblem(
            path: [id, name], code: "ITI0002",
            message: "\(name) is whole days, \(days.lowerBound) to \(days.upperBound)",
            fix: "\(days.lowerBound)d"))
      }
    }
    return found
  }
}

/// A list of a bucket's objects, written again and again into another bucket.
public struct Inventory: Modeled {
  public enum Schedule: String, SchemaChoice { case daily, weekly }
  public enum Versions: String, SchemaChoice { case all, current }
  public enum Format: String, SchemaChoice {
    case csv = "CSV"
    case orc = "ORC"
    case parquet = "Parquet"
  }

  public var enabled: Bool?
  public var bucket = ""
  public var destinationPrefix: String?
  public var format: Format = .csv
  public var schedule: Schedule = .daily
  public var versions: Versions?
  public var prefix: String?
  public var fields: [String]?

  public init() {}

  public static let schema = ObjectSchema<Inventory>(
    "Inventory", "A list of the objects, written into another bucket.",
    [
      .init("enabled", \.enabled, .defaulted(true), summary: "One that is off stays on record.", example: "false"),
      .init(
        required: "bucket", \.bucket, shape: .reference(section: BucketKind.section),
        summary: "The bucket that takes the lists.", example: "logs-eu-west-1"),
      .init(
        "destinationPrefix", \.destinationPrefix, shape: NamedConfigurations.prefix,
        summary: "How the keys of lists begin.", example: "inventory"),
      .init(required: "format", \.format, summary: "Form of the lists.", example: "Parquet"),
      .init(required: "schedule", \.schedule, summary: "How often.", example: "weekly"),
      .init("versions", \.versions, .defaulted("current"), summary: "Whether all versions are listed.", example: "all"),
      .init("prefix", \.prefix, shape: NamedConfigurations.prefix, summary: "Only keys that begin so.", example: "a/"),
      .init(
        "fields", \.fields, shape: .set(.string(TextRule(lengths: 1...64)), identity: []),
        summary: "What is told of each object besides its key.", example: "[Size, StorageClass]"),
    ])

  public static let facet = FacetSchema(
    name: "inventory", shape: .map(shape, keys: NamedConfigurations.ids),
    summary: "Lists of the bucket's objects, by id.",
    example: "{ weekly: { bucket: logs-eu-west-1, format: Parquet, schedule: weekly } }", cleared: .map(ValueMap()),
    problems: { NamedConfigurations.tooMany($0, code: "INV0001") })
}

/// Figures of requests for a part of a bucket.
public struct RequestMetrics: Modeled {
  public var prefix: String?
  public var tags: Tags?
  public var accessPoint: String?

  public init() {}

  public static let schema = ObjectSchema<RequestMetrics>(
    "RequestMetrics", "Which requests are counted; without a condition it is all.",
    [
      .init("prefix", \.prefix, shape: NamedConfigurations.prefix, summary: "Only keys that begin so.", example: "a/"),
      .init("tags", \.tags, summary: "Only objects that have all these tags.", example: "{ team: web }"),
      .init(
        "accessPoint", \.accessPoint, shape: .string(TextRule(lengths: 1...2048)),
        summary: "Only requests by way of this access point.",
        example: "arn:aws:s3:eu-west-1:111122223333:accesspoint/web"),
    ])

  public static let facet = FacetSchema(
    name: "metrics", shape: .map(shape, keys: NamedConfigurations.ids), summary: "Counts requests, by id.",
    example: "{ all: {} }", cleared: .map(ValueMap()),
    problems: { NamedConfigurations.tooMany($0, code: "MET0001") })
}

/// An analysis of which storage class would fit.
public struct StorageAnalytics: Modeled {
  public var prefix: String?
  public var tags: Tags?
  public var exportBucket: String?
  public var exportPrefix: String?

  public init() {}

  public static let schema = ObjectSchema<StorageAnalytics>(
    "StorageAnalytics", "Which objects are analysed, and where the result goes.",
    [
      .init("prefix", \.prefix, shape: NamedConfigurations.prefix, summary: "Only keys that begin so.", example: "a/"),
      .init("tags", \.tags, summary: "Only objects that have all these tags.", example: "{ team: web }"),
      .init(
        "exportBucket", \.exportBucket, shape: .reference(section: BucketKind.section),
        summary: "The bucket that takes the results.", example: "logs-eu-west-1"),
      .init(
        "exportPrefix", \.exportPrefix, shape: NamedConfigurations.prefix, summary: "How the keys of results begin.",
        example: "analytics/"),
    ])

  public static let facet = FacetSchema(
    name: "analytics", shape: .map(shape, keys: NamedConfigurations.ids),
    summary: "Analyses which storage class would fit, by id.", example: "{ all: { exportBucket: logs-eu-west-1 } }",
    cleared: .map(ValueMap()), problems: problems)

  @Sendable private static func problems(_ value: Value) -> [FacetProblem] {
    guard let all = try? [String: StorageAnalytics](value: value) else { return [] }
    return NamedConfigurations.tooMany(value, code: "ANA0001")
      + all.sorted { $0.key < $1.key }.filter { $1.exportPrefix != nil && $1.exportBucket == nil }.map { id, _ in
        FacetProblem(
          path: [id, "exportPrefix"], code: "ANA0002", message: "a prefix of results without a bucket for them",
          fix: "exportBucket: …")
      }
  }
}
