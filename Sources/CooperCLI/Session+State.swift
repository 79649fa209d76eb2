internal import ArgumentParser
internal import CooperConfig
internal import CooperDiagnostics
internal import CooperEngine
internal import CooperModel
internal import CooperState
private import FoundationEssentials

extension Session {
  /// The store of commands that look at state alone: a project with other errors in it still has a state.
  func stateStore() throws -> any StateStore {
    if options.state != nil { return try store(for: Configuration(project: "", environment: options.environment)) }
    let loaded = loader.load(try loadRequest())
    let fatal: Set<DiagnosticCode> = ["CFG0068", "CFG0069"]
    let stopping = loaded.value == nil ? loaded.diagnostics : loaded.diagnostics.filter { fatal.contains($0.code) }
    guard let configuration = loaded.value, stopping.isEmpty else {
      let sources = loaded.value?.sources ?? SourceMap()
      output.note(TextReport(sources, colour: output.colorsError).render(stopping))
      throw Exit.invalidConfiguration
    }
    return try store(for: configuration)
  }

  func read(_ store: any StateStore) async throws -> StoredState {
    do throws(StateFailure) { return try await store.read() } catch { throw report(error, store.location) }
  }

  /// What is recorded, with the events of an interrupted run; leaves with 1 when nothing is.
  func recordedState(_ store: any StateStore) async throws -> StateSnapshot {
    guard let snapshot = try await read(store).folded else {
      output.note("error: nothing is recorded: there is no state at \(store.location)")
      output.note("  the first  cooper apply  makes it")
      throw Exit.failed
    }
    return snapshot
  }

  /// Runs an edit of the state; a failure of the store is reported with its exit code.
  func edit<Output>(
    _ store: any StateStore, _ command: String, _ body: (StateEdit) async throws -> Output
  ) async throws -> Output {
    let edit = StateEdit(store: store, holder: lockHolder(command), now: SystemClock.now)
    do {
      return try await body(edit)
    } catch let failure as StateFailure {
      throw report(failure, store.location)
    }
  }

  /// An address as written on the command line; leaves with 64 when it is none.
  func address(_ text: String) throws -> Address {
    guard let address = Address(text) else {
      output.note("error: \"\(text)\" is no address; one is written  section.name, e.g. buckets.data-eu")
      throw Exit.usage
    }
    return address
  }

  /// The entry at an address; leaves with 1 and the nearest address when there is none.
  func entry(_ address: Address, in snapshot: StateSnapshot) throws -> RecordedResource {
    if let entry = snapshot.resources[address] { return entry }
    output.note("error: \(address) is not recorded")
    let known = snapshot.resources.keys.sorted().map(\.description)
    if let match = closestMatch(to: address.description, in: known) {
      output.note("  did you mean \(match)?")
    } else {
      output.note("  see what is:  cooper state list")
    }
    throw Exit.failed
  }

  /// A state that begins now.
  func firstState(_ configuration: Configuration) -> StateSnapshot {
    StateSnapshot(
      lineage: UUID().uuidString.lowercased(), project: configuration.project, environment: configuration.environment)
  }
}

extension Session {
  /// Reports a word that stands for nothing, with the one that was likely meant; gives the code for wrong usage.
  func unknown(_ what: String, _ word: String, among known: [String]) -> ExitCode {
    output.note("error: there is no \(what) \"\(word)\"")
    if let match = closestMatch(to: word, in: known) {
      output.note("  did you mean \(match)?")
    } else if !known.isEmpty, known.count <= 12 {
      output.note("  there are: \(known.sorted().joined(separator: ", "))")
    }
    return Exit.usage
  }
}

extension Session {
  var projectFiles: Files { Files(directory: directory) }
}
