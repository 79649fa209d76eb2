public import CooperModel
public import CooperProvider
internal import CooperSchema

/// Directories as buckets below a root: no account, no server, no network; useful for an NFS mount as a backup target.
public struct LocalProvider: Provider {
  public init() {}

  public let name = "local"
  public var kinds: [Kind] { [LocalBucket.kind] }

  public var connectionTypes: [ConnectionType] {
    [
      ConnectionType(
        name: "local", provider: name, summary: "Directories as buckets below a root.",
        settings: ObjectShape(
          "LocalConnection", summary: "A directory whose subdirectories are buckets.",
          fields: [
            FieldShape(
              "root", .string(TextRule(lengths: 1...4_096)), presence: .required,
              summary: "The directory that holds the buckets; a relative path starts at the project.",
              example: "./buckets")
          ]),
        accessMethods: [
          "": ObjectShape("LocalAccess", summary: "Files are reached as the user who runs Cooper.", fields: [])
        ],
        support: [BucketKind.section: support])
    ]
  }

  private var support: KindSupport {
    var facets: [String: KindSupport.Facet] = [:]
    for facet in BucketKind.facets {
      facets[facet.name] = .unsupported(
        reason: "a directory has no \(facet.name)", nearest: "tags and versioning are kept as metadata beside it")
    }
    for facet in LocalBucket.facets { facets[facet.name] = .supported }
    return KindSupport(
      facets: facets,
      settings: ["description", "connection", "bucketName", "profile", "deletion", "origin", "shared"],
      nameProblem: LocalBucket.nameProblem)
  }

  public func connect(
    _ declaration: ConnectionDeclaration, environment: ProviderEnvironment
  ) throws(CallFailure) -> any Connection {
    guard let root = declaration.settings["root"]?.string, !root.isEmpty else {
      throw CallFailure(.invalid, code: "LOC0001", "connection \"\(declaration.name)\" needs  root:  (a directory)")
    }
    return LocalConnection(
      name: declaration.name, root: Self.absolute(root, environment.projectDirectory, environment.homeDirectory))
  }

  private static func absolute(_ path: String, _ project: String, _ home: String?) -> String {
    var path = path
    if path.hasPrefix("~/"), let home { path = home + path.dropFirst(1) }
    if !path.hasPrefix("/") { path = project + "/" + path }
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }
}
