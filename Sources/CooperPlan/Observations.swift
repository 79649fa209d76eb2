public import CooperModel
public import CooperProvider
public import CooperSchema

/// What the providers were seen to hold.
public struct Observations: Sendable {
  public var connections: [String: ObservedConnection]
  public var resources: [Address: ObservedResource]

  public init(connections: [String: ObservedConnection] = [:], resources: [Address: ObservedResource] = [:]) {
    self.connections = connections
    self.resources = resources
  }
}

/// A connection after it was asked who it is; `failure` means that nothing was read through it.
public struct ObservedConnection: Sendable {
  public var site: Site
  public var identity: SignedInIdentity?
  public var failure: CallFailure?
  /// Facets of resources to be made of which nobody can tell yet whether this store holds them.
  public var unverified: [UnverifiedFacet] = []

  public init(site: Site, identity: SignedInIdentity? = nil, failure: CallFailure? = nil) {
    self.site = site
    self.identity = identity
    self.failure = failure
  }
}

/// A facet that the store may lack, and that no resource there shows.
public struct UnverifiedFacet: Sendable, Hashable {
  public var section: String
  public var facet: String
  /// Why it isn't known from the connection's type alone.
  public var reason: String

  public init(section: String, facet: String, reason: String) {
    self.section = section
    self.facet = facet
    self.reason = reason
  }
}

public struct ObservedResource: Sendable, Hashable {
  public enum Presence: Sendable, Hashable {
    case present(region: String?)
    case absent
    case foreign(String)
    /// Could not be read; unknown is not absent.
    case unknown(CallFailure)
  }

  public enum Facet: Sendable, Hashable {
    case present(Value)
    case absent
    case unsupported(String)
    case unknown(CallFailure)
  }

  public var presence: Presence
  public var facets: [String: Facet]
  public var contents: Contents?
  /// Of a resource that is to go: what of others stands in the way.
  public var holds: [Hold] = []
  /// Of the resource as a whole, where the provider counts them; a write that is planned now holds for this one alone.
  public var revision: String?

  public init(presence: Presence, facets: [String: Facet] = [:], contents: Contents? = nil) {
    self.presence = presence
    self.facets = facets
    self.contents = contents
  }
}
