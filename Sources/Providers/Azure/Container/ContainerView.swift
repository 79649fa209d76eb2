import CooperModel
import CooperProvider
import CooperSchema

/// What either plane tells of a container, in one form.
struct ContainerView: Sendable {
  var access: AnonymousAccess
  var metadata: [String: String]
  var etag: String?
  var lastModified: String?
  /// Nil on the plane that doesn't tell.
  var immutability: Immutability??
  var immutabilityTag: String?
  var legalHold: [String]?

  static func read(_ reply: Reply, _ target: Target) throws(CallFailure) -> ContainerView {
    let call = ContainerCall.read(target)
    return target.site.reachesSettings ? try ContainerView(arm: reply, call) : try ContainerView(data: reply, call)
  }

  private init(arm reply: Reply, _ call: Call) throws(CallFailure) {
    let document = try ArmReply.resource(reply, ContainerCall.type, to: call)
    let properties = document["properties"]
    access = try Self.access(properties?["publicAccess"]?.given?.string, call)
    metadata = [:]
    for pair in properties?["metadata"]?.given?.map ?? ValueMap() {
      metadata[pair.key.lowercased()] = pair.value.string ?? ""
    }
    etag = ArmDocument.etag(reply, document)
    immutability = .some(nil)
    if let policy = properties?["immutabilityPolicy"]?.given, let inner = policy["properties"]?.given {
      guard let period = inner["immutabilityPeriodSinceCreationInDays"]?.timeSpanOfDays else {
        throw ArmReply.broken("immutabilityPolicy", call)
      }
      var model = Immutability()
      model.period = period
      model.locked = inner["state"]?.string == "Locked"
      model.appends = inner["allowProtectedAppendWrites"]?.given?.bool
      immutability = .some(model)
      immutabilityTag = policy["etag"]?.string
    }
    legalHold = (properties?["legalHold"]?.given?["tags"]?.given?.list ?? []).compactMap { $0["tag"]?.string }
  }

  /// Of the blob service everything stands in headers; a body has no place in the answer.
  private init(data reply: Reply, _ call: Call) throws(CallFailure) {
    let reply = try reply.succeeded(call)
    guard let etag = reply.header("ETag"), let modified = reply.header("Last-Modified"), reply.body.isEmpty else {
      throw ArmReply.wrongShape(reply, call, "a container")
    }
    self.etag = etag
    lastModified = modified
    access = try Self.access(reply.header("x-ms-blob-public-access"), call)
    metadata = [:]
    let mark = "x-ms-meta-"
    for header in reply.headers where header.name.lowercased().hasPrefix(mark) {
      metadata[String(header.name.dropFirst(mark.count)).lowercased()] = header.value
    }
  }

  /// Absent is none (provider-quirks section 5); the planes spell the words with other capitals.
  private static func access(_ word: String?, _ call: Call) throws(CallFailure) -> AnonymousAccess {
    guard let word, !word.isEmpty else { return .none }
    guard let known = AnonymousAccess(rawValue: word.lowercased()) else {
      throw ArmReply.broken("public access", call)
    }
    return known
  }
}

/// Reads a facet of a container.
func readContainer<Model: Sendable>(
  _ target: Target, _ decode: @escaping @Sendable (ContainerView) throws(CallFailure) -> Model?
) -> any Procedure<Observed<Model>> {
  SingleCall<Observed<Model>>(ContainerCall.read(target)) { (reply) throws(CallFailure) in
    do throws(CallFailure) {
      return try decode(try ContainerView.read(reply, target)).map { .present($0) } ?? .absent
    } catch {
      guard error.kind == .unsupported else { throw error }
      return .unsupported(error.message)
    }
  }
}
