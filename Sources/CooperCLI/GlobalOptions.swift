internal import ArgumentParser
internal import CooperSchema

/// Options that every command takes.
struct GlobalOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Directory that holds cooper.yaml.", valueName: "DIR"))
  var project: String = "."

  @Option(name: .shortAndLong, help: ArgumentHelp("Environment to work in.", valueName: "NAME"))
  var environment: String?

  @Option(name: .customLong("var"), help: ArgumentHelp("Sets a variable; may be repeated.", valueName: "k=v"))
  var variables: [String] = []

  @Option(help: ArgumentHelp("Reads variables from a YAML file; may be repeated.", valueName: "FILE"))
  var varFile: [String] = []

  @Option(help: ArgumentHelp("Uses this state file instead of the project's.", valueName: "FILE"))
  var state: String?

  @Option(help: ArgumentHelp("Calls in flight at once.", valueName: "N"))
  var parallelism: Int = 128

  @Option(help: ArgumentHelp("Waits this long for the state's lock, e.g. 30s.", valueName: "D"))
  var lockTimeout: String = "0s"

  @Flag(help: "Never uses colours.")
  var noColor = false

  @Option(help: ArgumentHelp("error, warning, info or debug; on standard error.", valueName: "LEVEL"))
  var logLevel: LogLevel = .warning

  /// Seconds to wait for the lock.
  var lockPatience: Double { Double(TimeSpan(lockTimeout)?.seconds ?? 0) }

  func validate() throws {
    guard (1...4_096).contains(parallelism) else { throw ValidationError("--parallelism takes 1 to 4096") }
    guard TimeSpan(lockTimeout) != nil else {
      throw ValidationError("--lock-timeout takes a duration such as 30s, not \"\(lockTimeout)\"")
    }
    for pair in variables where !pair.contains("=") {
      throw ValidationError("--var takes name=value, not \"\(pair)\"")
    }
  }
}

enum LogLevel: String, ExpressibleByArgument, CaseIterable, Comparable {
  case error, warning, info, debug

  static func < (a: LogLevel, b: LogLevel) -> Bool { a.rank < b.rank }

  private var rank: Int {
    switch self {
    case .error: 0
    case .warning: 1
    case .info: 2
    case .debug: 3
    }
  }
}
