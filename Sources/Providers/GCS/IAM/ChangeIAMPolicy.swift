import CooperModel
import CooperProvider
import CooperSchema

/// Reads the policy, changes it, and writes it under the ETag that it came with. Of somebody else's write in between the
/// whole round is run again: sending the old one once more would undo theirs (hashicorp/terraform-provider-google#7853).
struct ChangeIAMPolicy: Procedure {
  private enum Phase { case reading, writing(IAMPolicy), pausing }

  static let rounds = 6

  /// Of these the first are for others' writes, all for members that were just made: twenty seconds or so.
  static let roundsForNewMembers = 11

  private let place: PolicyPlace
  private let adding: [IAMBinding]
  private let removing: [IAMBinding]
  private var phase = Phase.reading
  private var round = 1

  /// Each binding has one member.
  init(_ place: PolicyPlace, adding: Set<IAMBinding>, removing: Set<IAMBinding>) {
    self.place = place
    self.adding = IAMBinding.joined(Array(adding))
    self.removing = IAMBinding.joined(Array(removing))
  }

  var plannedCalls: [Call] { [place.get, place.put(IAMPolicy(document: ValueMap()))] }

  mutating func next(_ reply: Reply?) -> Step<Void> {
    do throws(CallFailure) {
      if let reply, try advance(reply) { return .done(()) }
    } catch {
      return .failed(error)
    }
    switch phase {
    case .reading: return .call(place.get)
    case .writing(let policy): return .call(place.put(policy))
    case .pausing:
      phase = .reading
      return .wait(.milliseconds(min(5_000, 50 << round)))
    }
  }

  /// True when it is done.
  private mutating func advance(_ reply: Reply) throws(CallFailure) -> Bool {
    switch phase {
    case .reading:
      // What is gone gives nobody rights.
      if reply.status == 404, adding.isEmpty { return true }
      let before = IAMPolicy(document: try place.policy(reply, place.get))
      var policy = before
      for binding in removing { policy.remove(binding) }
      for binding in adding { policy.add(binding) }
      policy.setVersion()
      if policy == before { return true }
      phase = .writing(policy)
      return false
    case .writing(let policy):
      do throws(CallFailure) {
        _ = try place.policy(reply, place.put(policy))
        return true
      } catch {
        let limit = error.namesUnknownMember ? Self.roundsForNewMembers : error.kind == .conflict ? Self.rounds : 0
        guard round < limit else { throw error }
        round += 1
        phase = .pausing
        return false
      }
    case .pausing: return false
    }
  }
}
