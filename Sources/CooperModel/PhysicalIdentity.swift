/// What a resource is in the world: renaming its key or its connection changes nothing of this.
public struct PhysicalIdentity: Hashable, Sendable {
  /// Scheme, host and port of the store, lower case, without a trailing slash; for directories the absolute root.
  public var endpoint: String
  /// Account, project or subscription; nil where the store has none.
  public var account: String?
  /// What the resource's own settings say of its place, e.g. a container's account, a namespace; nil where the name is all.
  public var scope: String?
  /// The native name, e.g. the bucket's.
  public var name: String

  public init(endpoint: String, account: String? = nil, scope: String? = nil, name: String) {
    self.endpoint = endpoint
    self.account = account
    self.scope = scope
    self.name = name
  }
}
