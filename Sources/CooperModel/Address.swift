internal import CooperSchema

/// Names a resource: `section.name`, for example `buckets.data-eu`; names hold no dots.
public struct Address: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let section: String
  public let name: String

  public init(_ section: String, _ name: String) {
    self.section = section
    self.name = name
  }

  /// Reads `section.name`; nil when the text is anything else.
  public init?(_ text: some StringProtocol) {
    guard let dot = text.firstIndex(of: ".") else { return nil }
    let name = text[text.index(after: dot)...]
    guard dot > text.startIndex, !name.isEmpty, !name.contains("."), !name.contains("/") else { return nil }
    self.init(String(text[..<dot]), String(name))
  }

  public var description: String { section + "." + name }

  public static func < (a: Address, b: Address) -> Bool {
    let sections = a.section == b.section ? 0 : byteOrder(a.section, b.section)
    return sections == 0 ? byteOrder(a.name, b.name) < 0 : sections < 0
  }
}
