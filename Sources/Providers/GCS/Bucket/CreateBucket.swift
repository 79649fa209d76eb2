import CooperModel
import CooperProvider
import CooperSchema

/// POST of a bucket into the project (Cloud Storage JSON API, Buckets: insert).
enum CreateBucket {
  static func procedure(_ target: Target) -> any Procedure<ValueMap> {
    let call = call(target)
    return SingleCall<ValueMap>(call) { (reply) throws(CallFailure) in
      do throws(CallFailure) {
        _ = try reply.document(BucketDocument.kind, to: call)
      } catch {
        guard error.kind == .conflict else { throw error }
        var taken = error
        taken.message =
          "the name \(target.name) is taken; names of buckets are global, choose another bucketName (\(error.message))"
        throw taken
      }
      return ValueMap()
    }
  }

  /// Uniform access from the start, as Google's own tools make buckets: organisations forbid any other
  /// (constraints/storage.uniformBucketLevelAccess), and ACLs aren't managed here.
  static func call(_ target: Target) -> Call {
    var body: ValueMap = [
      "name": .string(target.name),
      "iamConfiguration": ["uniformBucketLevelAccess": ["enabled": true]],
    ]
    for pair in GCSHierarchicalNamespace.creation(target) { body[pair.key] = pair.value }
    if let region = target.region, !region.isEmpty { body["location"] = .string(region) }
    return .project(
      .post, target.site, path: ["b"],
      query: [QueryItem("project", target.site.project), QueryItem("projection", "noAcl")], body: .map(body),
      needs: "storage.buckets.create", idempotent: false)
  }
}

/// DELETE of a bucket; one that holds objects is refused with 409 (Cloud Storage JSON API, Buckets: delete).
enum DeleteBucket {
  static func procedure(_ target: Target) -> any Procedure<Void> {
    let call = Call.bucket(.delete, target, needs: "storage.buckets.delete")
    return SingleCall<Void>(call) { (reply) throws(CallFailure) in
      // Gone already, e.g. by a run whose answer was lost.
      if reply.status == 404 { return }
      _ = try reply.succeeded(call)
    }
  }
}
