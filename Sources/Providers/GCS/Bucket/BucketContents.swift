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
struct GenerationPages: ObjectPages {
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

  mutating func read(_ reply: Reply) throws(CallFailure) -> [ObjectGeneration]? {
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

  static func size(of element: ObjectGeneration) -> Int64 { element.size }
}

/// Counting and removing what a bucket holds.
enum BucketContents {
  static func count(_ target: Target, limit: Int) -> any Procedure<Contents> {
    CountObjects(GenerationPages(target), limit: limit)
  }

  /// All generations of all objects, one call each.
  static func empty(_ target: Target) -> any Procedure<Void> {
    EmptyObjects(
      GenerationPages(target), what: "objects", example: ObjectGeneration(name: "…", generation: "…", size: 0)
    ) { object in
      let call = deletion(object, target)
      return .init(call) { (reply) throws(CallFailure) in _ = try reply.succeeded(call) }
    }
  }

  /// A generation, never the name alone: on a bucket with versions that would only hide it.
  private static func deletion(_ object: ObjectGeneration, _ target: Target) -> Call {
    .bucket(
      .delete, target, path: ["o", object.name], query: [QueryItem("generation", object.generation)],
      needs: "storage.objects.delete", onObjects: true)
  }
}
