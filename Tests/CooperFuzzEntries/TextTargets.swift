internal import CooperConfig
internal import CooperDiagnostics
internal import CooperProvider
internal import CooperProviders
internal import CooperSchema
internal import CooperSecrets
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

  /// The bytes are a file for `cooper fmt`: what it writes is left as it is by a second run, and it never gives up on a
  /// text that reads without errors other than by saying so.
  static let format = FuzzTarget(name: "format") { bytes in
    let order = LanguageSchema(AllProviders.registry.catalog).mappingOrder
    let text = SourceText(name: "fuzz.yaml", bytes: bytes)
    let first = YAMLFormat.formatted(text, id: SourceID(0), order: order)
    guard let once = first.value else {
      return first.hasErrors ? nil : "nothing was written and no error says why"
    }
    let second = YAMLFormat.formatted(SourceText(name: "fuzz.yaml", bytes: once), id: SourceID(0), order: order)
    return second.value == once ? nil : "a second run changes it"
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

  /// The bytes are a sealed text, a secret to be sealed, and a file with sealed texts in it.
  static let sealed = FuzzTarget(name: "sealed") { bytes in
    let zeroes = String(repeating: "A", count: 43)
    guard let key = SealingKey(text: Secret(SealingKey.prefix + zeroes)),
      let other = SealingKey(text: Secret(SealingKey.prefix + "B" + zeroes.dropFirst()))
    else { return "a key can't be read" }
    let place = SealedPlace(project: "fuzz", field: "connections.m.access.secretAccessKey")
    let text = String(decoding: bytes, as: UTF8.self)
    if let sealed = try? SealedText(text) {
      if sealed.description != text { return "it is written otherwise than it was read" }
      // The corpus holds one that was sealed for this place; it opens to a known secret.
      if let secret = try? sealed.open(for: place, with: [key]), secret.withBytes({ Array($0) }) != Array("seed".utf8) {
        return "a forged text was opened"
      }
    }
    if bytes.count <= SealedText.limit {
      guard let sealed = SealedText(Secret(bytes), for: place, with: key),
        let opened = try? SealedText(sealed.description).open(for: place, with: [key])
      else { return "what was sealed can't be opened" }
      if opened.withBytes({ Array($0) }) != bytes { return "what was sealed opens to something else" }
    }
    let source = SourceText(name: "fuzz.yaml", bytes: bytes)
    let rotation = SealedRotation(source, project: "fuzz", types: ["m"], from: [key], to: other)
    if rotation.changed.isEmpty, rotation.bytes != bytes { return "a file without sealed secrets was changed" }
    let again = SealedRotation(
      SourceText(name: "fuzz.yaml", bytes: rotation.bytes), project: "fuzz", types: ["m"], from: [key], to: other)
    return again.changed.isEmpty ? nil : "what was sealed anew is to be sealed anew again"
  }

  /// The bytes are a file of variables, a variable of the process, and an assignment of the command line.
  static let variables = FuzzTarget(name: "variables") { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    let files = MemoryFiles([
      "cooper.yaml": """
      cooper: 1
      name: fuzz
      variables: { team: { default: data }, size, account: { description: which } }
      environments: { prod: { variables: { size: "3" } } }
      connections: { here: { type: local, root: data } }
      buckets: { one: { connection: here, description: "$(team) $(size) $(account) $(environment)" } }
      """
    ])
    let loader = ConfigLoader(catalog: AllProviders.registry.catalog, files: files)
    let result = loader.load(
      LoadRequest(
        directory: "/project", environment: "prod",
        assignments: [VariableAssignment(name: "account", text: text), VariableAssignment(name: text, text: "x")],
        variableFiles: [SourceText(name: "fuzz.yaml", bytes: bytes)],
        processEnvironment: ["COOPER_VAR_TEAM": text, "COOPER_VAR_" + text: "x"]))
    if result.value == nil, !result.hasErrors { return "nothing was loaded and no error says why" }
    return reportFinding(result.diagnostics, result.value?.sources ?? SourceMap())
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
