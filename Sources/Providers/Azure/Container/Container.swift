import CooperModel
import CooperProvider
import CooperSchema

/// The container as a kind of the section `buckets`.
enum Container {
  static let facets: [AnyFacet] = [
    AnyFacet(AzureAnonymousAccess.self), AnyFacet(AzureMetadata.self), AnyFacet(AzureImmutability.self),
    AnyFacet(AzureLegalHold.self),
  ]

  static let kind: Kind = {
    var kind = Kind(
      schema: BucketKind.schema, granularity: .resource { ContainerWrites($0, $1, $2) }, facets: facets,
      find: { find($0) }, create: { create($0) }, delete: { DeleteContainer($0) },
      contents: { ContainerContents.count($0, limit: $1) }, empty: { ContainerContents.empty($0) },
      list: { ListContainers.procedure($0) },
      revision: { target in
        SingleCall<String?>(ContainerCall.read(target)) { (reply) throws(CallFailure) in
          try ContainerView.read(reply, target).etag
        }
      })
    kind.probe = { BlobProbe.probe($0, $1, $2) }
    return kind
  }()

  /// Without its account there is no container either.
  private static let absentCodes: Set<String> = [
    "ContainerNotFound", "ResourceNotFound", "ResourceGroupNotFound", "ParentResourceNotFound",
  ]

  private static func find(_ target: Target) -> any Procedure<Found> {
    let call = ContainerCall.read(target)
    return SingleCall<Found>(call) { (reply) throws(CallFailure) in
      do throws(CallFailure) {
        _ = try ContainerView.read(reply, target)
        return .present(region: nil)
      } catch {
        guard error.kind == .notFound, absentCodes.contains(error.code) else { throw error }
        return .absent
      }
    }
  }

  /// An answer of 200 is that of a container which was there already.
  private static func create(_ target: Target) -> any Procedure<ValueMap> {
    let call =
      target.site.reachesSettings
      ? ContainerCall.arm(
        .put, target, body: ["properties": ["publicAccess": "None"]], needs: "/write", idempotent: false)
      : ContainerCall.data(
        .put, target, query: [QueryItem("restype", "container")], needs: "/write", idempotent: false)
    return SingleCall<ValueMap>(call) { (reply) throws(CallFailure) in
      _ = try reply.succeeded(call)
      guard reply.status == 201 else {
        throw CallFailure(
          .conflict, code: "ContainerAlreadyExists", "the container is there already", status: reply.status,
          call: call.line)
      }
      return ValueMap()
    }
  }
}

/// Containers are listed by account, and one list for all accounts of a connection there is not: each is asked for itself.
enum ListContainers {
  static func procedure(_ site: Site) -> any Procedure<[Listed]> {
    Immediate(
      failing: CallFailure(
        .unsupported, code: "NoList", "containers are listed account by account, so each one is looked at by itself"))
  }
}
