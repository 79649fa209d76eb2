/// Trees as YAML documents in block style, keys in the order of the tree; any YAML 1.1 or 1.2 reader sees the same.
public enum YAMLText {
  public static func documents(_ nodes: [DocumentNode], header: String) -> DocumentText {
    var text = DocumentText(header + "\n")
    for (index, node) in nodes.enumerated() {
      if index > 0 { text.append("---\n") }
      write(node, 0, &text)
    }
    return text
  }

  private static func write(_ node: DocumentNode, _ depth: Int, _ out: inout DocumentText) {
    let indent = String(repeating: "  ", count: depth)
    switch node {
    case .map(let fields):
      for field in fields {
        out.append(indent + scalar(field.key) + ":")
        child(field.value, depth, &out)
      }
    case .list(let elements):
      for element in elements {
        out.append(indent + "-")
        if case .map(let fields) = element, let first = fields.first {
          // The first key stands beside the hyphen, the others below it.
          out.append(" " + scalar(first.key) + ":")
          child(first.value, depth + 1, &out)
          write(.map(Array(fields.dropFirst())), depth + 1, &out)
        } else {
          child(element, depth, &out)
        }
      }
    default:
      out.append(indent)
      leaf(node, depth, &out)
    }
  }

  private static func child(_ node: DocumentNode, _ depth: Int, _ out: inout DocumentText) {
    switch node {
    case .map(let fields) where !fields.isEmpty:
      out.append("\n")
      write(node, depth + 1, &out)
    case .list(let elements) where !elements.isEmpty:
      out.append("\n")
      write(node, depth + 1, &out)
    default:
      out.append(" ")
      leaf(node, depth + 1, &out)
    }
  }

  private static func leaf(_ node: DocumentNode, _ depth: Int, _ out: inout DocumentText) {
    switch node {
    case .null: out.append("null\n")
    case .flag(let flag): out.append(flag ? "true\n" : "false\n")
    case .number(let number): out.append("\(number)\n")
    case .text(let text): out.append(scalar(text) + "\n")
    case .secret(let slot):
      out.append("\"")
      out.append(slot, .quoted)
      out.append("\"\n")
    case .lines(let lines):
      out.append("\"")
      JSONText.quote(lines, &out)
      out.append("\"\n")
    case .list: out.append("[]\n")
    case .map: out.append("{}\n")
    }
  }

  private static let words: Set<String> = [
    "true", "false", "yes", "no", "on", "off", "y", "n", "null", "none", "nan", "inf",
  ]

  /// Bare where no reader can take it for anything but this text, else in double quotes.
  static func scalar(_ text: String) -> String {
    let bytes = Array(text.utf8)
    guard let first = bytes.first, isLetter(first) || first == UInt8(ascii: "/"), bytes.last != UInt8(ascii: ":"),
      bytes.allSatisfy({ isLetter($0) || (0x30...0x39).contains($0) || plain.contains($0) }),
      !words.contains(text.lowercased())
    else { return "\"" + Quoted.json(text) + "\"" }
    return text
  }

  private static let plain = Set("-._/:@+=".utf8)

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
  }
}
