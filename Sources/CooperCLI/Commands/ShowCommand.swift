internal import ArgumentParser
internal import CooperPlan
internal import CooperRender
internal import CooperSchema
internal import CooperState
private import FoundationEssentials

/// `cooper show`
struct ShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows a saved plan or a state file; without a file, what is recorded.",
    discussion: """
      Example:
        cooper show plan.json --format markdown
        cooper show
      """)

  @OptionGroup var options: GlobalOptions
  @OptionGroup var show: PlanDisplay

  @Argument(help: ArgumentHelp("A plan saved by  cooper plan --out, or a state.", valueName: "FILE"))
  var file: String?

  func run() async throws {
    let session = Session(options)
    guard let file else {
      let store = try session.stateStore()
      return try print(try await session.recordedState(store), session)
    }
    let here = Files(directory: FileManager.default.currentDirectoryPath)
    guard let bytes = try here.read(file) else {
      session.output.note("error: there is no file \(file)")
      throw Exit.usage
    }
    if Self.isState(bytes) {
      let snapshot: StateSnapshot
      do throws(StateFailure) {
        snapshot = try StateFormat.decode(bytes, file: file)
      } catch {
        throw session.report(error, file)
      }
      return try print(snapshot, session)
    }
    show.print(try session.loadPlan(file), session, seconds: nil)
  }

  /// A state has a lineage at its top, a plan has its basis there; what is neither is told by the plan's reader.
  private static func isState(_ bytes: [UInt8]) -> Bool {
    guard let value = try? ValueJSON.decode(bytes) else { return false }
    return value["lineage"] != nil && value["basis"] == nil
  }

  private func print(_ snapshot: StateSnapshot, _ session: Session) throws {
    switch show.format {
    case .json:
      let bytes = StateFormat.encode(snapshot, cooperVersion: Version.text)
      session.output.print(String(decoding: bytes, as: UTF8.self), terminator: "")
    case .text: session.output.print(StateTable.render(snapshot))
    default:
      session.output.note("error: a state is shown as text or json, not as \(show.format.rawValue)")
      throw Exit.usage
    }
  }
}
