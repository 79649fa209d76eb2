/// A drawing in the language of Graphviz (graphviz.org/doc/info/lang.html).
public enum DOTSink {
  public static func render(_ drawing: Drawing) -> String {
    var lines = [
      "digraph \(quoted(drawing.title)) {",
      "  rankdir=LR;",
      "  graph [fontname=\"sans-serif\", fontsize=12];",
      "  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\", fontsize=11];",
      "  edge [fontname=\"sans-serif\", fontsize=9, color=\"#57606a\"];",
    ]
    for (number, group) in drawing.groups.enumerated() {
      lines.append("  subgraph cluster_\(number) {")
      lines.append("    label=\(quoted(group.title)); style=rounded; color=\"#8c959f\";")
      lines += drawing.boxes(in: group.key).map { "    " + box($0.box, $0.number) }
      lines.append("  }")
    }
    lines += drawing.boxes(in: nil).map { "  " + box($0.box, $0.number) }
    let numbers = drawing.numbers
    for arrow in drawing.arrows {
      guard let from = numbers[arrow.from], let to = numbers[arrow.to] else { continue }
      var settings: [String] = []
      if !arrow.label.isEmpty { settings.append("label=\(quoted(arrow.label))") }
      if arrow.isDashed { settings.append("style=dashed") }
      lines.append("  n\(from) -> n\(to)" + (settings.isEmpty ? "" : " [\(settings.joined(separator: ", "))]") + ";")
    }
    return (lines + ["}"]).joined(separator: "\n") + "\n"
  }

  private static func box(_ box: Drawing.Box, _ number: Int) -> String {
    let (fill, border) = box.mark.colours
    let label = "\"" + box.lines.map(escaped).joined(separator: "\\n") + "\""
    return "n\(number) [label=\(label), fillcolor=\"\(fill)\", color=\"\(border)\"];"
  }

  private static func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }

  /// In quotes only the quote and the backslash mean something.
  private static func escaped(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case _ where scalar.value < 0x20: out += " "
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
