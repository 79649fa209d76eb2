internal import CLibYAML

/// A token of the YAML scanner with its exact place and the comments before it.
struct FormatToken {
  var kind: yaml_token_type_e
  var start: Int
  var end: Int
  /// From 1.
  var line: Int
  var column: Int
  var endLine: Int
  var text = ""
  var style = SyntaxNode.Scalar.Style.plain
  var before: [FormatComment] = []
}

/// Cuts a text into tokens; what lies between them is blanks, line breaks and comments, which libyaml itself drops.
struct FormatTokens {
  /// Without byte order mark and with `\n` alone as line break, as libyaml counts.
  let scalars: [Unicode.Scalar]
  private(set) var tokens: [FormatToken] = []
  /// Lines that are empty and no part of a text, from 1.
  private(set) var blankLines: Set<Int> = []

  /// Nil for a text that libyaml can't cut up.
  init?(_ text: String) {
    scalars = Array(text.unicodeScalars)
    guard scan(Array(text.utf8)) else { return nil }
    findBlankLines()
    findComments()
  }

  private mutating func scan(_ bytes: [UInt8]) -> Bool {
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    defer { parser.deallocate() }
    guard yaml_parser_initialize(parser) == 1 else { return false }
    defer { yaml_parser_delete(parser) }
    return bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return false }
      yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
      yaml_parser_set_input_string(parser, base, buffer.count)
      while true {
        var token = yaml_token_t()
        guard yaml_parser_scan(parser, &token) == 1 else { return false }
        defer { yaml_token_delete(&token) }
        tokens.append(Self.converted(token))
        if token.type == YAML_STREAM_END_TOKEN { return true }
      }
    }
  }

  private static func converted(_ token: yaml_token_t) -> FormatToken {
    var result = FormatToken(
      kind: token.type, start: Int(token.start_mark.index), end: Int(token.end_mark.index),
      line: Int(token.start_mark.line) + 1, column: Int(token.start_mark.column) + 1,
      endLine: Int(token.end_mark.line) + 1)
    if token.type == YAML_SCALAR_TOKEN {
      let data = token.data.scalar
      result.text = String(decoding: UnsafeBufferPointer(start: data.value, count: data.length), as: UTF8.self)
      result.style = SyntaxNode.Scalar.Style(data.style)
    }
    return result
  }

  func raw(_ token: FormatToken) -> String { raw(token.start, token.end) }

  func raw(_ start: Int, _ end: Int) -> String {
    String(String.UnicodeScalarView(scalars[start..<min(max(start, end), scalars.count)]))
  }

  /// The comment behind the header of a block scalar, with its column.
  func headerComment(_ token: FormatToken) -> FormatComment? {
    guard token.style == .literal || token.style == .folded else { return nil }
    let header = raw(token).prefix { $0 != "\n" }
    guard let mark = header.firstIndex(of: "#") else { return nil }
    let blanks = header[..<mark].reversed().prefix { $0 == " " || $0 == "\t" }.count
    var text = String(header[mark...])
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return FormatComment(
      text: text, line: token.line,
      column: token.column + header[..<mark].unicodeScalars.count,
      isAlone: false, hasBlankAbove: false, gap: blanks)
  }

  private mutating func findBlankLines() {
    var line = 1
    var isBlank = true
    for scalar in scalars {
      if scalar == "\n" {
        if isBlank { blankLines.insert(line) }
        line += 1
        isBlank = true
      } else if scalar != " ", scalar != "\t" {
        isBlank = false
      }
    }
    for token in tokens where token.style == .literal || token.style == .folded {
      let written = raw(token)
      let rows = written.split(separator: "\n", omittingEmptySubsequences: false)
      // Empty lines at the end of a text that keeps them are text, and so are blanks behind its indentation.
      let keeps = rows.first?.prefix { $0 != "#" }.contains("+") ?? false
      let indentation = FormatScalar.indentation(raw: written, text: token.text)
      for (number, row) in rows.enumerated() where keeps || row.utf8.count > indentation {
        blankLines.remove(token.line + number)
      }
    }
  }

  private mutating func findComments() {
    var end = 0
    var position = (line: 1, column: 1)
    var at = 0
    // Walks the text once; tokens come in the order of their places.
    func place(_ index: Int) -> (line: Int, column: Int) {
      while at < index, at < scalars.count {
        if scalars[at] == "\n" { position = (position.line + 1, 1) } else { position.column += 1 }
        at += 1
      }
      return position
    }
    for index in tokens.indices {
      let token = tokens[index]
      var i = end
      while i < min(token.start, scalars.count) {
        guard scalars[i] == "#" else {
          i += 1
          continue
        }
        var stop = i
        while stop < scalars.count, scalars[stop] != "\n" { stop += 1 }
        var last = stop
        while last > i, scalars[last - 1] == " " || scalars[last - 1] == "\t" { last -= 1 }
        let (line, column) = place(i)
        var gap = 0
        while gap < column - 1, scalars[i - gap - 1] == " " || scalars[i - gap - 1] == "\t" { gap += 1 }
        tokens[index].before.append(
          FormatComment(
            text: raw(i, last), line: line, column: column, isAlone: gap == column - 1,
            hasBlankAbove: blankLines.contains(line - 1), gap: gap))
        i = stop
      }
      end = max(end, token.end)
    }
  }
}
