import CooperModel
import CooperProvider
import CooperSchema

/// Identities at AWS: roles that others take on, and users with a key.
enum IAMKind {
  static let kind: Kind = {
    var kind = Kind(
      schema: Identity.schema, granularity: .facet,
      facets: [
        AnyFacet(IAMTrust.self), AnyFacet(IAMMaxSession.self), AnyFacet(IAMPermissions.self), AnyFacet(IAMGrants.self),
        AnyFacet(IAMAttached.self), AnyFacet(IAMBoundary.self), AnyFacet(IAMInstanceProfile.self),
        AnyFacet(IAMTags.self), AnyFacet(IAMDescription.self), AnyFacet(IAMPathFacet.self),
      ], find: { IAMIdentity.find($0) }, create: { IAMIdentity.create($0) }, delete: { IAMIdentity.delete($0) },
      contents: { _, _ in Immediate(Contents(objects: 0, bytes: 0)) }, empty: { IAMHolds.removeOthers($0) },
      // An account can have thousands of roles: a look at each declared one costs less.
      list: { _ in Immediate([]) },
      outputs: { target in IAMEntity.read(target) { $0.outputs } })
    kind.holds = { IAMHolds.holds($0) }
    kind.bornWith = [IAMBoundary.schema.name]
    kind.written = { IAMWritten.facets($0, $1) }
    kind.issue(IAMKeys.issuer)
    kind.refine = { (composition) throws(CallFailure) in try IAMComposition(composition).facets() }
    return kind
  }()
}
