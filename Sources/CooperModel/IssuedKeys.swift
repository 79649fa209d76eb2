public import CooperSchema

/// Keys that a provider makes for an identity and shows once: what the YAML asks for, and what is compared.
///
/// The secret itself stands in none of it; `KeySink` says where it is put.
public enum IssuedKeys {
  /// The setting of an identity that asks for a key.
  public static let setting = "keys"
  /// The facet that plans and state show: ids and what becomes of them.
  public static let facetName = "accessKeys"
  /// The output under which the ledger is recorded.
  public static let ledgerOutput = "keys"

  private static let text = TextRule(lengths: 1...1024)

  static let sink = ObjectShape(
    "KeySink", summary: "Where a key goes that the provider shows once; exactly one of its fields is written.",
    fields: [
      FieldShape(
        "env", .string(text), summary: "A file of variables, readable by nobody else.", example: "out/etl.env"),
      FieldShape(
        "sealed", .string(text), summary: "A file in the repository, sealed with Cooper's key.",
        example: "secrets/etl.yaml"),
      FieldShape("secret", .object(secret), summary: "A Secret in a cluster."),
    ])

  private static let secret = ObjectShape(
    "KeySecret", summary: "A Secret in a cluster.",
    fields: [
      FieldShape(
        "connection", .reference(section: "connections"), presence: .required,
        summary: "A connection of type kubernetes.", example: "cluster"),
      FieldShape(
        "namespace", .string(TextRule(lengths: 1...63)), presence: .required, summary: "Its namespace.",
        example: "etl"),
      FieldShape(
        "name", .string(TextRule(lengths: 1...253)), presence: .required, summary: "Its name.", example: "etl-s3"),
    ])

  static let field = FieldShape(
    setting,
    .object(
      ObjectShape(
        "IssuedKeys", summary: "A key that Cooper has made, kept and exchanged.",
        fields: [
          FieldShape(
            "to", .object(sink), presence: .required, summary: "Where the key goes.",
            example: "{ env: out/etl.env }"),
          FieldShape(
            "rotate", .string(TextRule(lengths: 1...128)),
            summary: "Any word; another one means another key.", example: "\"2026-11\""),
          FieldShape(
            "maxAge", .duration(86_400...157_680_000), summary: "An older key is exchanged.", example: "90d"),
          FieldShape(
            "deleteOld", .duration(0...157_680_000),
            summary:
              "How long a key that was exchanged stays disabled before it is deleted; without it, until the next one.",
            example: "7d"),
        ])), summary: "A key that Cooper has made, kept and exchanged.",
    example: "{ to: { env: out/etl.env }, maxAge: 90d }")

  /// The facet of a kind whose provider makes keys; its values are made by the engine, never written by hand.
  public static let facet = FacetSchema(
    name: facetName,
    shape: .object(
      ObjectShape(
        "AccessKeys", summary: "The keys that Cooper has made for an identity.",
        fields: [
          FieldShape("current", .string(text), summary: "Id of the key that is in use."),
          FieldShape("generation", .integer(0...Int64(Int32.max)), summary: "How many keys there have been."),
          FieldShape("sink", .string(text), summary: "Where the key is kept."),
          FieldShape("rotate", .string(text), summary: "The word for which it was made."),
          FieldShape(
            "previous", .map(.choice(["active", "disabled"]), keys: text), summary: "Keys that were exchanged."),
          FieldShape(
            "lost", .set(.string(text), identity: []),
            summary: "Keys whose secret nobody has: a run ended between making and keeping them."),
        ])), summary: "The keys that Cooper has made for an identity.", example: nil)

  /// What the shape of the setting can't say.
  static func problems(_ keys: Value) -> [FacetProblem] {
    guard let sink = keys["to"]?.map, sink.count != 1 else { return [] }
    return [
      FacetProblem(
        path: [setting, "to"], code: "IDE0005", message: "a key goes to one place: env, sealed or secret",
        fix: "to: { env: out/etl.env }")
    ]
  }
}

/// Where a key goes that its provider shows once.
public enum KeySink: Sendable, Hashable {
  /// A file of `NAME=value` lines with mode 0600.
  case envFile(String)
  /// A file with the id in plain text and the secret sealed.
  case sealedFile(String)
  /// A Secret in a cluster.
  case secret(connection: String, namespace: String, name: String)

  /// Reads the field `to`; nil when it names none or several.
  public init?(_ value: Value?) {
    guard let fields = value?.map, fields.count == 1 else { return nil }
    if let path = fields["env"]?.string {
      self = .envFile(path)
    } else if let path = fields["sealed"]?.string {
      self = .sealedFile(path)
    } else if let secret = fields["secret"], let connection = secret["connection"]?.string,
      let namespace = secret["namespace"]?.string, let name = secret["name"]?.string
    {
      self = .secret(connection: connection, namespace: namespace, name: name)
    } else {
      return nil
    }
  }

  /// As plans and state name it, e.g. `env:out/etl.env`.
  public var label: String {
    switch self {
    case .envFile(let path): "env:\(path)"
    case .sealedFile(let path): "sealed:\(path)"
    case .secret(let connection, let namespace, let name): "secret:\(connection)/\(namespace)/\(name)"
    }
  }
}

/// What is recorded of the keys of an identity: ids, times, words; never a secret.
public struct KeyLedger: Sendable, Hashable {
  public struct Key: Sendable, Hashable {
    public var id: String
    /// Seconds since 1970 at which Cooper made it.
    public var madeAt: Int64
    /// Seconds since 1970 at which another took its place.
    public var replacedAt: Int64?

    public init(id: String, madeAt: Int64, replacedAt: Int64? = nil) {
      self.id = id
      self.madeAt = madeAt
      self.replacedAt = replacedAt
    }
  }

  /// In the order in which they were made; the one without `replacedAt` is in use.
  public var keys: [Key] = []
  public var generation: Int64 = 0
  public var sink: String?
  public var rotate: String?
  /// Ids that were there before a key was made whose keeping isn't confirmed: any other id is a lost key.
  public var before: [String]?

  public init() {}

  public var current: Key? { keys.last { $0.replacedAt == nil } }
  public var previous: [Key] { keys.filter { $0.replacedAt != nil } }

  /// As it stands among the outputs of the identity.
  public init(_ value: Value?) {
    for entry in value?["made"]?.list ?? [] {
      guard let id = entry["id"]?.string, let at = entry["madeAt"]?.integer else { continue }
      keys.append(Key(id: id, madeAt: at, replacedAt: entry["replacedAt"]?.integer))
    }
    generation = value?["generation"]?.integer ?? 0
    sink = value?["sink"]?.string
    rotate = value?["rotate"]?.string
    before = value?["before"]?.list.map { $0.compactMap(\.string) }
  }

  public var value: Value {
    var map: ValueMap = [
      "generation": .integer(generation),
      "made": .list(
        keys.map { key in
          var entry: ValueMap = ["id": .string(key.id), "madeAt": .integer(key.madeAt)]
          entry["replacedAt"] = key.replacedAt.map { .integer($0) }
          return .map(entry)
        }),
    ]
    map["sink"] = sink.map { .string($0) }
    map["rotate"] = rotate.map { .string($0) }
    map["before"] = before.map { .list($0.map { .string($0) }) }
    return .map(map)
  }
}
