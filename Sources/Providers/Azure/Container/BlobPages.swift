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
struct BlobPages: Sendable {
  private let target: Target
  private let pageSize: Int?
  private var marker: String?
  private(set) var isAtEnd = false

  init(_ target: Target, pageSize: Int? = nil) {
    self.target = target
    self.pageSize = pageSize
  }

  var call: Call {
    var query = [
      QueryItem("restype", "container"), QueryItem("comp", "list"),
      QueryItem("include", "snapshots,versions,uncommittedblobs"),
    ]
    if let pageSize { query.append(QueryItem("maxresults", String(pageSize))) }
    if let marker { query.append(QueryItem("marker", marker)) }
    return ContainerCall.data(.get, target, query: query, needs: "/blobs/read")
  }

  mutating func read(_ reply: Reply) throws(CallFailure) -> [StoredBlob] {
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

/// Counts blobs, versions and snapshots, and their bytes, until the limit is reached.
struct CountBlobs: Procedure {
  private let limit: Int
  private var pages: BlobPages
  private var contents = Contents(objects: 0, bytes: 0)

  init(_ target: Target, limit: Int) {
    self.limit = limit
    pages = BlobPages(target)
  }

  mutating func next(_ reply: Reply?) -> Step<Contents> {
    guard let reply else { return .call(pages.call) }
    do throws(CallFailure) {
      let page = try pages.read(reply)
      contents.objects += page.count
      contents.bytes += page.reduce(0) { $0 + $1.size }
      if pages.isAtEnd { return .done(contents) }
      guard contents.objects < limit else {
        contents.complete = false
        return .done(contents)
      }
      return .call(pages.call)
    } catch {
      return .failed(error)
    }
  }
}
