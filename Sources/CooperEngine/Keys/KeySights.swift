public import CooperConfig
public import CooperModel
public import CooperPlan
public import CooperProvider
internal import CooperSchema
public import CooperState

/// What a look told of keys that Cooper made, before it is said which of them are due: keys that are gone at their
/// provider, and what Secrets in clusters hold.
public struct KeySights: Sendable {
  enum Kept: Sendable {
    /// The id that it holds; nil when there is no such Secret, or no whole key in it.
    case known(String?)
    case unknown(CallFailure)
  }

  /// By identity.
  var kept: [Address: Kept] = [:]
  public internal(set) var gone: Set<Address> = []

  public init() {}

  /// Looks into the Secrets in which keys are recorded to be kept; files are looked into when they are needed.
  public init(
    _ desired: Configuration, _ recorded: StateSnapshot, _ connections: Connections, _ registry: ProviderRegistry,
    _ runner: CallRunner, parallelism: Int
  ) async {
    let entries = Moves.resolve(desired, recorded).resources
    let places = desired.resources.compactMap { resource -> (Address, KeySink, String)? in
      guard let sink = KeySink(resource.settings[IssuedKeys.setting]?["to"]),
        case .secret(let connection, _, _) = sink,
        KeyLedger(entries[resource.address]?.outputs[IssuedKeys.ledgerOutput]).current != nil
      else { return nil }
      return (resource.address, sink, connection)
    }
    let found = await inWindow(places, width: parallelism) { place -> Kept in
      do throws(CallFailure) {
        let (connection, store) = try connections.secretStore(place.2, registry)
        let held = try await runner.run(store.read(connection.site, place.1), on: connection)
        guard held?["secretAccessKey"] != nil else { return .known(nil) }
        return .known(held?["accessKeyId"]?.withBytes { String(decoding: $0, as: UTF8.self) })
      } catch {
        return .unknown(error)
      }
    }
    for (place, held) in zip(places, found) { kept[place.0] = held }
  }

  /// With the keys that the ledger calls current and their provider no longer lists as active; the same when there are none.
  public func adding(_ observed: Observations, _ desired: Configuration, _ recorded: StateSnapshot) -> KeySights {
    var sights = self
    let entries = Moves.resolve(desired, recorded).resources
    for resource in desired.resources where resource.settings[IssuedKeys.setting] != nil {
      let ledger = KeyLedger(entries[resource.address]?.outputs[IssuedKeys.ledgerOutput])
      guard let current = ledger.current,
        case .present(let value) = observed.resources[resource.address]?.facets[IssuedKeys.facetName],
        value["current"]?.string != current.id
      else { continue }
      sights.gone.insert(resource.address)
    }
    return sights
  }
}

extension Connections {
  /// A connection that keeps keys of others, with the way to them.
  func secretStore(
    _ name: String, _ registry: ProviderRegistry
  ) throws(CallFailure) -> (any Connection, SecretStore) {
    guard let connection = opened[name] else {
      throw failures[name]
        ?? CallFailure(.invalid, code: "KEY0002", "connection \(name), in which the key is to be kept, is not there")
    }
    guard let store = registry.provider(ofType: connection.site.type)?.secretStore else {
      throw CallFailure(
        .unsupported, code: "KEY0002", "a connection of type \(connection.site.type) keeps no keys; a cluster does")
    }
    return (connection, store)
  }
}

extension SecretLook {
  /// Secrets in clusters that couldn't be looked into: whether the key is there stays unknown, and the plan says so.
  public mutating func note(_ sights: KeySights) {
    for (address, held) in sights.kept {
      guard case .unknown(let failure) = held else { continue }
      note(unknown: "\(IssuedKeys.setting).to", of: address, "\(failure.code): \(failure.message)")
    }
  }
}
