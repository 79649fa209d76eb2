/// A tree as JSON, two spaces a step, keys in the order of the tree.
public enum JSONText {
  public static func document(_ node: DocumentNode) -> DocumentText {
    var text = DocumentText()
    write(node, 0, &text)
    text.append("\n")
    return text
  }

  private static func write(_ node: DocumentNode, _ depth: Int, _ out: inout DocumentText) {
    switch node {
    case .null: out.append("null")
    case .flag(let flag): out.append(flag ? "true" : "false")
    case .number(let number): out.append(String(number))
    case .text(let text): out.append("\"" + Quoted.json(text) + "\"")
    case .secret(let slot):
      out.append("\"")
      out.append(slot, .quoted)
      out.append("\"")
    case .lines(let lines):
      out.append("\"")
      quote(lines, &out)
      out.append("\"")
    case .list(let elements):
      bracket(elements, "[", "]", depth, &out) { write($0, depth + 1, &$1) }
    case .map(let fields):
      bracket(fields, "{", "}", depth, &out) { field, out in
        out.append("\"" + Quoted.json(field.key) + "\": ")
        write(field.value, depth + 1, &out)
      }
    }
  }

  /// Lines inside one quoted text: what stood in them bare is quoted once, what was quoted already twice.
  static func quote(_ lines: DocumentText, _ out: inout DocumentText) {
    for piece in lines.pieces {
      switch piece {
      case .text(let text): out.append(Quoted.json(text))
      case .secret(let slot, .quoted): out.append(slot, .quotedTwice)
      case .secret(let slot, .line): out.append(slot, .quotedLine)
      case .secret(let slot, _): out.append(slot, .quoted)
      }
    }
  }

  private static func bracket<Element>(
    _ elements: [Element], _ open: String, _ close: String, _ depth: Int, _ out: inout DocumentText,
    _ write: (Element, inout DocumentText) -> Void
  ) {
    guard !elements.isEmpty else {
      out.append(open + close)
      return
    }
    out.append(open + "\n")
    for (index, element) in elements.enumerated() {
      out.append(String(repeating: "  ", count: depth + 1))
      write(element, &out)
      out.append(index == elements.count - 1 ? "\n" : ",\n")
    }
    out.append(String(repeating: "  ", count: depth) + close)
  }
}
