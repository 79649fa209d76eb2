import CooperModel
import CooperProvider

/// Deletes all versions, delete markers and unfinished uploads of a bucket.
///
/// It always deletes what the first page lists and then lists again, so a run that died is simply begun anew.
struct EmptyBucket: Procedure {
  private enum Phase {
    case listing
    case deleting([ObjectVersion])
    /// One by one, where batches are not to be had; the last one is under way.
    case single([ObjectVersion])
    case listingUploads
    case aborting([Upload])
  }

  private struct Upload: Hashable {
    var key: String
    var id: String
  }

  private let target: Target
  private var pages: VersionPages
  private var phase = Phase.listing
  private var takesBatches = true
  /// What the last page listed: seeing it again after its deletion means that nothing is gained.
  private var lastPage: [ObjectVersion] = []
  private var lastUploads: [Upload] = []
  private var repeats = 0
  private static let repeatLimit = 5

  init(_ target: Target) {
    self.target = target
    pages = VersionPages(target)
  }

  mutating func next(_ reply: Reply?) -> Step<Void> {
    guard let reply else { return .call(call) }
    do throws(CallFailure) {
      switch phase {
      case .listing: try listed(reply)
      case .deleting(let batch): try deleted(batch, reply)
      case .single(let rest): try deletedOne(rest, reply)
      case .listingUploads: if try listedUploads(reply) { return .done(()) }
      case .aborting(let rest): try aborted(rest, reply)
      }
      return .call(call)
    } catch {
      return .failed(error)
    }
  }

  /// A page, a batch, the uploads: each loop once.
  var plannedCalls: [Call] {
    let example = ObjectVersion(key: "…", versionID: "…", size: 0)
    return [pages.call, batchCall([example]), uploadsCall, abortCall(Upload(key: "…", id: "…"))]
  }

  private var call: Call {
    switch phase {
    case .listing: pages.call
    case .deleting(let batch): batchCall(batch)
    case .single(let rest): rest.last.map(singleCall) ?? pages.call
    case .listingUploads: uploadsCall
    case .aborting(let rest): rest.last.map(abortCall) ?? uploadsCall
    }
  }

  private mutating func listed(_ reply: Reply) throws(CallFailure) {
    let listCall = pages.call
    guard let page = try pages.read(reply) else { return }
    guard !page.isEmpty else {
      phase = .listingUploads
      return
    }
    repeats = page == lastPage ? repeats + 1 : 0
    guard repeats < Self.repeatLimit else {
      throw CallFailure(
        .conflict, code: "NotEmptied", "\(page.count) objects are listed again after their deletion",
        call: listCall.line)
    }
    lastPage = page
    // Some keys can't be written in XML at all.
    let fitsXML = page.allSatisfy { XMLWriter.canHold($0.key) }
    phase = takesBatches && fitsXML ? .deleting(page) : .single(page)
  }

  private mutating func relist() {
    pages.restart()
    phase = .listing
  }

  private mutating func deleted(_ batch: [ObjectVersion], _ reply: Reply) throws(CallFailure) {
    let call = batchCall(batch)
    do throws(CallFailure) {
      let root = try S3XML.document(reply, root: "DeleteResult", to: call, wrongRoot: .unsupported)
      if let error = root?.child("Error") { throw failure(error, call) }
      relist()
    } catch {
      guard error.kind == .unsupported else { throw error }
      takesBatches = false
      phase = .single(batch)
    }
  }

  /// The first error of a batch, e.g. a version under retention.
  private func failure(_ error: XMLElement, _ call: Call) -> CallFailure {
    let code = error.text("Code") ?? "Unknown"
    let denied = code == "AccessDenied"
    let message = error.text("Message").map { String($0.prefix(200)) } ?? code
    return CallFailure(
      denied ? .denied : code == "SlowDown" ? .throttled(retryAfter: nil) : .invalid, code: code,
      "an object could not be deleted: \(message)", call: call.line,
      permission: denied ? call.permissions.first : nil)
  }

  private mutating func deletedOne(_ rest: [ObjectVersion], _ reply: Reply) throws(CallFailure) {
    if let last = rest.last, reply.status != 404 { _ = try reply.succeeded(singleCall(last)) }
    let rest = Array(rest.dropLast())
    if rest.isEmpty { relist() } else { phase = .single(rest) }
  }

  /// True when there are no uploads left, or the store has none at all.
  private mutating func listedUploads(_ reply: Reply) throws(CallFailure) -> Bool {
    let root: XMLElement?
    do throws(CallFailure) {
      root = try S3XML.document(
        reply, root: "ListMultipartUploadsResult", to: uploadsCall, wrongRoot: .unsupported)
    } catch {
      guard error.kind == .unsupported else { throw error }
      return true
    }
    let isEncoded = root?.text("EncodingType") == "url"
    let uploads = (root?.children("Upload") ?? []).compactMap { element -> Upload? in
      guard let key = element.text("Key"), let id = element.text("UploadId") else { return nil }
      return Upload(key: isEncoded ? PercentEncoding.decoded(key) : key, id: id)
    }
    if uploads.isEmpty { return true }
    repeats = uploads == lastUploads ? repeats + 1 : 0
    guard repeats < Self.repeatLimit else {
      throw CallFailure(
        .conflict, code: "NotEmptied", "\(uploads.count) unfinished uploads are listed again after they were dropped",
        call: uploadsCall.line)
    }
    lastUploads = uploads
    phase = .aborting(uploads)
    return false
  }

  private mutating func aborted(_ rest: [Upload], _ reply: Reply) throws(CallFailure) {
    if let last = rest.last, reply.status != 404 { _ = try reply.succeeded(abortCall(last)) }
    let rest = Array(rest.dropLast())
    phase = rest.isEmpty ? .listingUploads : .aborting(rest)
  }

  private func batchCall(_ batch: [ObjectVersion]) -> Call {
    let body = XMLWriter.document("Delete") { writer in
      writer.element("Quiet", true)
      for version in batch {
        writer.element("Object") {
          $0.element("Key", version.key)
          if let id = version.versionID { $0.element("VersionId", id) }
        }
      }
    }
    return .bucket(
      .post, target, query: [QueryItem("delete")], body: body, needs: "s3:DeleteObjectVersion", "s3:DeleteObject",
      onObjects: true)
  }

  private func singleCall(_ version: ObjectVersion) -> Call {
    .bucket(
      .delete, target, query: version.versionID.map { [QueryItem("versionId", $0)] } ?? [],
      path: Self.segments(version.key), needs: "s3:DeleteObjectVersion", "s3:DeleteObject")
  }

  private var uploadsCall: Call {
    .bucket(
      .get, target, query: [QueryItem("uploads"), QueryItem("encoding-type", "url")],
      needs: "s3:ListBucketMultipartUploads")
  }

  private func abortCall(_ upload: Upload) -> Call {
    .bucket(
      .delete, target, query: [QueryItem("uploadId", upload.id)], path: Self.segments(upload.key),
      needs: "s3:AbortMultipartUpload")
  }

  /// A key's slashes separate segments; empty ones are part of the key.
  private static func segments(_ key: String) -> [String] {
    key.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
  }
}
