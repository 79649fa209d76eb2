/// A drawing as a Mermaid flowchart, which GitHub and GitLab show in Markdown (mermaid.js.org, flowchart syntax).
public enum MermaidSink {
  public static func render(_ drawing: Drawing) -> String {
    var lines = ["flowchart LR"]
    for (number, group) in drawing.groups.enumerated() {
      lines.append("  subgraph g\(number)[\"\(text(group.title))\"]")
      lines += drawing.boxes(in: group.key).map { "    " + box($0.box, $0.number) }
      lines.append("  end")
    }
    lines += drawing.boxes(in: nil).map { "  " + box($0.box, $0.number) }
    let numbers = drawing.numbers
    for arrow in drawing.arrows {
      guard let from = numbers[arrow.from], let to = numbers[arrow.to] else { continue }
      let line = arrow.isDashed ? "-.->" : "-->"
      let label = arrow.label.isEmpty ? "" : "|\"\(text(arrow.label))\"|"
      lines.append("  n\(from) \(line)\(label) n\(to)")
    }
    for mark in drawing.marks {
      let (fill, border) = mark.colours
      lines.append("  classDef \(mark.rawValue) fill:\(fill),stroke:\(border),color:#1f2328")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func box(_ box: Drawing.Box, _ number: Int) -> String {
    "n\(number)[\"\(box.lines.map(text).joined(separator: "<br/>"))\"]:::\(box.mark.rawValue)"
  }

  /// Everything that Mermaid, Markdown or HTML could read as a sign of its own becomes a decimal entity (`#35;`).
  private static func text(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", " ", ".", "-", "_", "/", ":", ",", "(", ")", "=", "+", "@":
        out.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20: out += " "
      case _ where scalar.value >= 0xA0: out.unicodeScalars.append(scalar)
      default: out += "#\(scalar.value);"
      }
    }
    return out
  }
}
