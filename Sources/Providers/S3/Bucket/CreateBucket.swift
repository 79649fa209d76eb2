import CooperModel
import CooperProvider
import CooperSchema

/// PUT of a bucket (S3 API Reference, CreateBucket); the engine has looked before that it isn't there.
enum CreateBucket {
  static func procedure(_ target: Target) -> any Procedure<ValueMap> {
    let call = call(target)
    return SingleCall<ValueMap>(call) { (reply) throws(CallFailure) in
      do throws(CallFailure) {
        _ = try reply.succeeded(call)
      } catch {
        guard error.code == "BucketAlreadyExists" else { throw error }
        var taken = error
        taken.message =
          "the name \(target.name) is taken by somebody else; choose another bucketName (\(error.message))"
        throw taken
      }
      return ValueMap()
    }
  }

  /// Not idempotent: a second one is refused, or in us-east-1 taken for the first. Object lock is asked for here, because
  /// many stores know no later moment for it.
  static func call(_ target: Target) -> Call {
    var body: [UInt8] = []
    if let constraint = locationConstraint(target) {
      body = XMLWriter.document("CreateBucketConfiguration") { $0.element("LocationConstraint", constraint) }
    }
    var permissions = [Permission("s3:CreateBucket", on: target.bucketARN)]
    var headers: [Header] = []
    if target.atCreation?[S3ObjectLock.schema.name] != nil {
      headers.append(S3ObjectLock.creationHeader)
      for action in [S3ObjectLock.sub.writeAction, S3Versioning.sub.writeAction] {
        permissions.append(Permission(action, on: target.bucketARN))
      }
    }
    return Call(
      .put, service: "s3", region: target.region, bucket: target.name, headers: headers, body: body,
      permissions: permissions, idempotent: false)
  }

  /// AWS wants the region everywhere but in us-east-1, where it refuses it; stores with one region refuse all names but
  /// theirs, so these get none unless the bucket asks for another than the connection's.
  static func locationConstraint(_ target: Target) -> String? {
    guard let region = target.region, !region.isEmpty, region != "us-east-1" else { return nil }
    switch S3Dialect.named(target.site.type)?.location {
    case .whenDiffering: return region == target.site.region ? nil : region
    case .always, nil: return region
    }
  }
}
