import CooperProvider

/// An absolute address that Resource Manager hands out: the next page, or where a running operation tells how it stands.
enum AzureLink {
  /// The call behind it; nil when it leads to another host, where no token goes.
  static func call(_ link: String, on site: Site, permissions: [Permission]) -> Call? {
    let root = site.endpoint + "/"
    guard link.count > root.count, link.prefix(root.count).lowercased() == root.lowercased() else { return nil }
    let rest = link.dropFirst(root.count).split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let query = rest.count > 1 ? rest[1].split(separator: "&") : []
    return Call(
      .get, service: "arm", path: rest[0].split(separator: "/").map { decoded($0) },
      query: query.map { part in
        let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return QueryItem(decoded(pair[0]), pair.count > 1 ? decoded(pair[1]) : nil)
      }, permissions: permissions)
  }

  /// `%XX`; anything else is left as it is.
  static func decoded(_ text: some StringProtocol) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let digits =
        byte == UInt8(ascii: "%") ? rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue } : []
      if digits.count == 2 {
        bytes.append(UInt8(digits[0] << 4 | digits[1]))
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
