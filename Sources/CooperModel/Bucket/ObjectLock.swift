public import CooperSchema

/// Write once, read many: once on it stays on; a default period holds for new objects.
public struct ObjectLock: SchemaValue {
  public enum Mode: String, SchemaChoice {
    /// Who has the right to may shorten it.
    case governance = "GOVERNANCE"
    /// Nobody may, the account's root included.
    case compliance = "COMPLIANCE"
  }

  /// Days and years of a default period (S3 API Reference, DefaultRetention).
  public static let days: ClosedRange<Int64> = 1...36_500
  public static let years: ClosedRange<Int64> = 1...100

  /// Nil: locks are possible, and no object gets one by itself.
  public var mode: Mode?
  public var retention: TimeSpan?
  public var years: Int?

  public init(mode: Mode? = nil, retention: TimeSpan? = nil, years: Int? = nil) {
    self.mode = mode
    self.retention = retention
    self.years = years
  }

  public static let shape = Shape.either(
    scalar: .choice(["enabled"]),
    long: .object(
      ObjectShape(
        "ObjectLock", summary: "The period for which new objects are locked.",
        fields: [
          FieldShape(
            "mode", Mode.shape, presence: .required,
            summary: "GOVERNANCE can be shortened by who has the right; COMPLIANCE by nobody.", example: "GOVERNANCE"),
          FieldShape(
            "retention", .duration(nil), summary: "Whole days, 1 to 36,500; or years.", example: "30d"),
          FieldShape("years", .integer(years), summary: "Years, instead of days.", example: "7"),
        ])))

  public init(value: Value) throws(SchemaMismatch) {
    if value == "enabled" {
      self.init()
      return
    }
    guard let map = value.map else { throw SchemaMismatch(expected: "enabled, or mode and a period") }
    self.init()
    if let mode = map["mode"] { self.mode = try Mode(value: mode) }
    if let span = map["retention"], span != .null { retention = try TimeSpan(value: span) }
    if let count = map["years"], count != .null { years = try Int(value: count) }
  }

  public var value: Value {
    guard let mode else { return "enabled" }
    var map = ValueMap()
    map["mode"] = mode.value
    if let retention { map["retention"] = retention.value }
    if let years { map["years"] = .integer(Int64(years)) }
    return .map(map)
  }

  public static let facet = FacetSchema(
    name: "objectLock", shape: shape,
    summary: "Lets objects be locked against deletion; once enabled it stays.",
    example: "{ mode: GOVERNANCE, retention: 30d }", problems: problems)

  @Sendable private static func problems(_ value: Value) -> [FacetProblem] {
    guard let map = value.map else { return [] }
    let span = map["retention"]?.string.flatMap { TimeSpan($0) }
    let hasYears = map["years"].map { $0 != .null } ?? false
    if (span != nil) == hasYears {
      return [
        FacetProblem(
          path: [], code: "OLK0001", message: "a default lock has a retention in days, or years, one of the two",
          fix: "retention: 30d")
      ]
    }
    guard let span else { return [] }
    if let days = span.wholeDays, days >= Self.days.lowerBound, days <= Self.days.upperBound { return [] }
    return [
      FacetProblem(
        path: ["retention"], code: "OLK0002", message: "a lock holds for whole days, 1 to 36500", fix: "30d")
    ]
  }
}
