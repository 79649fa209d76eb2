internal import CooperDiagnostics
internal import CooperModel
internal import CooperPlan
internal import CooperProvider

/// The form for a browser: one file without scripts that loads nothing.
struct HTMLSink: PlanSink {
  func render(_ plan: Plan, _ style: RenderStyle) -> String {
    var style = style
    style.showsEveryValue = true
    let outline = PlanOutline(plan, style)
    var page = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <title>Plan \(escaped(outline.title))</title>
      <style>\(Self.stylesheet)</style>
      </head>
      <body>
      <h1>\(escaped(outline.title))</h1>
      <p class="facts">\(outline.facts.map(escaped).joined(separator: " · "))</p>

      """
    page += "<p class=\"counts\">"
    page += outline.counts.map { "<b class=\"\($0.tone.rawValue)\">\(escaped($0.text))</b>" }.joined(separator: " ")
    page += "</p>\n"
    if !outline.risks.isEmpty { page += "<p>Risks: \(escaped(outline.risks.joined(separator: ", "))).</p>\n" }
    for line in outline.closing { page += "<p>\(escaped(line))</p>\n" }
    for line in outline.interrupted { page += "<p class=\"danger\">interrupted run: \(escaped(line))</p>\n" }
    for entry in outline.entries { page += html(entry) }
    for finding in outline.findings { page += html(finding) }
    if style.showsCalls { page += html(outline.calls) }
    return page + "</body>\n</html>\n"
  }

  private func html(_ entry: OutlineEntry) -> String {
    let place = [entry.aside, entry.origin.map { "\($0.file):\($0.line)" } ?? ""].filter { !$0.isEmpty }
    var text = "<details class=\"\(entry.tone.rawValue)\"\(entry.isDangerous ? " open" : "")><summary>"
    text += "<b>\(escaped(entry.mark)) \(escaped(entry.verb))</b> <code>\(escaped(entry.subject))</code>"
    text += " <span class=\"place\">\(escaped(place.joined(separator: " ")))</span></summary>\n"
    for line in entry.lines { text += "<p>\(escaped(line))</p>\n" }
    if !entry.consents.isEmpty {
      text += "<pre>\(escaped(entry.consents.joined(separator: "\n"), lines: true))</pre>\n"
    }
    for facet in entry.facets { text += html(facet) }
    for risk in entry.risks {
      text += "<p class=\"risk\">\(escaped(risk.kind.words)): \(escaped(risk.message))"
      text += (risk.needsConsent ? " (consent given)" : "") + "</p>\n"
    }
    return text + "</details>\n"
  }

  private func html(_ facet: FacetBlock) -> String {
    var text = ""
    if !facet.name.isEmpty {
      text += "<h3>\(escaped(facet.name)) <b>\(escaped(facet.label))</b> <span>\(escaped(facet.note))</span></h3>\n"
    }
    if !facet.rows.isEmpty {
      text += "<table>\n"
      for row in facet.rows {
        text += "<tr class=\"\(row.sign.name)\"><th>\(escaped(row.label))</th><td>\(row.sign.rawValue)</td>"
        text += "<td>\(escaped(row.text))</td><td class=\"place\">\(escaped(row.note))</td></tr>\n"
      }
      text += "</table>\n"
    }
    if let closing = facet.closing { text += "<p>\(escaped(closing))</p>\n" }
    return text
  }

  private func html(_ finding: PlanDiagnostic) -> String {
    let place = finding.origin.map { "\($0.file):\($0.line)" } ?? ""
    var text = "<details open class=\"\(finding.severity == .error ? "danger" : "neutral")\"><summary>"
    text += "<b>\(finding.severity.rawValue) \(escaped(finding.code))</b> \(escaped(finding.message))"
    text += " <span class=\"place\">\(escaped(place))</span></summary>\n"
    for line in finding.notes + finding.fix { text += "<p>\(escaped(line))</p>\n" }
    return text + "</details>\n"
  }

  private func html(_ groups: [OutlineCalls]) -> String {
    guard !groups.isEmpty else { return "" }
    var text = "<details><summary>calls</summary>\n"
    for group in groups {
      text += "<h3>\(escaped(group.address.description))</h3>\n<table>\n"
      for call in group.calls {
        text += "<tr><td>\(escaped(call.method))</td><td>\(escaped(call.url))</td>"
        text += "<td class=\"place\">\(escaped(call.permission ?? ""))</td></tr>\n"
      }
      text += "</table>\n"
    }
    return text + "</details>\n"
  }

  /// Escapes for text and for attributes in quotes (HTML Standard, 13.3).
  private func escaped(_ text: String) -> String { escaped(text, lines: false) }

  private func escaped(_ text: String, lines: Bool) -> String {
    var result = ""
    let parts = lines ? text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) : [text]
    for (index, part) in parts.enumerated() {
      if index > 0 { result += "\n" }
      for scalar in printable(part).unicodeScalars {
        switch scalar {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "'": result += "&#39;"
        default: result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
  }

  private static let stylesheet = """
    :root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
    code,pre,table{font:13px/1.5 ui-monospace,monospace}details{border-left:4px solid #888;margin:.5rem 0;padding:.2rem .8rem}
    .danger{border-color:#c00}.removal{border-color:#c00}.creation{border-color:#2a2}.update{border-color:#b80}
    .place,.facts{color:#888}.place{float:right}b.danger,b.removal,.risk{color:#c00}b.creation,.added{color:#2a2}
    .removed{color:#c00}.changed{color:#b80}th{text-align:left;font-weight:normal;padding-right:1rem;vertical-align:top}
    td{white-space:pre-wrap;overflow-wrap:anywhere;vertical-align:top}h3{font-size:1rem;margin:.5rem 0}h3 span{font-weight:normal}
    """
}

extension ValueRow.Sign {
  fileprivate var name: String {
    switch self {
    case .removed: "removed"
    case .added: "added"
    case .changed: "changed"
    case .none: "same"
    }
  }
}
