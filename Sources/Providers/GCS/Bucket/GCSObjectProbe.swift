import CooperProvider
import CooperSchema

/// Objects: insert, get, delete and list on one object of a check (Cloud Storage JSON API).
enum GCSObjectProbe {
  static func probe(_ target: Target, _ object: String, _ body: [UInt8]) -> ObjectProbe {
    let listing = Call.bucket(
      .get, target, path: ["o"],
      query: [QueryItem("prefix", object), QueryItem("maxResults", "1"), QueryItem("fields", "kind,items(name)")],
      needs: "storage.objects.list", onObjects: true)
    return ObjectProbe(
      list: SingleCall(listing) { (reply) throws(CallFailure) in _ = try reply.document("storage#objects", to: listing)
      },
      write: write(target, object, body),
      read: sent(
        .bucket(
          .get, target, path: ["o", object], query: [QueryItem("alt", "media")], needs: "storage.objects.get",
          onObjects: true)
      ) { $0.body },
      // What it leaves is the generation that was written.
      delete: sent(
        .bucket(.delete, target, path: ["o", object], needs: "storage.objects.delete", onObjects: true)
      ) { _ in nil },
      remove: { generation in
        let call = Call.bucket(
          .delete, target, path: ["o", object], query: generation.map { [QueryItem("generation", $0)] } ?? [],
          needs: "storage.objects.delete", onObjects: true)
        return SingleCall(call) { (reply) throws(CallFailure) in
          if reply.status != 404 { _ = try reply.succeeded(call) }
        }
      })
  }

  /// `ifGenerationMatch=0`: only where there is none (Cloud Storage documentation, request preconditions).
  private static func write(_ target: Target, _ object: String, _ body: [UInt8]) -> any Procedure<String?> {
    var call = Call.bucket(
      .post, target, path: ["o"],
      query: [QueryItem("uploadType", "media"), QueryItem("name", object), QueryItem("ifGenerationMatch", "0")],
      needs: "storage.objects.create", onObjects: true)
    call.service = "upload"
    call.body = body
    let sent = call
    return SingleCall(sent) { (reply) throws(CallFailure) in
      try reply.document("storage#object", to: sent)["generation"]?.wholeNumber.map { String($0) }
    }
  }

  private static func sent<Output: Sendable>(
    _ call: Call, _ output: @escaping @Sendable (Reply) -> Output
  ) -> any Procedure<Output> {
    SingleCall(call) { (reply) throws(CallFailure) in output(try reply.succeeded(call)) }
  }
}
