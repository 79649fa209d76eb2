import CooperSigning

/// Instants as the tools and services around AWS spell them: with `Z`, `UTC` or an offset.
enum ServiceInstant {
  /// Seconds since 1970; nil for anything that is no ISO 8601 instant.
  static func seconds(_ text: String) -> Double? {
    for suffix in ["Z", "UTC"] where text.hasSuffix(suffix) {
      return SigningTime(text.dropLast(suffix.count) + "Z").map { Double($0.seconds) }
    }
    guard let sign = text.lastIndex(where: { $0 == "+" || $0 == "-" }), let offset = offset(text[sign...]),
      let local = SigningTime(text[..<sign] + "Z")
    else { return nil }
    return Double(local.seconds - offset)
  }

  /// `+01:00` or `+0100` in seconds.
  private static func offset(_ text: Substring) -> Int64? {
    let digits = text.dropFirst().filter { $0 != ":" }
    guard digits.count == 4, let number = Int64(digits), number >= 0, number % 100 < 60 else { return nil }
    let seconds = (number / 100 * 60 + number % 100) * 60
    return text.first == "-" ? -seconds : seconds
  }

  /// `2026-11-29T10:00:00Z`.
  static func text(_ seconds: Double) -> String {
    let stamp = Array(SigningTime(seconds).stamp)
    func part(_ range: Range<Int>) -> String { String(stamp[range]) }
    return "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(9..<11)):\(part(11..<13)):\(part(13..<15))Z"
  }
}
