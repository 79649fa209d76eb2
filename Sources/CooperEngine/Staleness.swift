public import CooperPlan

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
}
