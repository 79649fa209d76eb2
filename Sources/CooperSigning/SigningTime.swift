/// An instant as Signature Version 4 spells it, to the second, by arithmetic on the epoch.
public struct SigningTime: Sendable, Hashable {
  /// Whole seconds since 1970, never negative.
  public let seconds: Int64

  /// Takes seconds since 1970; the fraction is dropped.
  public init(_ seconds: Double) { self.seconds = Int64(max(0, seconds)) }

  /// Reads `2013-05-24T00:00:00Z` or `20130524T000000Z`, a fraction of a second ignored; nil for anything else.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard let last = bytes.last, last == UInt8(ascii: "Z") else { return nil }
    let whole = bytes.dropLast().prefix { $0 != UInt8(ascii: ".") }
    let digits = whole.filter { $0 >= 0x30 && $0 <= 0x39 }
    let marks = whole.filter { $0 < 0x30 || $0 > 0x39 }
    guard digits.count == 14, marks == Array("T".utf8) || marks == Array("--T::".utf8) else { return nil }
    func number(_ range: Range<Int>) -> Int64 { digits[range].reduce(0) { $0 * 10 + Int64($1 - 0x30) } }
    let (month, day) = (number(4..<6), number(6..<8))
    guard (1...12).contains(month), (1...31).contains(day) else { return nil }
    let days = Self.days(year: number(0..<4), month: month, day: day)
    seconds = days * 86_400 + number(8..<10) * 3_600 + number(10..<12) * 60 + number(12..<14)
    if seconds < 0 { return nil }
  }

  /// Days since 1970; a signing key is good for one of them.
  public var day: Int64 { seconds / 86_400 }

  /// `20130524T000000Z`.
  public var stamp: String { String(decoding: stampBytes, as: UTF8.self) }

  /// `20130524`.
  public var date: String { String(decoding: stampBytes.prefix(8), as: UTF8.self) }

  var stampBytes: [UInt8] {
    let (year, month, dayOfMonth) = Self.civil(day)
    let rest = seconds % 86_400
    return [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
      func put(_ value: Int64, at index: Int) {
        buffer[index] = 0x30 + UInt8(truncatingIfNeeded: value / 10)
        buffer[index + 1] = 0x30 + UInt8(truncatingIfNeeded: value % 10)
      }
      put(year / 100, at: 0)
      put(year % 100, at: 2)
      put(month, at: 4)
      put(dayOfMonth, at: 6)
      buffer[8] = UInt8(ascii: "T")
      put(rest / 3_600, at: 9)
      put(rest / 60 % 60, at: 11)
      put(rest % 60, at: 13)
      buffer[15] = UInt8(ascii: "Z")
      count = 16
    }
  }

  /// Proleptic Gregorian calendar over eras of 400 years that begin in March, so that leap days come last.
  private static func civil(_ day: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = day + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }

  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted % 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
