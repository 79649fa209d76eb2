import CooperProvider

/// Put Blob, Get Blob, Delete Blob and List Blobs on one blob of a check (Storage REST API).
enum BlobProbe {
  static func probe(_ target: Target, _ object: String, _ body: [UInt8]) -> ObjectProbe {
    let path = object.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let listing = ContainerCall.data(
      .get, target,
      query: [
        QueryItem("restype", "container"), QueryItem("comp", "list"), QueryItem("prefix", object),
        QueryItem("maxresults", "1"),
      ], needs: "/blobs/read")
    return ObjectProbe(
      list: sent(listing) { _ in () },
      write: sent(
        ContainerCall.data(
          .put, target, path,
          headers: [
            Header("x-ms-blob-type", "BlockBlob"), Header("Content-Type", "text/plain"), Header("If-None-Match", "*"),
          ], body: body, needs: "/blobs/write")
      ) { $0.header("x-ms-version-id") },
      read: sent(ContainerCall.data(.get, target, path, needs: "/blobs/read")) { $0.body },
      // What it leaves is the version that was written.
      delete: sent(ContainerCall.data(.delete, target, path, needs: "/blobs/delete")) { _ in nil },
      remove: { version in
        let call = ContainerCall.data(
          .delete, target, path, query: version.map { [QueryItem("versionid", $0)] } ?? [], needs: "/blobs/delete")
        return SingleCall(call) { (reply) throws(CallFailure) in
          if reply.status != 404 { _ = try reply.succeeded(call) }
        }
      })
  }

  private static func sent<Output: Sendable>(
    _ call: Call, _ output: @escaping @Sendable (Reply) -> Output
  ) -> any Procedure<Output> {
    SingleCall(call) { (reply) throws(CallFailure) in output(try reply.succeeded(call)) }
  }
}
