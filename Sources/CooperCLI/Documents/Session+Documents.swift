internal import CooperConfig
internal import CooperState

extension Session {
  /// What is recorded, for outputs; nil where nothing was applied. Most documents need none, so a state that this build
  /// can't reach is no reason to refuse them: what needs an output says so.
  func stateForDocuments(_ configuration: Configuration) async throws -> StateSnapshot? {
    if configuration.state != nil, options.state == nil { return nil }
    let store = try store(for: configuration)
    let snapshot = try recorded(await readState(), store, configuration)
    return snapshot.lineage.isEmpty ? nil : snapshot
  }

  /// A text file of the project; nil when it can't be read.
  func projectText(_ path: String) -> String? {
    (try? projectFiles.read(path)).flatMap { $0 }.map { String(decoding: $0, as: UTF8.self) }
  }

  /// The project's directory without links.
  var realDirectory: String { SecretFile.withoutLinks(directory) ?? directory }
}
