import CooperProvider
import CooperXML

/// A blob, one of its earlier versions, or a snapshot.
struct StoredBlob: Sendable, Hashable {
  var name: String
  var snapshot: String?
  /// Nil for the current one and where versions are off.
  var version: String?
  var size: Int64
}

/// Reads the list of a container's blobs with versions and snapshots, page by page (Storage REST API, List Blobs).
struct BlobPages: ObjectPages {
  private let target: Target
  private let pageSize: Int?
  private var marker: String?
  private(set) var isAtEnd = false

  init(_ target: Target, pageSize: Int? = nil) {
    self.target = target
    self.pageSize = pageSize
  }

  mutating func restart() {
    marker = nil
    isAtEnd = false
  }

  static func size(of element: StoredBlob) -> Int64 { element.size }

  var call: Call {
    var query = [
      QueryItem("restype", "container"), QueryItem("comp", "list"),
      QueryItem("include", "snapshots,versions,uncommittedblobs"),
    ]
    if let pageSize { query.append(QueryItem("maxresults", String(pageSize))) }
    if let marker { query.append(QueryItem("marker", marker)) }
    return ContainerCall.data(.get, target, query: query, needs: "/blobs/read")
  }

  mutating func read(_ reply: Reply) throws(CallFailure) -> [StoredBlob]? {
    let call = call
    let reply = try reply.succeeded(call)
    let document: XMLDocument
    do throws(XMLReadFailure) {
      document = try XMLReader.read(reply.body)
    } catch {
      throw CallFailure(
        .protocolBroken, code: "UnreadableReply", "the answer is not a readable document: \(error.words)",
        status: reply.status, call: call.line)
    }
    guard let root = document.root, root.isNamed("EnumerationResults"), let blobs = root.child("Blobs") else {
      throw ArmReply.wrongShape(reply, call, "a list of blobs")
    }
    var found: [StoredBlob] = []
    for element in blobs.children("Blob") {
      guard let name = element.text("Name") else { continue }
      let isCurrent = element.text("IsCurrentVersion") == "true"
      let size = element.child("Properties")?.text("Content-Length").flatMap { Int64($0) } ?? 0
      found.append(
        StoredBlob(
          name: name, snapshot: element.text("Snapshot"), version: isCurrent ? nil : element.text("VersionId"),
          size: size))
    }
    let following = root.text("NextMarker").flatMap { $0.isEmpty ? nil : $0 }
    isAtEnd = following == nil || following == marker
    marker = following
    return found
  }
}
