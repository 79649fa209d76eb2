import CooperConfig
import CooperDiagnostics
import CooperModel
import CooperTestSupport
import Testing

/// Loads a project from memory with the small language of these tests.
func load(
  _ texts: [String: String], environment: String? = nil, variables: [VariableAssignment] = [],
  files: [SourceText] = [], process: [String: String] = [:], catalog: Catalog = TestCatalog.standard
) -> Diagnosed<Configuration> {
  ConfigLoader(catalog: catalog, files: MemoryFiles(texts)).load(
    LoadRequest(
      directory: "/project", environment: environment, assignments: variables, variableFiles: files,
      processEnvironment: process))
}

/// A root file with a local and an AWS connection, and what follows.
func project(_ rest: String) -> String {
  """
  cooper: 1
  name: acme
  connections:
    here: { type: local, root: data }
    aws: { type: aws, region: eu-west-1, account: "111122223333" }
    minio: { type: minio, endpoint: "https://minio.internal:9000" }
    gcp: { type: gcs, project: acme }

  """ + rest
}

/// The configuration of a project without errors.
func configuration(
  _ texts: [String: String], environment: String? = nil, variables: [VariableAssignment] = [],
  files: [SourceText] = [], process: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
) throws -> Configuration {
  let result = load(texts, environment: environment, variables: variables, files: files, process: process)
  #expect(result.diagnostics.map(\.line) == [], sourceLocation: sourceLocation)
  return try #require(result.value, sourceLocation: sourceLocation)
}

extension Diagnostic {
  /// For comparison in tests: code and message.
  var line: String { "\(code) \(message)" }
}

extension ResourceDeclaration {
  func value(_ facet: String) -> String? { self.facet(facet).map { "\($0.value)" } }
}
