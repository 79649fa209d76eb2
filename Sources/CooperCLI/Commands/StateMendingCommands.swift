internal import ArgumentParser
internal import CooperEngine
internal import CooperModel
internal import CooperState
private import FoundationEssentials

/// `cooper state mv`
struct StateMoveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mv", abstract: "Records a resource under another address; nothing is sent to a provider.",
    discussion: """
      A change that all environments are to take over belongs into the YAML:  moved: [{ from: …, to: … }]

      Example:
        cooper state mv buckets.logs buckets.audit-logs
      """)

  @OptionGroup var options: GlobalOptions

  @Argument(help: ArgumentHelp("The address it is recorded at.", valueName: "FROM"))
  var from: String

  @Argument(help: ArgumentHelp("The address it gets.", valueName: "TO"))
  var to: String

  func run() async throws {
    let session = Session(options)
    let from = try session.address(self.from)
    let to = try session.address(self.to)
    guard from.section == to.section else {
      session.output.note("error: \(from) can't become \(to): the two sections hold different kinds")
      throw Exit.usage
    }
    let store = try session.stateStore()
    let snapshot = try await session.recordedState(store)
    let saved = try await session.edit(store, "state mv") { edit in
      try await edit.apply(first: snapshot) { recorded in
        _ = try session.entry(from, in: recorded)
        guard recorded.resources[to] == nil else {
          session.output.note("error: \(to) is recorded already; nothing was changed")
          throw Exit.failed
        }
        return [.moved(from: from, to: to)]
      }
    }
    session.output.print("\(from) is now \(to)  (state #\(saved.serial))")
  }
}

/// `cooper state forget`
struct StateForgetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forget", abstract: "Lets go of resources; they stay as they are at the provider.",
    discussion: """
      A block that is still in the YAML then stands for something unknown: the next plan asks to adopt it.

      Example:
        cooper state forget buckets.old-logs
      """)

  @OptionGroup var options: GlobalOptions

  @Argument(help: ArgumentHelp("One or more addresses.", valueName: "ADDRESS"))
  var addresses: [String]

  func run() async throws {
    let session = Session(options)
    let addresses = try addresses.map { try session.address($0) }
    let store = try session.stateStore()
    let snapshot = try await session.recordedState(store)
    let saved = try await session.edit(store, "state forget") { edit in
      try await edit.apply(first: snapshot) { recorded in
        for address in addresses { _ = try session.entry(address, in: recorded) }
        return addresses.map { .forgotten($0) }
      }
    }
    for address in addresses {
      let name = snapshot.resources[address]?.identity.name ?? ""
      session.output.print("forgot \(address); \(name) stays as it is  (state #\(saved.serial))")
    }
  }
}

/// `cooper state push`
struct StatePushCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "push", abstract: "Puts a state file in the place of what is recorded.",
    discussion: """
      It must be of the same lineage, have a higher serial and be whole; nothing is sent to a provider.

      Example:
        cooper state pull > state.json
        cooper state push state.json
      """)

  @OptionGroup var options: GlobalOptions

  @Argument(help: ArgumentHelp("A state as  cooper state pull  prints it.", valueName: "FILE"))
  var file: String

  func run() async throws {
    let session = Session(options)
    let here = Files(directory: FileManager.default.currentDirectoryPath)
    guard let bytes = try here.read(file) else {
      session.output.note("error: there is no file \(file)")
      throw Exit.usage
    }
    let pushed: StateSnapshot
    do throws(StateFailure) {
      pushed = try StateFormat.decode(bytes, file: file)
      try StateFormat.check(pushed, file: file)
    } catch {
      throw session.report(error, file)
    }
    let store = try session.stateStore()
    var isSame = false
    try await session.edit(store, "state push") { edit in
      do {
        try await edit.replace(with: pushed) { stored in
          isSame = stored.journal.isEmpty && stored.snapshot == pushed
          if isSame { throw Exit.done }
          try refuse(pushed, over: stored, session)
        }
      } catch let code as ExitCode where code == Exit.done {
        return
      }
    }
    session.output.print(
      isSame
        ? "\(store.location) is this state already"
        : "\(store.location) is now state #\(pushed.serial), \(pushed.resources.count) resources")
  }

  private func refuse(_ pushed: StateSnapshot, over stored: StoredState, _ session: Session) throws {
    var why: [String] = []
    if let snapshot = stored.snapshot {
      if snapshot.lineage != pushed.lineage {
        why = ["it is of another lineage (\(pushed.lineage), here \(snapshot.lineage)): a state of something else"]
      } else if pushed.serial <= snapshot.serial {
        why = [
          "its serial \(pushed.serial) is not above the recorded \(snapshot.serial)",
          "it is older, or was changed beside what is recorded; to go back on purpose, set its serial to "
            + "\(snapshot.serial + 1)",
        ]
      }
    }
    if why.isEmpty, !stored.journal.isEmpty {
      why = ["an interrupted run is not folded in yet; finish it first:  cooper apply"]
    }
    if why.isEmpty, let environment = options.environment, let other = pushed.environment, other != environment {
      why = ["it is the state of environment \(other), not of \(environment)"]
    }
    guard let first = why.first else { return }
    session.output.note("error STA0002: \(file) was not pushed: \(first)")
    for line in why.dropFirst() { session.output.note("  " + line) }
    throw Exit.failed
  }
}
