internal import CooperConfig
internal import CooperDiagnostics
public import CooperModel
internal import CooperProvider
internal import CooperState

/// What blocks a declared resource, with the lines that would open it.
extension Planner {
  mutating func block(replacementOf resource: ResourceDeclaration, _ entry: RecordedResource, _ target: Target) {
    let what =
      entry.identity.name == target.name
      ? "the endpoint or account changed from \(entry.identity.place) to \(target.identity.place)"
      : "the name changed from \(entry.identity.name) to \(target.name)"
    plan.blocked.append(
      Blocked(
        address: resource.address, action: .replace,
        why: [
          what + "; a \(entry.kind) can't be renamed or moved, and one that may hold data is never replaced",
          "declare the new one under another key, copy the data, then remove the present one",
        ],
        consent: ["removed: { \(resource.address): forget }  # under another key, to let go of \(entry.identity.name)"],
        origin: origin(resource.range)))
  }

  mutating func blockRegion(_ resource: ResourceDeclaration, observed: String, wanted: String) {
    plan.blocked.append(
      Blocked(
        address: resource.address, action: .replace,
        why: ["it is in region \(observed), and the YAML says \(wanted); a bucket can't move between regions"],
        consent: ["region: \(observed)"], origin: origin(resource.range)))
  }

  mutating func blockUnadopted(_ resource: ResourceDeclaration, _ target: Target) {
    plan.blocked.append(
      Blocked(
        address: resource.address, action: .adopt,
        why: [
          "\(target.name) exists already and is not recorded; Cooper doesn't take over what it didn't make unasked"
        ],
        consent: ["adopted: { \(resource.address): \(target.name) }"], origin: origin(resource.range)))
  }

  mutating func blockForeign(
    _ resource: ResourceDeclaration, _ target: Target, _ owner: String, recorded entry: RecordedResource?
  ) {
    let why =
      entry == nil
      ? "the name \(target.name) is taken by somebody else (\(owner)); choose another bucketName"
      : "\(target.name) is recorded as yours, but it now belongs to somebody else (\(owner)); nothing is written to it"
    plan.blocked.append(
      Blocked(
        address: resource.address, action: entry == nil ? .create : .update, why: [why],
        consent: entry == nil ? [] : ["removed: { \(resource.address): forget }"], origin: origin(resource.range)))
  }

  mutating func blockUnreadable(_ resource: ResourceDeclaration, _ failure: CallFailure) {
    plan.blocked.append(
      Blocked(
        address: resource.address, action: .update, why: Self.unreadable(failure), consent: [],
        origin: origin(resource.range)))
    if failure.kind == .conflict { return }
    plan.diagnostics.append(Self.diagnostic(of: failure, resource.address, nil, origin(resource.range)))
  }

  static func unreadable(_ failure: CallFailure) -> [String] {
    // Was read, and can't be what the YAML says.
    if failure.kind == .conflict { return ["\(failure.code): \(failure.message)"] }
    return ["could not be read: \(failure.message)", "unknown is not absent, so nothing is changed over it"]
  }

  /// A failed read as a finding of its own; the plan goes on with the rest.
  static func diagnostic(
    of failure: CallFailure, _ address: Address, _ facet: String?, _ origin: Origin?
  ) -> PlanDiagnostic {
    let what = facet.map { "\($0) of \(address)" } ?? address.description
    var notes: [String] = []
    if let call = failure.call { notes.append(call + (failure.status.map { ": \($0)" } ?? "") + " \(failure.code)") }
    notes.append(failure.message)
    var fix: [String] = []
    if case .denied = failure.kind, let permission = failure.permission {
      fix.append("grant \(permission.action) on \(permission.resource)")
    }
    return PlanDiagnostic(
      failure.kind == .denied ? "PLN0403" : "PLN0020", .error,
      failure.kind == .denied ? "may not read \(what)" : "could not read \(what)", address: address, origin: origin,
      notes: notes, fix: fix)
  }
}

extension PhysicalIdentity {
  /// Endpoint and account in a few words.
  public var place: String { endpoint + (account.map { " (\($0))" } ?? "") }
}
