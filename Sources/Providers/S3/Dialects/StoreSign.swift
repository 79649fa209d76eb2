import CooperModel
import CooperProvider

extension S3Dialect {
  /// By what its answers tell a store apart; nil where they don't. A header that only says Amazon tells nothing: rclone says
  /// it too (measured on 1.75.2).
  typealias Sign = @Sendable (Reply) -> String?

  /// A `Server` header that begins so.
  static func server(_ start: String) -> Sign {
    { reply in
      guard let server = reply.header("Server"), server.hasPrefix(start) else { return nil }
      return "Server: \(server.prefix(60))"
    }
  }

  /// The list of buckets is asked for once more, whatever its status: what counts are the headers.
  static func recognition(_ site: Site) -> any Procedure<RecognisedStore?> {
    let call = Call(.get, service: "s3", permissions: [Permission("s3:ListAllMyBuckets", on: "*")])
    return SingleCall<RecognisedStore?>(call) { reply in
      for dialect in all {
        if let sign = dialect.sign?(reply) { return RecognisedStore(type: dialect.name, sign: sign) }
      }
      return nil
    }
  }
}
