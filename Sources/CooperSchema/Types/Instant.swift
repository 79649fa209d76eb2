/// A moment in UTC with millisecond precision, written as ISO 8601, e.g. `2026-12-01T00:00:00Z`.
public struct Instant: Sendable, Hashable, Comparable {
  /// Milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
  public var milliseconds: Int64

  public init(milliseconds: Int64) { self.milliseconds = milliseconds }
  public init(epochSeconds: Int64) { milliseconds = epochSeconds * 1_000 }

  public var epochSeconds: Int64 { Self.floored(milliseconds, 1_000).quotient }
  /// True at 00:00:00.000 UTC, where S3 wants lifecycle dates to be.
  public var isMidnight: Bool { milliseconds % 86_400_000 == 0 }

  public static func < (a: Instant, b: Instant) -> Bool { a.milliseconds < b.milliseconds }

  /// The canonical text; milliseconds are written only when there are any.
  public var text: String {
    let (day, rest) = Self.floored(milliseconds, 86_400_000)
    let (year, month, dayOfMonth) = Self.civil(epochDay: day)
    let seconds = rest / 1_000
    let fraction = rest % 1_000
    return Self.padded(year, 4) + "-" + Self.padded(month, 2) + "-" + Self.padded(dayOfMonth, 2) + "T"
      + Self.padded(seconds / 3_600, 2) + ":" + Self.padded(seconds / 60 % 60, 2) + ":" + Self.padded(seconds % 60, 2)
      + (fraction == 0 ? "" : "." + Self.padded(fraction, 3)) + "Z"
  }

  /// Reads a date, or a date and time with `Z` or an offset; digits behind the milliseconds are dropped.
  public init?(_ text: some StringProtocol) {
    var scan = DigitScan(Array(text.utf8))
    guard let year = scan.digits(4), scan.skip("-"), let month = scan.digits(2), scan.skip("-"),
      let day = scan.digits(2), 1...12 ~= month, 1...Self.days(in: month, of: year) ~= day
    else { return nil }
    let midnight = Self.epochDay(year, month, day) * 86_400_000
    if scan.isAtEnd {
      milliseconds = midnight
      return
    }
    guard scan.skip("T"), let time = scan.time(), let offset = scan.offset(), scan.isAtEnd else { return nil }
    milliseconds = midnight + time - offset
  }

  private static func floored(_ amount: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = amount.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  private static func days(in month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Counts days since 1970-01-01 in the proleptic Gregorian calendar; years start in March so that leap days come last.
  static func epochDay(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let (era, yearOfEra) = floored(shifted, 400)
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// The inverse of `epochDay`.
  static func civil(epochDay: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = floored(epochDay + 719_468, 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted + (shifted < 10 ? 3 : -9)
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }
}

extension Instant: SchemaValue {
  public static var shape: Shape { .instant }

  public init(value: Value) throws(SchemaMismatch) {
    guard let text = value.string, let instant = Instant(text) else {
      throw SchemaMismatch(expected: "a date such as 2026-12-01")
    }
    self = instant
  }

  public var value: Value { .string(text) }
}

/// Reads fixed runs of digits from the front of a text.
private struct DigitScan {
  private let bytes: [UInt8]
  private var at = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { at == bytes.count }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard at < bytes.count, UInt32(bytes[at]) == character.value else { return false }
    at += 1
    return true
  }

  mutating func digits(_ count: Int) -> Int64? {
    guard at + count <= bytes.count else { return nil }
    var number: Int64 = 0
    for byte in bytes[at..<at + count] {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      number = number * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    at += count
    return number
  }

  /// `hh:mm:ss` with an optional fraction, in milliseconds.
  mutating func time() -> Int64? {
    guard let hour = digits(2), skip(":"), let minute = digits(2), skip(":"), let second = digits(2),
      hour < 24, minute < 60, second < 60
    else { return nil }
    var fraction: Int64 = 0
    if skip(".") {
      var scale: Int64 = 100
      guard let first = digits(1) else { return nil }
      fraction = first * scale
      while let digit = digits(1) {
        scale /= 10
        fraction += digit * scale
      }
    }
    return (hour * 3_600 + minute * 60 + second) * 1_000 + fraction
  }

  /// `Z`, `+hh:mm` or `-hh:mm`, in milliseconds east of UTC.
  mutating func offset() -> Int64? {
    if skip("Z") { return 0 }
    let west = skip("-")
    guard west || skip("+"), let hour = digits(2), skip(":"), let minute = digits(2), hour < 24, minute < 60
    else { return nil }
    return (hour * 60 + minute) * 60_000 * (west ? -1 : 1)
  }
}
