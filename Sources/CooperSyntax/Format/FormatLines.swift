/// One line of formatted text, with what is needed to align it with its neighbours.
struct FormatLine {
  /// Blanks, or the dashes of lists, before the text.
  var indent = ""
  /// A key with its colon, or all of the line.
  var head = ""
  /// What stands behind the key on its line.
  var value = ""
  /// Columns from key to value as the author had them.
  var valueOffset: Int?
  var valueGap = 1
  var comment: FormatComment?
  var kind = Kind.text
  /// The last line of a text that keeps the empty lines behind it: one more would be text.
  var keepsBlanks = false

  enum Kind { case text, comment, blank, raw }
}

/// Puts values and comments of neighbouring lines into columns where their author had them in one.
enum FormatAlignment {
  /// Blanks before a comment at the end of a line, at least (yamllint's default).
  private static let commentGap = 2

  static func text(_ lines: [FormatLine]) -> String {
    var lines = lines
    alignValues(&lines)
    let widths = lines.map { width(content($0)) }
    var out = ""
    var index = 0
    while index < lines.count {
      guard lines[index].kind == .text, let comment = lines[index].comment else {
        out += content(lines[index]) + "\n"
        index += 1
        continue
      }
      var end = index + 1
      while end < lines.count, lines[end].kind == .text, let next = lines[end].comment, next.column == comment.column {
        end += 1
      }
      let group = index..<end
      var column = group.map { widths[$0] == 0 ? 0 : widths[$0] + commentGap }.max() ?? 0
      if group.contains(where: { (lines[$0].comment?.gap ?? 0) > commentGap }) {
        column = max(column, comment.column - 1)
      }
      for line in group {
        let text = content(lines[line])
        out += text + String(repeating: " ", count: column - widths[line]) + (lines[line].comment?.text ?? "") + "\n"
      }
      index = end
    }
    return out
  }

  private static func content(_ line: FormatLine) -> String {
    switch line.kind {
    case .blank: return ""
    case .raw: return line.head
    case .comment: return line.indent + line.head
    case .text:
      if line.value.isEmpty { return line.head.isEmpty ? "" : line.indent + line.head }
      return line.indent + line.head + (line.head.isEmpty ? "" : " ") + line.value
    }
  }

  static func width(_ text: String) -> Int { text.unicodeScalars.count }

  /// A column that two or more neighbouring values share stays; a lone value stands one blank behind its key.
  private static func alignValues(_ lines: inout [FormatLine]) {
    var index = 0
    while index < lines.count {
      guard let offset = lines[index].valueOffset, !lines[index].value.isEmpty else {
        index += 1
        continue
      }
      let column = width(lines[index].indent)
      var group = [index]
      var next = index + 1
      while next < lines.count {
        if lines[next].kind == .comment {
          next += 1
          continue
        }
        guard lines[next].kind == .text, lines[next].valueOffset == offset, !lines[next].value.isEmpty,
          width(lines[next].indent) == column
        else { break }
        group.append(next)
        next += 1
      }
      if group.count > 1, group.contains(where: { lines[$0].valueGap > 1 }) {
        let width = max(offset, group.map { Self.width(lines[$0].head) + 1 }.max() ?? 0)
        for line in group {
          lines[line].head += String(repeating: " ", count: width - 1 - Self.width(lines[line].head))
        }
      }
      index = (group.last ?? index) + 1
    }
  }
}
