public import CooperSchema

/// Conditions of a lifecycle rule that Google Cloud Storage alone has (Cloud Storage documentation, object lifecycle
/// management); all of them must hold. Zero is a value of its own: it is always true, and dropping it widens the rule.
public struct LifecycleConditions: Modeled {
  /// Which versions of an object `expiration` and `transitions` are about.
  public enum Versions: String, SchemaChoice { case live, noncurrent, all }

  public var versions: Versions?
  /// Of rules that count from something else.
  public var age: TimeSpan?
  public var newerVersions: Int?
  public var createdBefore: Instant?
  public var sinceNoncurrent: TimeSpan?
  public var noncurrentBefore: Instant?
  public var sinceCustomTime: TimeSpan?
  public var customTimeBefore: Instant?
  public var storageClasses: [String]?
  public var suffix: String?

  public init() {}

  public static let schema = ObjectSchema<LifecycleConditions>(
    "LifecycleConditions", "What must hold besides, on Google Cloud Storage alone.",
    [
      .init(
        "versions", \.versions, .defaulted("live"),
        summary: "Which versions expiration and transitions are about.", example: "all"),
      .init(
        "age", \.age, summary: "Whole days since the version was made, where a rule counts from something else.",
        example: "30d"),
      .init(
        "newerVersions", \.newerVersions, shape: .integer(0...Int64(Int32.max)),
        summary: "Only versions that have so many newer ones, the newest of all included.", example: "3"),
      .init("createdBefore", \.createdBefore, summary: "Only versions made before this date.", example: "2027-01-01"),
      .init(
        "sinceNoncurrent", \.sinceNoncurrent, summary: "Whole days since a newer version came.", example: "30d"),
      .init(
        "noncurrentBefore", \.noncurrentBefore, summary: "Only versions that a newer one replaced before this date.",
        example: "2027-01-01"),
      .init(
        "sinceCustomTime", \.sinceCustomTime, summary: "Whole days since the object's custom time.", example: "30d"),
      .init(
        "customTimeBefore", \.customTimeBefore, summary: "Only objects with a custom time before this date.",
        example: "2027-01-01"),
      .init(
        "storageClasses", \.storageClasses, shape: .set(.string(TextRule(lengths: 1...64)), identity: []),
        summary: "Only objects of these classes.", example: "[STANDARD]"),
      .init(
        "suffix", \.suffix, shape: .string(TextRule(lengths: 1...1024)), summary: "Only keys that end so.",
        example: ".log"),
    ])

  /// Whether it says when, by a time, a date or a number of versions.
  public var limitsTime: Bool {
    age != nil || createdBefore != nil || sinceNoncurrent != nil || noncurrentBefore != nil || sinceCustomTime != nil
      || customTimeBefore != nil || (newerVersions ?? 0) > 0
  }

  /// For plans, e.g. `createdBefore 2027-01-01T00:00:00Z`.
  public var words: String {
    value.map.map { map in
      map.map { pair in
        let text = pair.value.string ?? pair.value.integer.map(String.init)
        return pair.key + " " + (text ?? (pair.value.list ?? []).compactMap(\.string).joined(separator: " or "))
      }.joined(separator: ", ")
    } ?? ""
  }
}
