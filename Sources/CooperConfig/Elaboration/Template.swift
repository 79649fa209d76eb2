/// A text with `$(name)` in it, cut into its parts; `$$(` stands for `$(` itself.
struct Template: Sendable {
  enum Part: Sendable, Hashable {
    case text(String)
    case name(String)
  }

  enum Problem: Error, Hashable {
    case unclosed
    case notAName(String)
  }

  var parts: [Part]

  /// True when the text needs a look at all; nearly all texts do not.
  static func isNeeded(for text: String) -> Bool {
    var last: UInt8 = 0
    for byte in text.utf8 {
      if byte == UInt8(ascii: "("), last == UInt8(ascii: "$") { return true }
      last = byte
    }
    return false
  }

  init(_ text: String) throws(Problem) {
    var parts: [Part] = []
    var plain = ""
    // Bytes, because cutting a text into characters costs ten times as much; all three signs are ASCII.
    var rest = text.utf8[...]
    while let sign = rest.firstIndex(of: UInt8(ascii: "$")) {
      plain += Substring(rest[..<sign])
      let tail = rest[rest.index(after: sign)...]
      if tail.starts(with: "$(".utf8) {
        plain += "$("
        rest = tail.dropFirst(2)
      } else if tail.first == UInt8(ascii: "(") {
        guard let end = tail.firstIndex(of: UInt8(ascii: ")")) else { throw .unclosed }
        let name = String(Substring(tail[tail.index(after: tail.startIndex)..<end]))
        guard Self.isName(name) else { throw .notAName(name) }
        if !plain.isEmpty { parts.append(.text(plain)) }
        plain = ""
        parts.append(.name(name))
        rest = tail[tail.index(after: end)...]
      } else {
        plain += "$"
        rest = tail
      }
    }
    plain += Substring(rest)
    if !plain.isEmpty { parts.append(.text(plain)) }
    self.parts = parts
  }

  private static func isName(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
          true
        default: false
        }
      }
  }
}
