internal import CooperModel
internal import CooperPlan
internal import CooperProvider
internal import CooperSchema

/// Which steps of a change are carried out now.
///
/// Facets are ordered over resources, not resources: what names other resources (logging, replication) is written when all
/// of them are made and set up, so that two buckets may name each other.
enum ChangePart: Sendable, Hashable {
  case whole
  /// All but these facets; the resource stays unfinished.
  case first(without: Set<String>)
  /// These facets, and the end of the change.
  case rest(Set<String>)

  func holds(_ facet: String) -> Bool {
    switch self {
    case .whole: true
    case .first(let others): !others.contains(facet)
    case .rest(let facets): facets.contains(facet)
    }
  }

  /// Facets to be written after the resources that they name, if the same plan changes any of these.
  static func late(in change: Change, of kind: Kind, changed: Set<Address>) -> Set<String> {
    guard change.dependsOn.contains(where: { $0 != change.address && changed.contains($0) }) else { return [] }
    return Set(
      change.facets.filter { step in
        (step.action == .set || step.action == .clear) && (kind.facet(step.name)?.schema.shape.namesResources ?? false)
      }.map(\.name))
  }
}

extension Shape {
  /// Whether a name of another resource may stand in it; a document may hold its ARN.
  fileprivate var namesResources: Bool {
    switch self {
    case .reference, .document: true
    case .either(let scalar, let long): scalar.namesResources || long.namesResources
    case .list(let element), .set(let element, _), .map(let element, _): element.namesResources
    case .object(let object): object.fields.contains { $0.shape.namesResources }
    default: false
    }
  }
}
