import CooperModel
import CooperProvider
import CooperSchema

/// A bucket in a cluster: the object that asks for it, what the platform made of it, and its removal.
enum ClusterBucket {
  static let kind: Kind = {
    var kind = Kind(
      schema: BucketKind.schema, granularity: .facet,
      facets: [AnyFacet(CozystackObject.self), AnyFacet(COSIObjects.self)], find: { find($0) },
      // The facet is the object: applying it is what makes the bucket.
      create: { _ in Immediate(ValueMap()) }, delete: { delete($0) },
      contents: { _, _ in Immediate(failing: uncounted) }, empty: { _ in Immediate(()) },
      list: { _ in Immediate(failing: unlisted) }, outputs: { BucketReadiness.outputs($0) })
    kind.keepsData = { CozystackObject.keepsData($0) }
    kind.store = { store(of: $0) }
    return kind
  }()

  /// CZ-09: the store behind it speaks S3, at the endpoint that the platform told.
  private static func store(of related: Related) -> ConnectionDeclaration? {
    guard let bucket = RelatedBucket(related), let endpoint = bucket.endpoint?.string else { return nil }
    var settings = ValueMap([("endpoint", .string(endpoint)), ("pathStyle", .bool(bucket.usesPathStyle))])
    settings["caCertificate"] = bucket.caCertificate.map { .string($0) }
    settings["region"] = bucket.signingRegion
    return ConnectionDeclaration(
      name: related.site?.connection ?? "", type: "s3", settings: settings, access: ValueMap())
  }

  /// nobody but the store itself can count what is in it.
  private static let uncounted = CallFailure(
    .unsupported, code: "K8S0017", "a cluster doesn't tell how much its buckets hold")
  /// Tenants may look into their own namespaces only.
  private static let unlisted = CallFailure(
    .unsupported, code: "K8S0018", "buckets of a cluster are found by name, one by one")

  /// What makes a bucket, with its value in the model's form.
  enum Made {
    case cozystack(CozystackBucket)
    case cosi(COSIBucket)

    init(_ target: Target) throws(CallFailure) {
      try self.init(target.maker?.facet, target.maker?.value, target.address)
    }

    init(_ facet: String?, _ value: Value?, _ address: Address) throws(CallFailure) {
      if let value, facet == CozystackBucket.facet.name, let model = try? CozystackBucket(value: value) {
        self = .cozystack(model)
      } else if let value, facet == COSIBucket.facet.name, let model = try? COSIBucket(value: value) {
        self = .cosi(model)
      } else {
        throw CallFailure(
          .invalid, code: "K8S0019",
          "\(address): write  cozystack: { namespace: … }  or  cosi: { namespace: …, … }, so that it is known which object it is"
        )
      }
    }
  }

  private static func with<Output: Sendable>(
    _ target: Target, _ make: (Made) -> any Procedure<Output>
  ) -> any Procedure<Output> {
    do throws(CallFailure) { return make(try Made(target)) } catch { return Immediate(failing: error) }
  }

  static func find(_ target: Target) -> any Procedure<Found> {
    with(target) { made in
      switch made {
      case .cozystack(let model): return find(CozystackObject.place(target, model))
      case .cosi(let model):
        return WithCOSIVersion(model.version) { find(COSIObjects.claim(target, model, $0)) }
      }
    }
  }

  static func find(_ place: ObjectPlace) -> any Procedure<Found> {
    SingleCall<Found>(place.look) { (reply) throws(CallFailure) in
      try reply.objectIfThere(place.look) == nil ? .absent : .present(region: nil)
    }
  }

  static func delete(_ target: Target) -> any Procedure<Void> {
    let uid = target.outputs["uid"]?.string
    return with(target) { made in
      switch made {
      case .cozystack(let model):
        return GuardedDeletion(CozystackObject.place(target, model), recordedUID: uid)
      case .cosi(let model):
        let manager = target.site.fieldManager
        return WithCOSIVersion(model.version) { version in
          let accesses = (model.access ?? [:]).keys.sorted().map { name in
            // What Cooper never applied is somebody else's.
            GuardedDeletion(COSIObjects.access(name, model, version)) {
              ObjectOwnership($0, manager: manager).holdsAny
            }
          }
          return InTurn(accesses + [GuardedDeletion(COSIObjects.claim(target, model, version), recordedUID: uid)])
        }
      }
    }
  }
}
