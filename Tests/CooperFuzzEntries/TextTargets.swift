internal import CooperConfig
internal import CooperDiagnostics
internal import CooperProvider
internal import CooperProviders
internal import CooperSchema
internal import CooperSyntax
internal import CooperTestSupport
internal import S3Provider

extension FuzzTarget {
  /// The YAML reader and the reports over what it finds.
  static let yaml = FuzzTarget(name: "yaml") { bytes in
    let text = SourceText(name: "fuzz.yaml", bytes: bytes)
    var sources = SourceMap()
    let result = parse(text, id: sources.add(text))
    if result.value == nil, !result.hasErrors { return "nothing was read and no error says why" }
    return reportFinding(result.diagnostics, sources)
  }

  /// The bytes are the project file.
  static let config = FuzzTarget(name: "config") { bytes in loadFinding(String(decoding: bytes, as: UTF8.self)) }

  /// The bytes are the text of a description, where names are substituted.
  static let template = FuzzTarget(name: "template") { bytes in
    let text = ValueJSON.encode(.string(String(decoding: bytes, as: UTF8.self)), pretty: false)
    return loadFinding(
      """
      cooper: 1
      name: fuzz
      variables: { team: { default: data }, number: { type: integer, default: 3 } }
      connections:
        here: { type: local, root: data }
      buckets:
        one: { connection: here, description: \(String(decoding: text, as: UTF8.self)) }
      """)
  }

  /// Files of AWS profiles: line ends are no part of what is read.
  static let ini = FuzzTarget(name: "ini") { bytes in
    let file = SharedConfigFile(String(decoding: bytes, as: UTF8.self))
    _ = file.configProfile("default")
    guard !bytes.contains(UInt8(ascii: "\r")) else { return nil }
    let other = bytes.flatMap { $0 == UInt8(ascii: "\n") ? [UInt8(ascii: "\r"), $0] : [$0] }
    return SharedConfigFile(String(decoding: other, as: UTF8.self)) == file ? nil : "CRLF is read differently from LF"
  }

  private static func loadFinding(_ text: String) -> String? {
    let loader = ConfigLoader(catalog: AllProviders.registry.catalog, files: MemoryFiles(["cooper.yaml": text]))
    let result = loader.validate(LoadRequest(directory: "/project"))
    if result.value == nil, !result.hasErrors { return "nothing was loaded and no error says why" }
    return reportFinding(result.diagnostics, result.value?.first?.sources ?? SourceMap())
  }

  private static func reportFinding(_ diagnostics: [Diagnostic], _ sources: SourceMap) -> String? {
    _ = TextReport(sources).render(diagnostics)
    do {
      _ = try ValueJSON.decode(Array(JSONReport(sources).render(diagnostics).utf8))
      return nil
    } catch {
      return "the JSON report is no JSON: \(error)"
    }
  }
}
