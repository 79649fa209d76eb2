internal import ArgumentParser
internal import CooperEngine
internal import CooperModel
internal import CooperSchema
internal import CooperState

/// Text goes to a person, json to a program.
enum ListFormat: String, ExpressibleByArgument, CaseIterable { case text, json }

/// `cooper state list`
struct StateListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Prints the addresses that are recorded, one a line.",
    discussion: """
      Example:
        cooper state list --environment prod
      """)

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let session = Session(options)
    guard let snapshot = try await session.read(session.stateStore()).folded else { return }
    for address in snapshot.resources.keys.sorted() { session.output.print(address.description) }
  }
}

/// `cooper state show`
struct StateShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows everything recorded of one address.",
    discussion: """
      Example:
        cooper state show buckets.data-eu
      """)

  @OptionGroup var options: GlobalOptions

  @Argument(help: ArgumentHelp("E.g. buckets.data-eu.", valueName: "ADDRESS"))
  var address: String

  func run() async throws {
    let session = Session(options)
    let address = try session.address(self.address)
    let snapshot = try await session.recordedState(session.stateStore())
    let entry = try session.entry(address, in: snapshot)
    session.output.print(StateTable.render(address, entry))
  }
}

/// `cooper state pull`
struct StatePullCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull", abstract: "Prints the state as JSON, with the events of an interrupted run folded in.",
    discussion: """
      Example:
        cooper state pull > state.json
      """)

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let session = Session(options)
    let snapshot = try await session.recordedState(session.stateStore())
    let bytes = StateFormat.encode(snapshot, cooperVersion: Version.text)
    session.output.print(String(decoding: bytes, as: UTF8.self), terminator: "")
  }
}

/// `cooper state unlock`
struct StateUnlockCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unlock", abstract: "Shows who holds the lock, and what frees it.",
    discussion: """
      The lock of a local state dies with its process, so there is never one to break.

      Example:
        cooper state unlock
      """)

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let session = Session(options)
    let store = try session.stateStore()
    do throws(StateFailure) {
      let lease = try await store.lock(session.lockHolder("state unlock"))
      await lease.release()
      session.output.print("\(store.location) is not locked")
    } catch {
      guard case .locked(let holder) = error.kind else { throw session.report(error, store.location) }
      session.output.note("\(store.location) is locked")
      if let holder {
        let seconds = Int64(SystemClock.now()) - holder.since
        session.output.note("  by \(holder.owner)@\(holder.host), process \(holder.process), for \(holder.command)")
        session.output.note("  for \(TimeSpan(seconds: max(0, seconds)).text)")
      }
      session.output.note(
        """
          The lock belongs to that process and ends with it: wait for it, stop it with Ctrl-C, or end it.
          Nothing is lost: the next apply goes on from its journal. To wait:  --lock-timeout 5m
        """)
      throw Exit.locked
    }
  }
}

/// `cooper output`
struct OutputCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "output", abstract: "Prints what was born at the provider, by address and name.",
    discussion: """
      One value alone is printed bare, for scripts.

      Example:
        cooper output buckets.data-eu.arn
        cooper output --format json
      """)

  @OptionGroup var options: GlobalOptions

  @Argument(help: ArgumentHelp("An address, or address.output; without it all are printed.", valueName: "NAME"))
  var name: String?

  @Option(help: "text or json.")
  var format: ListFormat = .text

  func run() async throws {
    let session = Session(options)
    let snapshot = try await session.recordedState(session.stateStore())
    var outputs: [(name: String, value: Value)] = []
    for (address, entry) in snapshot.resources.sorted(by: { $0.key < $1.key }) {
      for pair in entry.outputs { outputs.append(("\(address).\(pair.key)", pair.value)) }
    }
    if let name {
      if let single = outputs.first(where: { $0.name == name }) {
        session.output.print(format == .json ? Self.json(single.value) : StateTable.inline(single.value))
        return
      }
      let all = outputs
      outputs = outputs.filter { $0.name.hasPrefix(name + ".") }
      if outputs.isEmpty { throw session.unknown("output", name, among: all.map(\.name)) }
    }
    if format == .json {
      session.output.print(Self.json(.map(ValueMap(outputs.map { ($0.name, $0.value) }))))
    } else if !outputs.isEmpty {
      session.output.print(StateTable.columns(outputs.map { [$0.name, StateTable.inline($0.value)] }))
    }
  }

  private static func json(_ value: Value) -> String {
    var text = String(decoding: ValueJSON.encode(value, pretty: true), as: UTF8.self)
    while text.last == "\n" { text.removeLast() }
    return text
  }
}
