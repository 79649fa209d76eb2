internal import CooperEngine
internal import CooperProvider

/// The steps of one check as they are told: each with its time and what to do, and those that never came with the reason.
final class CheckSteps {
  private(set) var steps: [CheckReport.Step] = []
  private let tells: (CheckReport.Step) -> Void

  init(_ tells: @escaping (CheckReport.Step) -> Void) { self.tells = tells }

  var isGood: Bool { !steps.contains { $0.verdict == .failed } }

  func add(_ step: CheckReport.Step) {
    steps.append(step)
    tells(step)
  }

  func tell(
    _ step: String, _ verdict: CheckReport.Verdict, _ detail: String, since begun: Double? = nil, fix: String? = nil
  ) {
    tell(step, verdict, detail, seconds: begun.map { SystemClock.now() - $0 }, fix: fix)
  }

  func tell(_ step: String, _ verdict: CheckReport.Verdict, _ detail: String, seconds: Double?, fix: String? = nil) {
    add(
      CheckReport.Step(
        name: step, verdict: verdict, detail: detail, milliseconds: seconds.map { Int($0 * 1_000) }, fix: fix))
  }

  /// Shows a failure with its fix.
  func failed(_ step: String, _ failure: CallFailure, since begun: Double?, fix: String? = nil) {
    add(
      CheckReport.Step(
        name: step, verdict: .failed, detail: "\(failure.code): \(failure.message)",
        milliseconds: begun.map { Int((SystemClock.now() - $0) * 1_000) }, code: failure.code, call: failure.call,
        fix: fix ?? Self.fix(step, failure)))
  }

  /// Says of each of these steps that hasn't come why it won't.
  func skip(_ names: [String]) {
    guard let failed = steps.last(where: { $0.verdict == .failed })?.name else { return }
    for name in names where !steps.contains(where: { $0.name == name }) {
      tell(name, .skipped, "not tried, because \"\(failed)\" failed")
    }
  }

  static func fix(_ step: String, _ failure: CallFailure) -> String? {
    switch failure.code {
    case TransportCode.resolveFailed: return "is the host's name right in  endpoint:, and can this machine resolve it?"
    case TransportCode.connectFailed, TransportCode.timeout:
      return "does it run, and is it reachable from here? See also HTTPS_PROXY and NO_PROXY"
    case TransportCode.tlsFailed:
      if failure.message.contains("another host name") {
        return "write the host that the certificate names in  endpoint:, or have it made for this one"
      }
      if failure.message.contains("not valid today") { return "renew the certificate, or mend this machine's clock" }
      return "name the certificate of a private authority:  caCertificate: certs/ca.pem"
    case TransportCode.proxyFailed: return "see HTTPS_PROXY and NO_PROXY"
    default: break
    }
    switch failure.kind {
    case .denied:
      let permission = failure.permission.map { "grant \($0.action) on \($0.resource)" } ?? "grant the right to list"
      return step == "list" ? permission + "; planning works without it, with a call more for each bucket" : permission
    case .unauthenticated: return "see  access:  of the connection, and the clock of this machine"
    case .notFound, .protocolBroken, .unsupported:
      return "is  endpoint:  really that of a \(step == "list" ? "store" : "service")?"
    default: return nil
    }
  }
}
