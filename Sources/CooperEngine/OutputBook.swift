public import CooperConfig
public import CooperModel
internal import CooperPlan
public import CooperProvider
public import CooperSchema
public import CooperState

/// Values that are born in apply, and secrets that providers make: looked up when a call needs them, kept for the run.
///
/// Secrets stay in memory; what is no secret is recorded with the resource it belongs to.
public struct OutputBook: Sendable {
  /// Follows a reference of the YAML.
  public typealias Resolve = @Sendable (_ reference: Value, _ field: String) throws(CallFailure) -> Secret

  private let relations: Relations
  let connections: Connections
  let registry: ProviderRegistry
  let runner: CallRunner
  /// Where keys are kept that are shown once.
  let files: KeyFiles
  /// Keys that were made or read in this run.
  let pairs = Locked<[Address: KeyPair]>([:])
  private let resolve: Resolve
  private let known: Locked<[String: Value]>
  private let secrets = Locked<[String: Secret]>([:])

  public init(
    _ desired: Configuration, _ recorded: StateSnapshot, _ connections: Connections, _ registry: ProviderRegistry,
    _ runner: CallRunner, keys: KeyFiles = .none, resolve: @escaping Resolve
  ) {
    files = keys
    relations = Relations(desired, recorded, connections, registry)
    self.connections = connections
    self.registry = registry
    self.runner = runner
    self.resolve = resolve
    var values: [String: Value] = [:]
    for (address, entry) in recorded.resources {
      for pair in entry.outputs { values["\(address).\(pair.key)"] = pair.value }
    }
    known = Locked(values)
  }

  /// Outputs of a resource that was just made or looked at.
  func learn(_ address: Address, _ outputs: ValueMap) {
    known.withLock { known in for pair in outputs { known["\(address).\(pair.key)"] = pair.value } }
  }

  /// A value that is known by now.
  func value(_ name: String) -> Value? { known.withLock { $0[name] } }

  /// A value with everything in it that is known by now; what still isn't is asked of the provider that made it.
  func filled(_ value: Value) async throws(CallFailure) -> Value {
    guard value.hasUnknowns else { return value }
    for name in value.unknowns.sorted() where known.withLock({ $0[name] }) == nil { try await ask(name) }
    let answers = known.withLock { $0 }
    let filled = value.filling { answers[$0] }
    guard let missing = filled.firstUnknown else { return filled }
    throw CallFailure(
      .unavailable, code: "ENG0011",
      "it needs \(missing), which the provider has not told; the next apply goes on when it is there")
  }

  private func ask(_ name: String) async throws(CallFailure) {
    if name.hasPrefix("connections.") { return try await askParty(name) }
    guard let (address, _) = Self.parts(name), let declaration = relations.declaration(address),
      let target = relations.target(of: declaration), let connection = connections.opened[declaration.connection],
      let outputs = registry.kind(section: address.section, ofType: target.site.type)?.outputs
    else { return }
    learn(address, try await runner.run(outputs(target), on: connection))
  }

  /// The secret that a call is to carry, from a reference of the YAML or from the platform that made it.
  public func secret(_ use: SecretUse) async throws(CallFailure) -> Secret {
    guard let name = use.output else { return try resolve(use.reference, use.field) }
    if let secret = secrets.withLock({ $0[name] }) { return secret }
    guard let (address, output) = Self.parts(name), let declaration = relations.declaration(address),
      var target = relations.target(of: declaration), let connection = connections.opened[declaration.connection],
      let kind = registry.kind(section: address.section, ofType: target.site.type)
    else { throw unasked(use, name) }
    if kind.keys != nil, let secret = try await issuedSecret(target, output) { return secret }
    guard let read = kind.secret else { throw unasked(use, name) }
    target = try await filled(target)
    let secret = try await runner.run(read(target, output), on: connection)
    secrets.withLock { $0[name] = secret }
    return secret
  }

  private func unasked(_ use: SecretUse, _ name: String) -> CallFailure {
    CallFailure(
      .unsupported, code: "ENG0012", "\(use.field) needs \(name), which this version can't ask of its platform")
  }

  /// A target whose related resources tell what was born since the plan was made.
  func filled(_ target: Target) async throws(CallFailure) -> Target {
    var target = target
    let answers = known.withLock { $0 }
    for (field, related) in target.related {
      var related = related
      related.name = related.name.filling { answers[$0] }
      related.outputs = ValueMap(related.outputs.map { ($0.key, $0.value.filling { answers[$0] }) })
      target.related[field] = related
    }
    if target.settings.contains(where: { $0.value.hasUnknowns }) {
      var settings = ValueMap()
      for pair in target.settings { settings[pair.key] = try await filled(pair.value) }
      target.settings = settings
    }
    return target
  }

  /// Where a declared resource is, with what it names as far as providers tell by now; nil when its connection can't be
  /// used.
  public func target(of declaration: ResourceDeclaration) async throws(CallFailure) -> Target? {
    guard let target = relations.target(of: declaration) else { return nil }
    for related in target.related.values {
      let wanted = related.name.unknowns + related.outputs.flatMap { $0.value.unknowns }
      for name in wanted.sorted() where known.withLock({ $0[name] }) == nil { try await ask(name) }
    }
    return try await filled(target)
  }

  /// `section.name.output` taken apart.
  static func parts(_ name: String) -> (Address, String)? {
    let parts = name.split(separator: ".", maxSplits: 2).map(String.init)
    return parts.count == 3 ? (Address(parts[0], parts[1]), parts[2]) : nil
  }
}
