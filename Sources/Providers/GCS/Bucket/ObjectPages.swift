import CooperModel
import CooperProvider
import CooperSchema

/// One generation of an object, live or noncurrent.
struct ObjectGeneration: Sendable, Hashable {
  var name: String
  var generation: String
  var size: Int64
}

/// Pages through all generations of all objects (Cloud Storage JSON API, Objects: list with versions).
///
/// What was deleted softly isn't among them: it can't be removed before its time, and a bucket that holds nothing else
/// counts as empty (Cloud Storage documentation, soft delete).
struct ObjectPages: Sendable {
  static let pageSize = 1000

  private let target: Target
  private var token: String?
  private(set) var isAtEnd = false

  init(_ target: Target) { self.target = target }

  mutating func restart() {
    token = nil
    isAtEnd = false
  }

  var call: Call {
    var query = [
      QueryItem("versions", "true"), QueryItem("maxResults", String(Self.pageSize)),
      QueryItem("fields", "kind,nextPageToken,items(name,generation,size)"),
    ]
    if let token { query.append(QueryItem("pageToken", token)) }
    return .bucket(.get, target, path: ["o"], query: query, needs: "storage.objects.list", onObjects: true)
  }

  mutating func read(_ reply: Reply) throws(CallFailure) -> [ObjectGeneration] {
    let call = call
    let page = try reply.document("storage#objects", to: call)
    var found: [ObjectGeneration] = []
    for item in page["items"]?.list ?? [] {
      guard let name = item["name"]?.string, let generation = item["generation"]?.wholeNumber else {
        throw .broken("items", "a list with an object without name and generation", call)
      }
      found.append(
        ObjectGeneration(name: name, generation: String(generation), size: item["size"]?.wholeNumber ?? 0))
    }
    let following = try page.text("nextPageToken", of: call).flatMap { $0.isEmpty ? nil : $0 }
    isAtEnd = following == nil || following == token
    token = following
    return found
  }
}

/// Counts generations and their bytes, until the limit is reached.
struct CountContents: Procedure {
  private let limit: Int
  private var pages: ObjectPages
  private var contents = Contents(objects: 0, bytes: 0)

  init(_ target: Target, limit: Int) {
    self.limit = limit
    pages = ObjectPages(target)
  }

  mutating func next(_ reply: Reply?) -> Step<Contents> {
    guard let reply else { return .call(pages.call) }
    do throws(CallFailure) {
      let page = try pages.read(reply)
      contents.objects += page.count
      contents.bytes += page.reduce(0) { $0 + $1.size }
      if pages.isAtEnd { return .done(contents) }
      if contents.objects >= limit {
        contents.complete = false
        return .done(contents)
      }
      return .call(pages.call)
    } catch {
      return .failed(error)
    }
  }
}
