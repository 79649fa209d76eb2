internal import CooperDiagnostics

/// A stretch of a line in one style.
struct Span {
  var text: String
  var ink: Ink?

  init(_ text: String, _ ink: Ink? = nil) {
    self.text = printable(text)
    self.ink = ink
  }

  var columns: Int { displayWidth(text) }
}

/// Styles of ANSI terminals (ECMA-48, select graphic rendition).
enum Ink: String {
  case bold = "1"
  case dim = "2"
  case red = "31"
  case green = "32"
  case yellow = "33"
  case cyan = "36"
  case alarm = "1;31"
}

/// Lines of limited width; what acts on a terminal is taken out of every text that it is given.
struct TextCanvas {
  let width: Int
  let colours: Bool
  private(set) var text = ""

  init(width: Int, colours: Bool) {
    self.width = max(40, width)
    self.colours = colours
  }

  mutating func line(_ spans: Span..., indent: Int = 0) { line(spans, indent: indent) }

  mutating func line(_ spans: [Span], indent: Int = 0) {
    var line = Self.blanks(indent)
    for span in spans {
      if colours, let ink = span.ink, !span.text.isEmpty {
        line += "\u{1B}[\(ink.rawValue)m\(span.text)\u{1B}[0m"
      } else {
        line += span.text
      }
    }
    while line.last == " " { line.removeLast() }
    text += line + "\n"
  }

  /// A line with something at its right end, which goes to the next line where there is no room.
  mutating func line(_ spans: [Span], right: Span, indent: Int = 0) {
    let used = spans.reduce(indent) { $0 + $1.columns }
    let gap = width - used - right.columns
    if right.text.isEmpty {
      line(spans, indent: indent)
    } else if gap >= 2 {
      line(spans + [Span(Self.blanks(gap)), right], indent: indent)
    } else {
      line(spans, indent: indent)
      line(right, indent: max(indent + 4, width - right.columns))
    }
  }

  mutating func paragraph(_ text: String, indent: Int, hanging: Int = 0, _ ink: Ink? = nil) {
    let lines = wrap(printable(text), width: width - indent - hanging)
    for (index, line) in lines.enumerated() { self.line(Span(line, ink), indent: indent + (index == 0 ? 0 : hanging)) }
  }

  /// Items in a row with two spaces between them, broken between items only.
  mutating func row(_ items: [Span], separator: String = "  ", indent: Int = 0, hanging: Int = 0) {
    var spans: [Span] = []
    var used = indent
    var margin = indent
    for item in items {
      if !spans.isEmpty, used + separator.count + item.columns > width {
        line(spans, indent: margin)
        margin = indent + hanging
        (spans, used) = ([], margin)
      }
      if spans.isEmpty, used + item.columns > width {
        let lines = Self.broken(item.text, at: width - used)
        for (index, text) in lines.enumerated() { line(Span(text, item.ink), indent: index == 0 ? margin : used) }
        margin = indent + hanging
        used = margin
        continue
      }
      if !spans.isEmpty {
        spans.append(Span(separator))
        used += separator.count
      }
      spans.append(item)
      used += item.columns
    }
    if !spans.isEmpty { line(spans, indent: margin) }
  }

  mutating func blank() { text += "\n" }

  /// Takes over the lines of another part of the same text.
  mutating func append(_ part: TextCanvas) { text += part.text }

  /// Spaces; a text repeated by the standard library is appended to itself one at a time.
  private static func blanks(_ count: Int) -> String {
    String(decoding: [UInt8](repeating: UInt8(ascii: " "), count: max(0, count)), as: UTF8.self)
  }

  /// Cuts a text to a number of columns; a cut end shows as `…`.
  static func cut(_ text: String, to columns: Int) -> String {
    let text = printable(text)
    guard displayWidth(text) > columns else { return text }
    var used = 0
    var end = text.startIndex
    while end < text.endIndex {
      let next = displayWidth(String(text[end]))
      if used + next > columns - 1 { break }
      used += next
      text.formIndex(after: &end)
    }
    return text[..<end] + "…"
  }

  /// Breaks a text at a number of columns, wherever that falls.
  static func broken(_ text: String, at columns: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    var used = 0
    for character in printable(text) {
      let next = displayWidth(String(character))
      if used + next > columns, used > 0 {
        lines.append(line)
        (line, used) = ("", 0)
      }
      line.append(character)
      used += next
    }
    return lines + [line]
  }
}
