import CooperModel
import CooperProvider
import CooperSchema

/// An IAM policy as it came, of which only members of bindings are changed: whatever else it holds stays.
struct IAMPolicy: Sendable, Hashable {
  static let kind = "storage#policy"

  var document: ValueMap

  mutating func add(_ wanted: IAMBinding) {
    var bindings = document.given("bindings")?.list ?? []
    if let index = bindings.firstIndex(where: { Self.isSame($0, wanted) }) {
      let members = Self.members(bindings[index])
      guard !wanted.members.allSatisfy(members.contains) else { return }
      bindings[index] = Self.binding(bindings[index], with: members + wanted.members.filter { !members.contains($0) })
    } else {
      bindings.append(wanted.value)
    }
    document["bindings"] = .list(bindings)
  }

  mutating func remove(_ unwanted: IAMBinding) {
    let bindings = document.given("bindings")?.list ?? []
    document["bindings"] = .list(
      bindings.compactMap { binding in
        guard Self.isSame(binding, unwanted) else { return binding }
        let members = Self.members(binding).filter { !unwanted.members.contains($0) }
        return members.isEmpty ? nil : Self.binding(binding, with: members)
      })
  }

  /// Version 3 wherever there is a condition: the service refuses it in an earlier one.
  mutating func setVersion() {
    let hasCondition = (document["bindings"]?.list ?? []).contains { $0["condition"].map { $0 != .null } ?? false }
    if hasCondition { document["version"] = 3 }
  }

  private static func members(_ binding: Value) -> [String] { (binding["members"]?.list ?? []).compactMap(\.string) }

  private static func binding(_ binding: Value, with members: [String]) -> Value {
    var map = binding.map ?? ValueMap()
    map["members"] = members.value
    return .map(map)
  }

  private static func isSame(_ binding: Value, _ other: IAMBinding) -> Bool {
    guard binding["role"]?.string == other.role else { return false }
    let condition = binding["condition"].flatMap { $0 == .null ? nil : $0 }
    guard let wanted = other.condition else { return condition == nil }
    let description = condition?["description"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    return condition?["title"]?.string == wanted.title && condition?["expression"]?.string == wanted.expression
      && description == wanted.description
  }
}

/// Reads the policy, changes it, and writes it under the ETag that it came with. Of somebody else's write in between the
/// whole round is run again: sending the old one once more would undo theirs (hashicorp/terraform-provider-google#7853).
struct ChangeIAMPolicy: Procedure {
  private enum Phase { case reading, writing(IAMPolicy), pausing }

  static let rounds = 6

  private let target: Target
  private let adding: [IAMBinding]
  private let removing: [IAMBinding]
  private var phase = Phase.reading
  private var round = 1

  /// Each binding has one member.
  init(_ target: Target, adding: Set<IAMBinding>, removing: Set<IAMBinding>) {
    self.target = target
    self.adding = IAMBinding.joined(Array(adding))
    self.removing = IAMBinding.joined(Array(removing))
  }

  private func put(_ policy: IAMPolicy) -> Call {
    .bucket(.put, target, path: ["iam"], body: .map(policy.document), needs: "storage.buckets.setIamPolicy")
  }

  var plannedCalls: [Call] { [GCSIAM.get(target), put(IAMPolicy(document: ValueMap()))] }

  mutating func next(_ reply: Reply?) -> Step<Void> {
    do throws(CallFailure) {
      if let reply, try advance(reply) { return .done(()) }
    } catch {
      return .failed(error)
    }
    switch phase {
    case .reading: return .call(GCSIAM.get(target))
    case .writing(let policy): return .call(put(policy))
    case .pausing:
      phase = .reading
      return .wait(.milliseconds(50 << round))
    }
  }

  /// True when it is done.
  private mutating func advance(_ reply: Reply) throws(CallFailure) -> Bool {
    switch phase {
    case .reading:
      let before = IAMPolicy(document: try reply.document(IAMPolicy.kind, to: GCSIAM.get(target)))
      var policy = before
      for binding in removing { policy.remove(binding) }
      for binding in adding { policy.add(binding) }
      policy.setVersion()
      if policy == before { return true }
      phase = .writing(policy)
      return false
    case .writing(let policy):
      do throws(CallFailure) {
        _ = try reply.document(IAMPolicy.kind, to: put(policy))
        return true
      } catch {
        guard error.kind == .conflict, round < Self.rounds else { throw error }
        round += 1
        phase = .pausing
        return false
      }
    case .pausing: return false
    }
  }
}
