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
      if let first = page.first {
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

/// Deletes blobs with their snapshots and versions, until none is listed any more.
struct EmptyContainer: Procedure {
  private let target: Target
  private var pages: BlobPages
  private var rest: [StoredBlob] = []
  private var rounds = 0
  /// Seeing the same page again after its deletion means that nothing is gained.
  private var lastPage: [StoredBlob] = []
  private static let repeatLimit = 5

  init(_ target: Target) {
    self.target = target
    pages = BlobPages(target)
  }

  private func deletion(_ blob: StoredBlob) -> Call {
    var query: [QueryItem] = []
    if let snapshot = blob.snapshot { query.append(QueryItem("snapshot", snapshot)) }
    if let version = blob.version { query.append(QueryItem("versionid", version)) }
    // Storage REST API, Delete Blob: a blob with snapshots goes with them or not at all.
    let headers = query.isEmpty ? [Header("x-ms-delete-snapshots", "include")] : []
    return ContainerCall.data(
      .delete, target, blob.name.split(separator: "/", omittingEmptySubsequences: false).map(String.init), query: query,
      headers: headers, needs: "/blobs/delete")
  }

  var plannedCalls: [Call] { [pages.call, deletion(StoredBlob(name: "…", size: 0))] }

  mutating func next(_ reply: Reply?) -> Step<Void> {
    do throws(CallFailure) {
      if let blob = rest.last {
        let call = deletion(blob)
        guard let reply else { return .call(call) }
        // Snapshots go with their blob.
        if reply.status != 404 { _ = try reply.succeeded(call) }
        rest.removeLast()
        return next(nil)
      }
      guard let reply else { return .call(pages.call) }
      let listing = pages.call
      let page = try pages.read(reply)
      if page.isEmpty {
        if pages.isAtEnd { return .done(()) }
        return .call(pages.call)
      }
      rounds = page == lastPage ? rounds + 1 : 0
      guard rounds < Self.repeatLimit else {
        throw CallFailure(
          .conflict, code: "NotEmptied", "\(page.count) blobs are listed again after their deletion", call: listing.line
        )
      }
      lastPage = page
      rest = page
      // The next list begins anew: what is listed behind a deleted blob has moved.
      pages = BlobPages(target)
      return next(nil)
    } catch {
      return .failed(error)
    }
  }
}
