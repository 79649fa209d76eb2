import CooperProvider

/// PutObject, GetObject, DeleteObject and ListObjectsV2 on one object of a check (S3 API Reference).
enum S3ObjectProbe {
  static func probe(_ target: Target, _ object: String, _ body: [UInt8]) -> ObjectProbe {
    let path = object.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    return ObjectProbe(
      list: listing(target, object),
      write: sent(
        .bucket(
          .put, target, path: path, headers: [Header("Content-Type", "text/plain")], body: body, needs: "s3:PutObject")
      ) { $0.header("x-amz-version-id").flatMap { $0 == "null" ? nil : $0 } },
      read: sent(.bucket(.get, target, path: path, needs: "s3:GetObject")) { $0.body },
      delete: sent(.bucket(.delete, target, path: path, needs: "s3:DeleteObject")) {
        $0.header("x-amz-delete-marker") == "true" ? $0.header("x-amz-version-id") : nil
      },
      remove: { version in
        let call = Call.bucket(
          .delete, target, query: version.map { [QueryItem("versionId", $0)] } ?? [], path: path,
          needs: version == nil ? "s3:DeleteObject" : "s3:DeleteObjectVersion")
        return SingleCall(call) { (reply) throws(CallFailure) in
          if reply.status != 404 { _ = try reply.succeeded(call) }
        }
      })
  }

  private static func listing(_ target: Target, _ object: String) -> any Procedure<Void> {
    let call = Call.bucket(
      .get, target, query: [QueryItem("list-type", "2"), QueryItem("max-keys", "1"), QueryItem("prefix", object)],
      needs: "s3:ListBucket")
    return SingleCall(call) { (reply) throws(CallFailure) in
      _ = try S3XML.document(reply, root: "ListBucketResult", to: call)
    }
  }

  private static func sent<Output: Sendable>(
    _ call: Call, _ output: @escaping @Sendable (Reply) -> Output
  ) -> any Procedure<Output> {
    SingleCall(call) { (reply) throws(CallFailure) in output(try reply.succeeded(call)) }
  }
}
