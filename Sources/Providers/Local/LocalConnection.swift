internal import CooperModel
internal import CooperProvider
internal import CooperSchema
private import FoundationEssentials

/// Carries out calls on a directory tree: a bucket is a directory below the root, its metadata stands in `.cooper/`.
///
/// Symbolic links are never followed and never count as buckets.
struct LocalConnection: Connection {
  let site: Site
  let root: String
  /// Holds `<bucket>.<facet>.json`; outside the buckets, so that what is stored in them stays alone.
  private var metadata: String { root + "/.cooper" }

  init(name: String, root: String) {
    self.root = root
    site = Site(connection: name, type: "local", endpoint: root, region: nil, account: nil)
  }

  var declaredAccount: String? { nil }
  func identify() -> (any Procedure<SignedInIdentity>)? { nil }
  func transientFailure(_ reply: Reply, to call: Call) -> CallFailure? { nil }
  func identity(of name: String) -> PhysicalIdentity { PhysicalIdentity(endpoint: root, name: name) }

  func url(for call: Call) -> String {
    let query = call.query.map { item in item.value.map { "\(item.name)=\($0)" } ?? item.name }.joined(separator: "&")
    return root + (call.bucket.map { "/" + $0 } ?? "") + (query.isEmpty ? "" : "?" + query)
  }

  func attempt(_ call: Call) async throws(CallFailure) -> Reply {
    do {
      guard let bucket = call.bucket else { return try list() }
      guard LocalBucket.nameProblem(bucket) == nil else { return Self.reply(400, "not a directory's name") }
      if let facet = call.query.first?.name, facet != "contents" { return try document(call, bucket, facet) }
      let ofContents = call.query.first?.name == "contents"
      switch call.method {
      case .head: return Reply(status: isBucket(bucket) ? 200 : 404)
      case .put: return try create(bucket)
      case .get: return try contents(bucket, limit: call.query.last?.value.flatMap { Int($0) } ?? .max)
      case .delete: return ofContents ? try empty(bucket) : try delete(bucket)
      default: return Self.reply(405, "not a call on a directory")
      }
    } catch {
      return Self.reply(error)
    }
  }

  private func path(_ bucket: String) -> String { root + "/" + bucket }
  private func metadataFile(_ bucket: String, _ facet: String) -> String { metadata + "/\(bucket).\(facet).json" }

  private func isBucket(_ bucket: String) -> Bool {
    let type = try? FileManager.default.attributesOfItem(atPath: path(bucket))[.type] as? FileAttributeType
    return type == .typeDirectory
  }

  private func list() throws -> Reply {
    guard FileManager.default.fileExists(atPath: root) else { return Self.json([]) }
    let names = try FileManager.default.contentsOfDirectory(atPath: root).sorted()
    return Self.json(.list(names.filter { LocalBucket.nameProblem($0) == nil && isBucket($0) }.map { .string($0) }))
  }

  private func create(_ bucket: String) throws -> Reply {
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    if FileManager.default.fileExists(atPath: path(bucket)) { return Self.reply(409, "it exists already") }
    try FileManager.default.createDirectory(atPath: path(bucket), withIntermediateDirectories: false)
    return Reply(status: 200)
  }

  private func delete(_ bucket: String) throws -> Reply {
    guard isBucket(bucket) else { return Self.reply(404, "there is no such directory") }
    guard try FileManager.default.contentsOfDirectory(atPath: path(bucket)).isEmpty else {
      return Self.reply(409, "the directory is not empty")
    }
    for facet in LocalBucket.facets { try? FileManager.default.removeItem(atPath: metadataFile(bucket, facet.name)) }
    try FileManager.default.removeItem(atPath: path(bucket))
    return Reply(status: 204)
  }

  private func empty(_ bucket: String) throws -> Reply {
    guard isBucket(bucket) else { return Self.reply(404, "there is no such directory") }
    for name in try FileManager.default.contentsOfDirectory(atPath: path(bucket)) {
      try FileManager.default.removeItem(atPath: path(bucket) + "/" + name)
    }
    return Reply(status: 204)
  }

  /// Counts files and their bytes, without following links; stops at the limit.
  private func contents(_ bucket: String, limit: Int) throws -> Reply {
    guard isBucket(bucket) else { return Self.reply(404, "there is no such directory") }
    var objects = 0
    var bytes: Int64 = 0
    var directories = [path(bucket)]
    while let directory = directories.popLast(), objects < limit {
      for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
        let item = directory + "/" + name
        let attributes = try FileManager.default.attributesOfItem(atPath: item)
        if attributes[.type] as? FileAttributeType == .typeDirectory {
          directories.append(item)
        } else {
          objects += 1
          bytes += (attributes[.size] as? UInt64).map { Int64(clamping: $0) } ?? 0
        }
      }
    }
    return Self.json([
      "objects": .integer(Int64(objects)), "bytes": .integer(bytes), "complete": .bool(objects < limit),
    ])
  }

  private func document(_ call: Call, _ bucket: String, _ facet: String) throws -> Reply {
    guard isBucket(bucket) else { return Self.reply(404, "there is no such directory") }
    let file = metadataFile(bucket, facet)
    switch call.method {
    case .get:
      guard FileManager.default.fileExists(atPath: file) else { return Reply(status: 204) }
      return Reply(status: 200, body: Array(try Data(contentsOf: URL(filePath: file))))
    case .put:
      try FileManager.default.createDirectory(atPath: metadata, withIntermediateDirectories: true)
      try Data(call.body).write(to: URL(filePath: file), options: .atomic)
      return Reply(status: 200)
    case .delete:
      if FileManager.default.fileExists(atPath: file) { try FileManager.default.removeItem(atPath: file) }
      return Reply(status: 204)
    default: return Self.reply(405, "not a call on metadata")
    }
  }

  private static func json(_ value: Value) -> Reply {
    Reply(status: 200, body: ValueJSON.encode(value, pretty: false))
  }

  private static func reply(_ status: Int, _ text: String) -> Reply { Reply(status: status, body: Array(text.utf8)) }

  private static func reply(_ error: any Error) -> Reply {
    guard let error = error as? CocoaError else { return reply(500, "\(error)") }
    switch error.code {
    case .fileReadNoPermission, .fileWriteNoPermission: return reply(403, "permission denied")
    case .fileReadNoSuchFile, .fileNoSuchFile: return reply(404, "there is no such file or directory")
    case .fileWriteFileExists: return reply(409, "it exists already")
    case .fileWriteOutOfSpace: return reply(507, "no space left on the device")
    case .fileWriteVolumeReadOnly: return reply(403, "the file system is read-only")
    default: return reply(500, "the file system answered with error \(error.code.rawValue)")
    }
  }
}
