/// A length of time in whole seconds, written `30d`, `12h`, `7d12h` or `0s`.
public struct TimeSpan: Sendable, Hashable, Comparable {
  public var seconds: Int64

  public init(seconds: Int64) { self.seconds = seconds }

  public static func days(_ count: Int64) -> TimeSpan { TimeSpan(seconds: count * 86_400) }

  /// The whole number of days, or nil when there is a rest.
  public var wholeDays: Int64? { seconds % 86_400 == 0 ? seconds / 86_400 : nil }

  /// Reads one number with a unit, or several with descending units; nil for anything else.
  public init?(_ text: some StringProtocol) {
    guard let total = UnitText.total(of: text, units: Self.units, plainUnit: nil) else { return nil }
    seconds = total
  }

  /// The canonical text: the largest unit that leaves no rest.
  public var text: String { UnitText.text(of: seconds, units: Self.units) }

  /// Largest first.
  private static let units: [UnitText.Unit] = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)]

  public static func < (a: TimeSpan, b: TimeSpan) -> Bool { a.seconds < b.seconds }
}

extension TimeSpan: SchemaValue {
  public static var shape: Shape { .duration(nil) }

  public init(value: Value) throws(SchemaMismatch) {
    guard let text = value.string, let span = TimeSpan(text) else {
      throw SchemaMismatch(expected: "a duration such as 30d")
    }
    self = span
  }

  public var value: Value { .string(text) }
}
