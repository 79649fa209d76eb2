internal import CooperConfig
internal import CooperEngine
internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// Reads every facet of one resource that is there, and says where the store answers otherwise than the profile of its
/// type promises. It writes nothing: what is no GET or HEAD never leaves.
struct ProfileProbe {
  let kind: Kind
  let support: KindSupport
  let connection: any Connection
  let runner: CallRunner
  /// The resource that is read.
  let target: Target
  /// Facets that the project manages on this connection: what can't be read of these is a failure.
  let managed: Set<String>
  /// A type of connection that rules a facet out for no store.
  let openType: (_ facet: String) -> String?

  func run() async -> (facets: [CheckReport.Facet], steps: [CheckReport.Step]) {
    let reader = ReadOnlyConnection(inner: connection)
    let (runner, target) = (runner, target)
    let begun = SystemClock.now()
    let answers = await withTaskGroup(of: (Int, Result<Observed<Value>, CallFailure>).self) { group in
      for (index, facet) in kind.facets.enumerated() {
        group.addTask {
          do throws(CallFailure) {
            return (index, .success(try await runner.run(facet.read(target), on: reader)))
          } catch {
            return (index, .failure(error))
          }
        }
      }
      var answers: [Int: Result<Observed<Value>, CallFailure>] = [:]
      for await (index, answer) in group { answers[index] = answer }
      return answers
    }
    var facets: [CheckReport.Facet] = []
    var steps: [CheckReport.Step] = []
    for (index, facet) in kind.facets.enumerated() {
      guard let answer = answers[index] else { continue }
      let (found, step) = judge(facet.name, answer)
      facets.append(found)
      if let step { steps.append(step) }
    }
    steps.insert(summary(facets, since: begun), at: 0)
    return (facets, steps)
  }

  private func summary(_ facets: [CheckReport.Facet], since begun: Double) -> CheckReport.Step {
    func count(_ store: CheckReport.Facet.Store...) -> Int { facets.count { store.contains($0.store) } }
    let unlike = facets.count { !$0.agrees }
    let words =
      "\(target.name) (\(target.address)): \(count(.set, .unset)) of \(facets.count) facets answered, "
      + "\(count(.lacking)) lacking" + (count(.unknown) == 0 ? "" : ", \(count(.unknown)) unreadable")
    return CheckReport.Step(
      name: "profile", verdict: .good,
      detail: words + "; \(unlike == 0 ? "nothing" : "\(unlike)") unlike type \(target.site.type)",
      milliseconds: Int((SystemClock.now() - begun) * 1_000))
  }

  private func judge(
    _ facet: String, _ answer: Result<Observed<Value>, CallFailure>
  ) -> (CheckReport.Facet, CheckReport.Step?) {
    var profile = CheckReport.Facet.Profile.lacking
    if case .supported? = support.facets[facet] { profile = support.unsure[facet] == nil ? .held : .unsure }
    var found = CheckReport.Facet(
      name: facet, profile: profile, store: .unknown, agrees: true, readAt: "\(target.address)")
    switch answer {
    case .success(.present(let value)): found.store = value == kind.facet(facet)?.schema.cleared ? .unset : .set
    case .success(.absent): found.store = .unset
    case .success(.unsupported(let reason)):
      found.store = .lacking
      found.detail = reason
    case .failure(let failure):
      found.detail = "\(failure.code): \(failure.message)"
      let step = CheckReport.Step(
        name: facet, verdict: managed.contains(facet) ? .failed : .skipped,
        detail: "can't be read: " + (found.detail ?? ""), code: failure.code, call: failure.call,
        fix: failure.permission.map { "grant \($0.action) on \($0.resource)" })
      return (found, step)
    }
    switch (profile, found.store) {
    case (.held, .lacking):
      found.agrees = false
      return (
        found,
        CheckReport.Step(
          name: facet, verdict: .failed, detail: "type \(target.site.type) holds it, and this store does not",
          code: "CON0013", call: found.detail,
          fix: "opt out of it:  \(target.site.type): { \(facet): null }  in a profile; or is another  type:  right?")
      )
    case (.lacking, .set) where !support.shown.contains(facet):
      found.agrees = false
      return (
        found,
        CheckReport.Step(
          name: facet, verdict: .unlike, detail: "type \(target.site.type) lacks it, and this store shows it",
          code: "CON0014", call: reason(facet),
          fix: openType(facet).map { "type: \($0)  rules it out for no store, and writes it after a look" })
      )
    case (.unsure, .lacking):
      return (
        found,
        managed.contains(facet)
          ? CheckReport.Step(
            name: facet, verdict: .failed, detail: "the project manages it, and this store lacks it", code: "CON0013",
            call: found.detail,
            fix: "take it out, or opt out of it:  \(target.site.type): { \(facet): null }  in a profile")
          : CheckReport.Step(name: facet, verdict: .skipped, detail: "this store lacks it", call: found.detail)
      )
    default: return (found, nil)
    }
  }

  private func reason(_ facet: String) -> String? {
    guard case .unsupported(let reason, _)? = support.facets[facet] else { return nil }
    return reason
  }
}

/// Lets only calls through that change nothing, whatever a procedure asks for.
private struct ReadOnlyConnection: Connection {
  let inner: any Connection

  var site: Site { inner.site }
  var declaredAccount: String? { inner.declaredAccount }
  var chosenEndpoints: [String] { inner.chosenEndpoints }

  func attempt(_ call: Call) async throws(CallFailure) -> Reply {
    guard call.reads else {
      throw CallFailure(.invalid, code: "CON0015", "a check only reads; \(call.method.rawValue) was held back")
    }
    return try await inner.attempt(call)
  }

  func transientFailure(_ reply: Reply, to call: Call) -> CallFailure? { inner.transientFailure(reply, to: call) }
  func url(for call: Call) -> String { inner.url(for: call) }
  func identify() -> (any Procedure<SignedInIdentity>)? { inner.identify() }
  func identity(of name: String) -> PhysicalIdentity { inner.identity(of: name) }
}
