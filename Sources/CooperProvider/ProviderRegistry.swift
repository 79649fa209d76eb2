public import CooperModel

/// All providers of this build, found by connection type.
public struct ProviderRegistry: Sendable {
  public let providers: [any Provider]
  private let byType: [String: any Provider]
  private let kinds: [String: [String: Kind]]
  private let types: [String: ConnectionType]
  /// Singular names of kinds by section, e.g. `bucket`.
  public let kindNames: [String: String]

  public init(_ providers: [any Provider]) {
    self.providers = providers
    var byType: [String: any Provider] = [:]
    var kinds: [String: [String: Kind]] = [:]
    var types: [String: ConnectionType] = [:]
    for provider in providers {
      let sections = Dictionary(provider.kinds.map { ($0.schema.section, $0) }, uniquingKeysWith: { $1 })
      for type in provider.connectionTypes {
        byType[type.name] = provider
        types[type.name] = type
        kinds[type.name] = sections
      }
    }
    let schemas = ModelKinds.all + providers.flatMap(\.kindSchemas)
    kindNames = Dictionary(schemas.map { ($0.section, $0.name) }, uniquingKeysWith: { first, _ in first })
    self.byType = byType
    self.kinds = kinds
    self.types = types
  }

  /// What the language is checked against.
  public var catalog: Catalog {
    Catalog(
      connectionTypes: providers.flatMap(\.connectionTypes), kinds: ModelKinds.all + providers.flatMap(\.kindSchemas))
  }

  public func provider(ofType type: String) -> (any Provider)? { byType[type] }

  /// What resources of a section on such a connection can hold, by what the provider declares.
  public func support(section: String, ofType type: String) -> KindSupport? { types[type]?.support[section] }

  /// False for a facet that the language knows and this build has no calls for.
  public func writes(_ facet: String, of section: String, onType type: String) -> Bool {
    kind(section: section, ofType: type)?.facet(facet) != nil
  }

  /// False for a provider that this version can only check and plan offline.
  public func canReach(type: String) -> Bool { !(kinds[type]?.isEmpty ?? true) }

  public func kind(section: String, ofType type: String) -> Kind? { kinds[type]?[section] }
}
