import CooperProvider
import CooperSchema

/// A call whose work may go on after its answer: it is asked for until it ends (Azure REST API, "Track asynchronous Azure
/// operations"; Resource Provider Contract, "Asynchronous operations").
struct LongRunning: Procedure {
  private enum Phase {
    case start
    /// Where the operation tells its standing, or where its result appears.
    case operation(Call)
    case location(Call)
  }

  private let call: Call
  private let site: Site
  /// What the result is when the answer says only that it is done.
  private let result: Call?
  private var phase = Phase.start
  private var next: Call
  private var polls = 0
  private var pause: Duration = .milliseconds(500)

  /// About an hour of the longest pauses.
  private static let pollLimit = 120
  private static let longestPause: Duration = .seconds(30)

  init(_ call: Call, on site: Site, result: Call? = nil) {
    self.call = call
    self.site = site
    self.result = result
    next = call
  }

  var plannedCalls: [Call] { [call] }

  mutating func next(_ reply: Reply?) -> Step<Reply> {
    guard let reply else { return .call(next) }
    do throws(CallFailure) {
      switch phase {
      case .start: return try started(try reply.succeeded(call))
      case .operation(let poll): return try operation(try reply.succeeded(poll), poll)
      case .location(let poll):
        let reply = try reply.succeeded(poll)
        return reply.status == 202 ? try wait(reply, poll) : .done(reply)
      }
    } catch {
      return .failed(error)
    }
  }

  private mutating func started(_ reply: Reply) throws(CallFailure) -> Step<Reply> {
    if let link = reply.header("Azure-AsyncOperation") {
      let poll = try follow(link)
      phase = .operation(poll)
      return try wait(reply, poll)
    }
    guard reply.status == 202 else { return .done(reply) }
    guard let link = reply.header("Location") else {
      throw CallFailure(
        .protocolBroken, code: "NoOperation", "the service goes on with it and doesn't say where it tells of the end",
        status: reply.status, call: call.line, mayHaveHappened: true)
    }
    let poll = try follow(link)
    phase = .location(poll)
    return try wait(reply, poll)
  }

  private mutating func operation(_ reply: Reply, _ poll: Call) throws(CallFailure) -> Step<Reply> {
    let document = try ArmReply.document(reply, to: poll)
    switch document["status"]?.string?.lowercased() {
    case "succeeded":
      guard let result else { return .done(reply) }
      phase = .location(result)
      next = result
      return .call(result)
    case "failed", "canceled":
      let error = document["error"]
      throw CallFailure(
        .invalid, code: error?["code"]?.string ?? "OperationFailed",
        error?["message"]?.string.map { String($0.prefix(300)) } ?? "the operation failed", call: call.line)
    case nil: throw ArmReply.broken("status", poll)
    default: return try wait(reply, poll)
    }
  }

  /// The service says how long, or else it is each time twice as long.
  private mutating func wait(_ reply: Reply, _ poll: Call) throws(CallFailure) -> Step<Reply> {
    polls += 1
    guard polls <= Self.pollLimit else {
      throw CallFailure(
        .unavailable, code: "OperationTooLong", "the operation is still running; the next apply looks again",
        call: call.line, mayHaveHappened: true)
    }
    next = poll
    let asked = AzureFailure.retryAfter(reply)
    let duration = asked ?? pause
    if asked == nil { pause = pause * 2 }
    return .wait(min(duration, Self.longestPause))
  }

  private func follow(_ link: String) throws(CallFailure) -> Call {
    guard let poll = AzureLink.call(link, on: site, permissions: call.permissions) else {
      throw CallFailure(
        .protocolBroken, code: "ForeignAddress",
        "the operation is to be followed at another host, where no token goes", call: call.line, mayHaveHappened: true)
    }
    return poll
  }
}
