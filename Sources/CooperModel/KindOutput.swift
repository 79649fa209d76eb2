public import CooperSchema

/// A value of a resource that texts elsewhere may use, e.g. `$(identities.replicator.arn)`.
public struct KindOutput: Sendable {
  public var name: String
  public var summary: String
  /// A secret may only be the whole of a field that takes secrets.
  public var isSecret: Bool

  public init(_ name: String, summary: String, isSecret: Bool = false) {
    self.name = name
    self.summary = summary
    self.isSecret = isSecret
  }
}

/// What an output is made from: facts that are known before anything is applied.
public struct OutputFacts: Sendable {
  /// The native name.
  public var name: String
  public var region: String?
  /// Settings of the connection; empty without one.
  public var connection: ValueMap

  /// Its own settings as far as they are plain.
  public var settings: ValueMap

  public init(name: String, region: String?, connection: ValueMap, settings: ValueMap = ValueMap()) {
    self.settings = settings
    self.name = name
    self.region = region
    self.connection = connection
  }
}
