public import CooperProvider
internal import CooperSchema

extension ChangeFields {
  /// The target of a creation, with what the facets shall be: stores differ in what they take only then.
  public var birth: Target {
    var target = targetInRun
    target.desired = ValueMap(facets.compactMap { facet in facet.after.map { (facet.name, $0) } })
    return target
  }
}
