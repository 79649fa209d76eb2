import CooperModel
import CooperProvider

/// Counting and removing what a bucket holds.
enum BucketContents {
  /// Versions, delete markers included.
  static func count(_ target: Target, limit: Int) -> any Procedure<Contents> {
    CountObjects(VersionPages(target), limit: limit)
  }

  /// All versions, delete markers and unfinished uploads.
  static func empty(_ target: Target) -> any Procedure<Void> {
    InTurn([
      EmptyObjects(
        VersionPages(target), what: "objects", example: ObjectVersion(key: "…", versionID: "…", size: 0),
        one: { single(singleCall($0, target)) }, batch: { batch($0, target) }),
      EmptyObjects(
        UploadPages(target: target), what: "unfinished uploads", example: UploadPages.Upload(key: "…", id: "…"),
        one: { single(abortCall($0, target)) }),
    ])
  }

  private static func single<Pages>(_ call: Call) -> EmptyObjects<Pages>.Deletion {
    .init(call) { (reply) throws(CallFailure) in _ = try reply.succeeded(call) }
  }

  /// Some keys can't be written in XML at all.
  private static func batch(
    _ page: [ObjectVersion], _ target: Target
  ) -> EmptyObjects<VersionPages>.Deletion? {
    guard page.allSatisfy({ XMLWriter.canHold($0.key) }) else { return nil }
    let call = batchCall(page, target)
    return .init(call) { (reply) throws(CallFailure) in
      let root = try S3XML.document(reply, root: "DeleteResult", to: call, wrongRoot: .unsupported)
      if let error = root?.child("Error") { throw failure(error, call) }
    }
  }

  /// The first error of a batch, e.g. a version under retention.
  private static func failure(_ error: XMLElement, _ call: Call) -> CallFailure {
    let code = error.text("Code") ?? "Unknown"
    let denied = code == "AccessDenied"
    let message = error.text("Message").map { String($0.prefix(200)) } ?? code
    return CallFailure(
      denied ? .denied : code == "SlowDown" ? .throttled(retryAfter: nil) : .invalid, code: code,
      "an object could not be deleted: \(message)", call: call.line,
      permission: denied ? call.permissions.first : nil)
  }

  private static func batchCall(_ batch: [ObjectVersion], _ target: Target) -> Call {
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

  private static func singleCall(_ version: ObjectVersion, _ target: Target) -> Call {
    .bucket(
      .delete, target, query: version.versionID.map { [QueryItem("versionId", $0)] } ?? [],
      path: segments(version.key), needs: "s3:DeleteObjectVersion", "s3:DeleteObject")
  }

  private static func abortCall(_ upload: UploadPages.Upload, _ target: Target) -> Call {
    .bucket(
      .delete, target, query: [QueryItem("uploadId", upload.id)], path: segments(upload.key),
      needs: "s3:AbortMultipartUpload")
  }

  /// A key's slashes separate segments; empty ones are part of the key.
  private static func segments(_ key: String) -> [String] {
    key.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
  }
}

/// The first page of unfinished uploads (S3 API Reference, ListMultipartUploads): what it lists is dropped, and it is asked
/// for again.
struct UploadPages: ObjectPages {
  struct Upload: Sendable, Hashable {
    var key: String
    var id: String
  }

  let target: Target
  var isAtEnd: Bool { true }

  var call: Call {
    .bucket(
      .get, target, query: [QueryItem("uploads"), QueryItem("encoding-type", "url")],
      needs: "s3:ListBucketMultipartUploads")
  }

  /// Nothing where the store has no such uploads at all.
  func read(_ reply: Reply) throws(CallFailure) -> [Upload]? {
    let root: XMLElement?
    do throws(CallFailure) {
      root = try S3XML.document(reply, root: "ListMultipartUploadsResult", to: call, wrongRoot: .unsupported)
    } catch {
      guard error.kind == .unsupported else { throw error }
      return []
    }
    let isEncoded = root?.text("EncodingType") == "url"
    return (root?.children("Upload") ?? []).compactMap { element -> Upload? in
      guard let key = element.text("Key"), let id = element.text("UploadId") else { return nil }
      return Upload(key: isEncoded ? PercentEncoding.decoded(key) : key, id: id)
    }
  }

  func restart() {}
  static func size(of element: Upload) -> Int64 { 0 }
}
