/// An instant as HTTP headers spell it, e.g. `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
public enum HTTPDate {
  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  public static func text(_ time: SigningTime) -> String {
    let stamp = Array(time.stampBytes)
    func part(_ range: Range<Int>) -> String { String(decoding: stamp[range], as: UTF8.self) }
    let month = (Int(part(4..<6)) ?? 1) - 1
    // The first of January 1970 was a Thursday.
    let weekday = weekdays[Int((time.day + 4) % 7)]
    return
      "\(weekday), \(part(6..<8)) \(months[month]) \(part(0..<4)) \(part(9..<11)):\(part(11..<13)):\(part(13..<15)) GMT"
  }
}
