import CooperModel
import CooperProvider

/// HEAD on the bucket, which proves presence and absence (S3 API Reference, HeadBucket).
enum FindBucket {
  /// The region header comes with refusals and redirects too.
  static let regionHeader = "x-amz-bucket-region"

  static func procedure(_ target: Target) -> any Procedure<Found> {
    let call = Call.bucket(.head, target, needs: "s3:ListBucket")
    return SingleCall<Found>(call) { (reply) throws(CallFailure) in
      switch reply.status {
      case 200..<300: return .present(region: region(reply))
      case 404: return .absent
      // Redirects and a scope for another region tell where it is; whose it is, the next calls tell.
      case 301, 307, 308, 400:
        guard let region = region(reply) else { throw S3Failure.failure(reply, to: call) }
        return .present(region: region)
      case 403: throw refused(target, reply, call)
      default: throw S3Failure.failure(reply, to: call)
      }
    }
  }

  private static func region(_ reply: Reply) -> String? {
    reply.header(regionHeader).flatMap { $0.isEmpty ? nil : $0 }
  }

  /// An answer to HEAD has no body, so a name of somebody else and a missing permission look alike.
  private static func refused(_ target: Target, _ reply: Reply, _ call: Call) -> CallFailure {
    var failure = S3Failure.failure(reply, to: call)
    if failure.kind == .denied {
      failure.message =
        "\(target.name) is there, but either belongs to another account or may not be looked at"
    }
    return failure
  }
}
