public import CooperDiagnostics
internal import CooperSchema

/// Findings of `validate` as a SARIF 2.1.0 log (OASIS), with what `explain` says as the help of each rule.
public struct FindingsSARIF: Sendable {
  public var sources: SourceMap
  public var catalogue: DiagnosticCatalogue
  public var version: String
  /// The words of `rules:` by code, as the names that code scanners show.
  public var ruleNames: [String: String]

  public init(_ sources: SourceMap, catalogue: DiagnosticCatalogue, version: String, ruleNames: [String: String] = [:])
  {
    self.sources = sources
    self.catalogue = catalogue
    self.version = version
    self.ruleNames = ruleNames
  }

  /// Renders all findings in report order.
  public func render(_ diagnostics: some Sequence<Diagnostic>) -> String {
    let findings = diagnostics.inReportOrder(sources)
    let codes = Set(findings.map(\.code)).sorted()
    let indices = Dictionary(uniqueKeysWithValues: codes.enumerated().map { ($1, $0) })
    let entries = Dictionary(catalogue.entries.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
    let driver: Value = [
      "name": "Cooper", "version": .string(version),
      "rules": .list(codes.map { rule($0, entries[$0], findings) }),
    ]
    let run: Value = [
      "tool": ["driver": driver], "columnKind": "unicodeCodePoints",
      "results": .list(findings.map { result($0, indices[$0.code] ?? 0) }),
    ]
    return SARIFSink.log(run)
  }

  private func rule(_ code: DiagnosticCode, _ entry: CatalogueEntry?, _ findings: [Diagnostic]) -> Value {
    var rule: ValueMap = ["id": .string(code.text)]
    if let name = ruleNames[code.text] { rule["name"] = .string(name) }
    if let entry {
      rule["shortDescription"] = ["text": .string(entry.title)]
      rule["fullDescription"] = ["text": .string(entry.explanation)]
      rule["help"] = [
        "text": .string("\(entry.explanation)\n\nFix: \(entry.fix)"),
        "markdown": .string("\(entry.explanation)\n\n**Fix:** \(entry.fix)"),
      ]
    }
    let worst = findings.filter { $0.code == code }.map(\.severity).max() ?? .warning
    rule["defaultConfiguration"] = ["level": .string(worst.rawValue)]
    return .map(rule)
  }

  private func result(_ finding: Diagnostic, _ index: Int) -> Value {
    let notes = finding.notes.map { note in
      note.range.map { "\(note.message) (\(sources.location(of: $0)))" } ?? note.message
    }
    let text = ([finding.message] + notes + finding.fix).map { printable($0) }.joined(separator: ". ")
    let file = finding.range.flatMap { sources[$0.source]?.name } ?? ""
    var result: ValueMap = [
      "ruleId": .string(finding.code.text), "ruleIndex": .integer(Int64(index)),
      "level": .string(finding.severity.rawValue), "message": ["text": .string(text)],
      // Keeps an alert the same when lines above it move.
      "partialFingerprints": ["cooperFinding/v1": .string("\(finding.code) \(file) \(printable(finding.message))")],
    ]
    if let range = finding.range {
      let place: Value = [
        "artifactLocation": ["uri": .string(SARIFSink.uri(file)), "uriBaseId": "%SRCROOT%"],
        "region": region(range),
      ]
      var location: ValueMap = ["physicalLocation": place]
      if let subject = finding.subject {
        location["logicalLocations"] = [["fullyQualifiedName": .string(subject), "kind": "resource"]]
      }
      result["locations"] = [.map(location)]
    }
    return .map(result)
  }

  private func region(_ range: SourceRange) -> Value {
    [
      "startLine": .integer(Int64(max(1, range.start.line))),
      "startColumn": .integer(Int64(max(1, range.start.column))),
      "endLine": .integer(Int64(max(1, range.end.line))), "endColumn": .integer(Int64(max(1, range.end.column))),
    ]
  }
}
