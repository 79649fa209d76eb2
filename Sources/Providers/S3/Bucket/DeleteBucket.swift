import CooperModel
import CooperProvider

/// DELETE of a bucket (S3 API Reference, DeleteBucket); BucketNotEmpty is a conflict.
enum DeleteBucket {
  static func procedure(_ target: Target) -> any Procedure<Void> {
    let call = Call.bucket(.delete, target, needs: "s3:DeleteBucket")
    return SingleCall<Void>(call) { (reply) throws(CallFailure) in
      // Gone already, e.g. by a run whose answer was lost.
      if reply.status == 404 { return }
      _ = try reply.succeeded(call)
    }
  }
}
