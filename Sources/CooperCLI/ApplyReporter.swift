internal import CooperEngine
internal import CooperModel
internal import CooperPlan
internal import CooperProvider
internal import CooperSchema
private import Synchronization

/// Tells how an apply goes: lines for a person on standard error, or one JSON object a line on standard output.
final class ApplyReporter: Sendable {
  private struct State {
    var done = 0
    var isShown = false
  }

  private let output: Output
  private let streamsJSON: Bool
  private let count: Int
  private let begun = SystemClock.now()
  private let state = Mutex(State())

  init(_ output: Output, streamsJSON: Bool, count: Int) {
    self.output = output
    self.streamsJSON = streamsJSON
    self.count = count
  }

  func report(_ event: ExecutionEvent) {
    if streamsJSON {
      if let value = Self.value(of: event) { output.print(Self.line(value), terminator: "") }
      return
    }
    switch event {
    case .started(let change, _, _): meter(change)
    case .facetWritten, .retried: break
    case .finished(let change, let seconds):
      say("\(Self.done(change.action))  \(change.address)  \(Self.rounded(seconds))", counts: true)
    case .failed(let change, let failure):
      say(Self.text(of: failure, change), counts: true)
    case .skipped(let change, let why): say("skipped  \(change.address)  \(why)", counts: true)
    }
  }

  /// The closing line, with every count.
  func summarise(_ plan: Plan, _ report: ExecutionReport) {
    if streamsJSON {
      output.print(
        Self.line([
          "event": "summary", "finished": .integer(Int64(report.finished.count)),
          "failed": .integer(Int64(report.failed.count)), "skipped": .integer(Int64(report.skipped.count)),
          "blocked": .integer(Int64(plan.blocked.count)), "stopped": .bool(report.wasStopped),
          "seconds": .number(SystemClock.now() - begun),
        ]), terminator: "")
      return
    }
    clear()
    var parts = ["\(report.finished.count) done"]
    if !report.failed.isEmpty { parts.append("\(report.failed.count) failed") }
    if !report.skipped.isEmpty { parts.append("\(report.skipped.count) not begun") }
    if !plan.blocked.isEmpty { parts.append("\(Set(plan.blocked.map(\.address)).count) blocked") }
    output.note(parts.joined(separator: "  ") + "  in \(Self.rounded(SystemClock.now() - begun))")
    if report.wasStopped { output.note("stopped as asked; the next apply goes on from here") }
  }

  func clear() {
    let shown = state.withLock { state in
      defer { state.isShown = false }
      return state.isShown
    }
    if shown { output.note("\r\u{1b}[K", terminator: "") }
  }

  private func meter(_ change: Change) {
    guard output.isTerminalError else { return }
    let done = state.withLock { state in
      state.isShown = true
      return state.done
    }
    output.note("\r\u{1b}[K\(done)/\(count)  \(change.address)  \(Int(SystemClock.now() - begun)) s", terminator: "")
  }

  private func say(_ text: String, counts: Bool) {
    clear()
    if counts { state.withLock { $0.done += 1 } }
    output.note(text)
  }

  private static func text(of failure: ExecutionFailure, _ change: Change) -> String {
    let what = failure.facet.map { "\($0) of \(change.address)" } ?? change.address.description
    let place = change.origin.map { "  \($0.file):\($0.line)" } ?? ""
    var lines = ["error \(failure.failure.code): \(what) failed\(place)", "  \(failure.failure.message)"]
    if let call = failure.failure.call {
      lines.insert("  " + call + (failure.failure.status.map { ": \($0)" } ?? ""), at: 1)
    }
    if failure.failure.kind == .denied, let permission = failure.failure.permission {
      lines.append("  grant \(permission.action) on \(permission.resource)")
    }
    return lines.joined(separator: "\n")
  }

  private static func done(_ action: Action) -> String {
    switch action {
    case .create: "created "
    case .update: "updated "
    case .replace: "replaced"
    case .delete: "deleted "
    case .adopt: "adopted "
    case .release: "released"
    case .forget: "forgot  "
    case .move: "renamed "
    }
  }

  private static func rounded(_ seconds: Double) -> String {
    let tenths = Int((seconds * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) s"
  }

  private static func line(_ value: Value) -> String {
    String(decoding: ValueJSON.encode(value, pretty: false), as: UTF8.self) + "\n"
  }

  private static func value(of event: ExecutionEvent) -> Value? {
    switch event {
    case .started(let change, let index, let count):
      [
        "event": "started", "address": .string(change.address.description), "action": .string(change.action.rawValue),
        "index": .integer(Int64(index)), "of": .integer(Int64(count)),
      ]
    case .facetWritten(let address, let facet):
      ["event": "written", "address": .string(address.description), "facet": .string(facet)]
    case .finished(let change, let seconds):
      [
        "event": "finished", "address": .string(change.address.description),
        "action": .string(change.action.rawValue), "seconds": .number(seconds),
      ]
    case .failed(let change, let failure):
      [
        "event": "failed", "address": .string(change.address.description), "action": .string(change.action.rawValue),
        "facet": failure.facet.map { .string($0) } ?? .null, "code": .string(failure.failure.code),
        "message": .string(failure.failure.message),
      ]
    case .skipped(let change, let why):
      ["event": "skipped", "address": .string(change.address.description), "why": .string(why)]
    case .retried: nil
    }
  }
}
