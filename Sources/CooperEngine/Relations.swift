internal import CooperConfig
internal import CooperModel
internal import CooperPlan
internal import CooperProvider
internal import CooperSchema
internal import CooperState

/// Resolves what the settings of resources name: buckets, identities, accounts, with what is known of their outputs.
///
/// Belongs here: facts for those who write calls. Doesn't: asking a provider, see `OutputBook`.
struct Relations: Sendable {
  private let recorded: [Address: RecordedResource]
  private let connections: Connections
  private let registry: ProviderRegistry
  private let kinds: [String: KindSchema]
  /// Settings that hold the name of another resource, by section.
  private let references: [String: [(field: String, section: String)]]
  private let desired: Configuration

  init(_ desired: Configuration, _ recorded: StateSnapshot, _ connections: Connections, _ registry: ProviderRegistry) {
    self.recorded = Moves.resolve(desired, recorded).resources
    self.connections = connections
    self.registry = registry
    let kinds = registry.catalog.kinds
    self.kinds = kinds
    references = kinds.mapValues { kind in
      kind.settings.compactMap { field -> (field: String, section: String)? in
        guard case .reference(let section) = field.shape, !["connections", "profiles"].contains(section) else {
          return nil
        }
        return (field.name, section)
      }
    }
    self.desired = desired
  }

  func declaration(_ address: Address) -> ResourceDeclaration? { desired.resource(address) }

  /// By field, what a resource's settings name.
  func related(of section: String, _ settings: ValueMap) -> [String: Related] {
    guard let fields = references[section], !fields.isEmpty else { return [:] }
    var found: [String: Related] = [:]
    for (field, section) in fields {
      guard let name = settings[field]?.string else { continue }
      found[field] = related(Address(section, name))
    }
    return found
  }

  /// What is declared, else what is recorded, at an address.
  func related(_ address: Address) -> Related? {
    guard let kind = kinds[address.section] else { return nil }
    let entry = recorded[address]
    guard let declaration = desired.resource(address) else { return entry.map { self.related(address, $0, kind) } }
    let support = site(of: declaration.connection).flatMap {
      registry.support(section: address.section, ofType: $0.type)
    }
    let variant = kind.variants.flatMap { declaration.settings[$0.field]?.string }
    let connection = connections.declarations[declaration.connection]
    var related = Related(
      address: address, kind: kind.name, variant: variant, name: .string(declaration.name),
      declaredName: declaration.name, region: declaration.region, site: site(of: declaration.connection),
      connection: connection?.settings ?? ValueMap(), caCertificate: connections.caCertificates[declaration.connection],
      settings: declaration.settings,
      facets: Dictionary(declaration.facets.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        .merging(declaration.written) { $1 })
    let facts = OutputFacts(
      name: declaration.name, region: declaration.region ?? connection?.settings["region"]?.string,
      connection: connection?.settings ?? ValueMap(), settings: declaration.settings)
    if let site = related.site {
      related.scope = scope(of: address.section, type: site.type, declaration.settings) { related.facets[$0] }
    }
    for output in kind.outputs {
      related.outputs[output.name] = value(of: output, address, declaration, facts, support, entry)
    }
    if let field = kind.nameField, let make = support?.outputs[field] {
      related.name = make(facts).map { .string($0) } ?? entry?.outputs[field] ?? .unknown("\(address).\(field)")
    }
    return related
  }

  private func value(
    of output: KindOutput, _ address: Address, _ declaration: ResourceDeclaration, _ facts: OutputFacts,
    _ support: KindSupport?, _ entry: RecordedResource?
  ) -> Value {
    if let written = declaration.settings[output.name] { return written }
    let name = "\(address).\(output.name)"
    if output.isSecret {
      let generation = declaration.keyGeneration.map { "#\($0)" } ?? ""
      return .string(SecretUse.outputScheme + name + generation)
    }
    if output.name == "arn", let arn = support?.arn { return .string(arn(facts.name, facts.region)) }
    return support?.outputs[output.name]?(facts).map { .string($0) } ?? entry?.outputs[output.name] ?? .unknown(name)
  }

  /// What left the YAML and is named by something that leaves with it.
  private func related(_ address: Address, _ entry: RecordedResource, _ kind: KindSchema) -> Related {
    Related(
      address: address, kind: kind.name, variant: kind.variants.flatMap { entry.settings[$0.field]?.string },
      name: kind.nameField.flatMap { entry.outputs[$0] } ?? .string(entry.identity.name),
      declaredName: entry.identity.name, region: entry.region, site: site(of: entry.connection),
      connection: connections.declarations[entry.connection]?.settings ?? ValueMap(),
      caCertificate: connections.caCertificates[entry.connection], settings: entry.settings,
      facets: entry.facets.compactMapValues(\.value), outputs: entry.outputs)
  }

  /// The part of a resource's place that its own settings say, e.g. a container's account; nil where the name is all.
  func scope(
    of section: String, type: String, _ settings: ValueMap, facet: (String) -> Value?
  ) -> String? {
    guard let paths = registry.support(section: section, ofType: type)?.scope, !paths.isEmpty else { return nil }
    let parts = paths.compactMap { path -> String? in
      let steps = path.split(separator: ".").map(String.init)
      guard let first = steps.first else { return nil }
      if steps.count == 1, let name = settings[first]?.string,
        let reference = references[section]?.first(where: { $0.field == first })
      {
        return related(Address(reference.section, name))?.declaredName ?? name
      }
      var value = settings[first] ?? facet(first)
      for step in steps.dropFirst() { value = step == "*" ? value?.map?.first?.value : value?[step] }
      return value?.string
    }
    return parts.isEmpty ? nil : parts.joined(separator: "/")
  }

  /// Of facets that could make such a resource the one that is there.
  func maker(of section: String, type: String, _ facet: (String) -> Value?) -> Maker? {
    let makers = registry.support(section: section, ofType: type)?.makers ?? []
    for name in makers { if let value = facet(name) { return Maker(name, value) } }
    return nil
  }

  /// Where a resource that is declared, made or only used, lives; nil when its connection could not be opened.
  func target(of declaration: ResourceDeclaration) -> Target? {
    guard let site = site(of: declaration.connection) else { return nil }
    let entry = recorded[declaration.address]
    var identity = connections.identity(of: declaration.name, on: declaration.connection)
    identity.account = identity.account ?? site.account
    let section = declaration.address.section
    identity.scope =
      scope(of: section, type: site.type, declaration.settings, facet: { declaration.facet($0)?.value })
      ?? identity.scope
    return Target(
      address: declaration.address, identity: identity, region: declaration.region ?? site.region, site: site,
      settings: declaration.settings, related: related(of: declaration.address.section, declaration.settings),
      outputs: entry?.outputs ?? ValueMap(),
      maker: maker(of: section, type: site.type) { declaration.facet($0)?.value })
  }

  private func site(of connection: String) -> Site? {
    connections.opened[connection]?.site ?? connections.unreachable[connection]
  }
}
