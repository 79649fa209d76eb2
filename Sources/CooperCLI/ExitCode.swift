internal import ArgumentParser

/// The exit codes of every command (design section 3).
enum Exit {
  static let done = ExitCode(0)
  static let failed = ExitCode(1)
  /// Only with `--detailed-exitcode`.
  static let changesPending = ExitCode(2)
  /// Only drift is pending; with `--detailed-exitcode`, and always from `drift`.
  static let driftPending = ExitCode(3)
  static let blocked = ExitCode(4)
  static let stale = ExitCode(5)
  static let locked = ExitCode(6)
  static let usage = ExitCode(64)
  static let invalidConfiguration = ExitCode(65)
  static let interrupted = ExitCode(130)

  /// The one to leave with when several apply: a run that the user stopped says so whatever else it met, then
  /// 65, 6, 5, 4, 1, 2, 3.
  static func first(of codes: [ExitCode]) -> ExitCode {
    let order: [Int32] = [130, 65, 6, 5, 4, 1, 2, 3]
    for code in order where codes.contains(where: { $0.rawValue == code }) { return ExitCode(code) }
    return done
  }
}
