import CooperProvider

/// Deletes a container in which no blob is listed: the service itself would take them along.
struct DeleteContainer: Procedure {
  private let target: Target
  private var pages: BlobPages
  private var isDeleting = false

  init(_ target: Target) {
    self.target = target
    pages = BlobPages(target, pageSize: 1)
  }

  private var deletion: Call {
    target.site.reachesSettings
      ? ContainerCall.arm(.delete, target, needs: "/delete")
      : ContainerCall.data(.delete, target, query: [QueryItem("restype", "container")], needs: "/delete")
  }

  var plannedCalls: [Call] { [pages.call, deletion] }

  mutating func next(_ reply: Reply?) -> Step<Void> {
    guard let reply else { return .call(isDeleting ? deletion : pages.call) }
    do throws(CallFailure) {
      if isDeleting {
        _ = try reply.succeeded(deletion)
        return .done(())
      }
      let listing = pages.call
      let page = try pages.read(reply)
      if let first = page?.first {
        throw CallFailure(
          .conflict, code: "ContainerNotEmpty", "the container still holds blobs, among them \(first.name.prefix(80))",
          call: listing.line)
      }
      // A page may be empty and not the last.
      guard pages.isAtEnd else { return .call(pages.call) }
      isDeleting = true
      return .call(deletion)
    } catch {
      return .failed(error)
    }
  }
}

/// Counting and removing what a container holds.
enum ContainerContents {
  /// Blobs, versions and snapshots.
  static func count(_ target: Target, limit: Int) -> any Procedure<Contents> {
    CountObjects(BlobPages(target), limit: limit)
  }

  static func empty(_ target: Target) -> any Procedure<Void> {
    EmptyObjects(BlobPages(target), what: "blobs", example: StoredBlob(name: "…", size: 0)) { blob in
      let call = deletion(blob, target)
      return .init(call) { (reply) throws(CallFailure) in _ = try reply.succeeded(call) }
    }
  }

  private static func deletion(_ blob: StoredBlob, _ target: Target) -> Call {
    var query: [QueryItem] = []
    if let snapshot = blob.snapshot { query.append(QueryItem("snapshot", snapshot)) }
    if let version = blob.version { query.append(QueryItem("versionid", version)) }
    // Storage REST API, Delete Blob: a blob with snapshots goes with them or not at all.
    let headers = query.isEmpty ? [Header("x-ms-delete-snapshots", "include")] : []
    return ContainerCall.data(
      .delete, target, blob.name.split(separator: "/", omittingEmptySubsequences: false).map(String.init), query: query,
      headers: headers, needs: "/blobs/delete")
  }
}
