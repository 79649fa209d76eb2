import CooperModel
import CooperProvider

extension S3Dialect {
  /// By what its answers tell a store apart; nil where they don't. A header that only says Amazon tells nothing: rclone says
  /// it too (measured on 1.75.2).
  typealias Sign = @Sendable ([Header]) -> String?

  /// A `Server` header that begins so.
  static func server(_ start: String) -> Sign {
    { headers in
      guard let server = headers.named("Server"), server.hasPrefix(start) else { return nil }
      return "Server: \(server.prefix(60))"
    }
  }

  /// The list of buckets is asked for once more, whatever its status: what counts are the headers.
  static func recognition(_ site: Site) -> any Procedure<RecognisedStore?> {
    let call = Call(.get, service: "s3", permissions: [Permission("s3:ListAllMyBuckets", on: "*")])
    return SingleCall<RecognisedStore?>(call) { reply in
      for dialect in all {
        if let sign = dialect.sign?(reply.headers) { return RecognisedStore(type: dialect.name, sign: sign) }
      }
      return nil
    }
  }
}

extension [Header] {
  func named(_ name: String) -> String? { first { $0.name.lowercased() == name.lowercased() }?.value }
}
