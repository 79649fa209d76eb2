public import CooperSchema

/// How IAM measures documents (IAM User Guide, "IAM and AWS STS quotas").
public enum IAMSize {
  /// Characters of the JSON that is sent, white space not counted; what is known after apply counts as nothing, so that
  /// no document is called too long that isn't.
  public static func characters(_ document: Value) -> Int {
    let sent = CanonicalDocument.written(CanonicalDocument.canonical(document, .iamPolicy))
    let known = sent.filling { _ in "" }
    let text = String(decoding: ValueJSON.encode(known, pretty: false), as: UTF8.self)
    return text.unicodeScalars.count { !$0.properties.isWhitespace }
  }
}

/// What the documents of a resource are made of, as far as the YAML says it.
public struct SizedFacts: Sendable {
  /// Name at the provider.
  public var name: String
  public var region: String?
  public var settings: ValueMap
  /// Facets as declared, by name.
  public var facets: [String: Value]
  /// Settings of the connection as declared.
  public var connection: ValueMap
  /// Types of the platforms that it trusts, by connection, and what each says of itself in its time.
  public var parties: [String: (type: String, outputs: [String])] = [:]
  /// Statements that grants give it through its own policy.
  public var grants: [Value] = []

  public init(
    name: String, region: String?, settings: ValueMap, facets: [String: Value], connection: ValueMap
  ) {
    self.name = name
    self.region = region
    self.settings = settings
    self.facets = facets
    self.connection = connection
  }
}

/// Documents of a resource that a provider counts together.
public struct SizedDocuments: Sendable {
  /// What they are, e.g. `the inline policies of a user`.
  public var name: String
  /// Characters by the facet that says each, the longest first.
  public var parts: [(facet: String, size: Int)]
  public var limit: Int
  /// How far the account's quota can be raised; nil where it is the same for everybody.
  public var raisedLimit: Int?
  public var fix: String

  public var size: Int { parts.reduce(0) { $0 + $1.size } }

  public init(
    _ name: String, parts: [(facet: String, size: Int)], limit: Int, raisedLimit: Int? = nil, fix: String
  ) {
    self.name = name
    self.parts = parts.filter { $0.size > 0 }.sorted { $0.size > $1.size }
    self.limit = limit
    self.raisedLimit = raisedLimit
    self.fix = fix
  }
}
