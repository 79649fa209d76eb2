public import CooperSchema

extension TextRule {
  /// A region's name. It becomes part of a host name, so a sign that could end one there would lead credentials elsewhere.
  public static let region = TextRule(
    lengths: 1...64, pattern: "^[A-Za-z0-9_-]+$", expectation: "a region's name, of letters, digits and hyphens",
    matches: { text in
      !text.isEmpty
        && text.utf8.allSatisfy { byte in
          switch byte {
          case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
          default: false
          }
        }
    })
}
