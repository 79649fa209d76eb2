internal import CooperModel
public import CooperPlan
internal import CooperProvider

/// Compares what a saved plan was bound to with what is observed now.
public enum Staleness {
  /// Lines that name what moved; empty when the plan still fits.
  public static func movements(_ plan: Plan, _ observed: Observations) -> [String] {
    var lines: [String] = []
    for (address, digests) in plan.basis.observed.sorted(by: { $0.key < $1.key }) {
      guard let resource = observed.resources[address] else {
        lines.append("\(address) could not be observed")
        continue
      }
      let now = ObservationDigest.digests(of: resource)
      for (facet, digest) in digests.sorted(by: { $0.key < $1.key }) where now[facet] != digest {
        let what = facet.isEmpty ? "the resource itself" : facet
        lines.append("\(address): \(what) changed since the plan was made")
      }
    }
    return lines
  }

  /// Lines that name what a plan made now, from the same YAML, would do otherwise: the digests of facets don't cover
  /// the account that is signed in, consents that ended, what is recorded, and objects that arrived.
  public static func movements(_ plan: Plan, plannedNow now: Plan) -> [String] {
    var lines = connectionMovements(plan, now)
    let present = Dictionary(
      (now.changes + now.recordings).map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
    for change in plan.changes {
      if let blocked = now.blocked.first(where: { $0.address == change.address }) {
        lines.append("\(change.address): blocked by now: \(blocked.why.first ?? "")")
      } else if let other = present[change.address] {
        if let difference = difference(change, other) { lines.append("\(change.address): \(difference)") }
      } else {
        lines.append("\(change.address): \(change.action.rawValue) is not called for any more")
      }
    }
    return lines
  }

  private static func connectionMovements(_ plan: Plan, _ now: Plan) -> [String] {
    let used = Set(plan.changes.map(\.connection))
    let present = Dictionary(now.connections.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return plan.connections.filter { used.contains($0.name) }.compactMap { planned in
      guard let now = present[planned.name] else { return "connection \(planned.name) could not be opened" }
      if now.endpoint != planned.endpoint {
        return "connection \(planned.name) leads to \(now.endpoint); the plan is for \(planned.endpoint)"
      }
      if now.account != planned.account {
        return "connection \(planned.name) is signed in to account \(now.account ?? "unknown"); the plan is for "
          + (planned.account ?? "unknown")
      }
      return nil
    }
  }

  private static func difference(_ planned: Change, _ now: Change) -> String? {
    if planned.action != now.action || planned.purges != now.purges {
      return "\(words(planned)) was planned, and now it would be \(words(now))"
    }
    if planned.target.identity != now.target.identity {
      return "it is at \(now.target.identity.place), and was planned at \(planned.target.identity.place)"
    }
    // What others hung on it goes too, by the calls that were reviewed and no others.
    if planned.purges, planned.calls != now.calls {
      return "what would be taken off it is not what the plan lists"
    }
    if let before = planned.contents, let after = now.contents, after.objects > before.objects {
      return "it holds \(after.objects) objects; \(before.objects) when the plan was made"
    }
    if let revision = planned.revision, let present = now.revision, revision != present {
      return "it has revision \(present) now, and had \(revision) when the plan was made"
    }
    let facets = Dictionary(now.facets.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for facet in planned.facets {
      let other = facets[facet.name]
      if other?.action != facet.action || other?.before != facet.before || other?.after != facet.after {
        return "\(facet.name) would be changed otherwise than planned"
      }
    }
    return planned.facets.count == now.facets.count ? nil : "more facets would be changed than planned"
  }

  private static func words(_ change: Change) -> String { change.purges ? "purge" : change.action.rawValue }
}
