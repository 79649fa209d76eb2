internal import CooperModel
public import CooperPlan
public import CooperProvider
public import CooperState

/// Which addresses may get credentials. A pull request can write any address beside any reference to a secret, so one that
/// the state doesn't have for that very connection gets nothing before somebody outside the repository confirms it.
public struct EndpointTrust: Sendable {
  /// Code of the failure of a connection that leads where nobody outside the repository said it may.
  public static let code = "SEC0011"

  private enum Basis { case everything, firstUse, listed }

  private let basis: Basis
  private let recorded: [String: Set<String>]
  private let confirmed: Set<String>

  /// For runs that send nothing.
  public static let everything = EndpointTrust(basis: .everything, recorded: [:], confirmed: [])

  private init(basis: Basis, recorded: [String: Set<String>], confirmed: Set<String>) {
    self.basis = basis
    self.recorded = recorded
    self.confirmed = confirmed
  }

  /// `confirmed` comes from the user's settings or the environment. Where there is no state yet every address is new:
  /// the first use is trusted, unless `isStrict`.
  public init(_ state: StateSnapshot, confirmed: [String], isStrict: Bool) {
    // A first apply that was killed before its journal held any connection left a lineage and nothing else.
    let isNew = state.lineage.isEmpty || (state.serial == 0 && state.connections.isEmpty && state.resources.isEmpty)
    self.init(
      basis: isNew && !isStrict ? .firstUse : .listed, recorded: Self.endpoints(in: state),
      confirmed: Set(confirmed.map(Self.normal)))
  }

  /// Says why a connection gets no credentials; nil when it may have them.
  public func refusal(of connection: any Connection) -> CallFailure? {
    guard basis == .listed else { return nil }
    let name = connection.site.connection
    let known = recorded[name] ?? []
    let strange = connection.chosenEndpoints.filter {
      !known.contains(Self.normal($0)) && !confirmed.contains(Self.normal($0))
    }
    guard let first = strange.first else { return nil }
    let before =
      known.isEmpty
      ? "which no apply has used it with yet" : "and not to \(known.sorted().joined(separator: ", ")) as recorded"
    return CallFailure(
      .unauthenticated, code: Self.code,
      "connection \"\(name)\" leads to \(strange.joined(separator: " and ")), \(before); it gets no credentials, and no secret "
        + "is looked up for it. If that is meant, confirm it outside the repository:  COOPER_TRUST_ENDPOINTS=\(first)  or  "
        + "trustEndpoints:  in the user settings; the next apply records it")
  }

  /// True when the state alone says that the connection may lead there.
  func isRecorded(_ connection: any Connection) -> Bool {
    let known = recorded[connection.site.connection] ?? []
    return connection.chosenEndpoints.allSatisfy { known.contains(Self.normal($0)) }
  }

  /// A state from before connections were recorded has the endpoints of what was made through them.
  private static func endpoints(in state: StateSnapshot) -> [String: Set<String>] {
    var endpoints = state.connections.mapValues { Set($0.chosen.map(normal)) }
    for entry in state.resources.values where state.connections[entry.connection] == nil {
      endpoints[entry.connection, default: []].insert(normal(entry.identity.endpoint))
    }
    return endpoints
  }

  private static func normal(_ endpoint: String) -> String {
    var text = endpoint.lowercased()
    while text.hasSuffix("/") { text.removeLast() }
    return text
  }
}

/// What an apply records of the connections it uses.
public struct ConnectionNotes: Sendable {
  /// Written with whatever else is recorded.
  public var events: [Event] = []
  /// Worth a new serial even when nothing else is.
  public var isDue = false

  public init() {}

  /// Of every connection that answered, where it led, as far as the state says otherwise.
  public init(_ connections: Connections, _ observed: Observations, _ state: StateSnapshot) {
    let trust = EndpointTrust(state, confirmed: [], isStrict: true)
    for (name, connection) in connections.opened.sorted(by: { $0.key < $1.key }) {
      guard let seen = observed.connections[name], seen.failure == nil else { continue }
      let record = RecordedConnection(
        type: seen.site.type, endpoint: seen.site.endpoint, chosen: connection.chosenEndpoints.sorted(),
        account: seen.identity?.account ?? seen.site.account)
      guard state.connections[name] != record else { continue }
      events.append(.connection(name, record))
      if !state.lineage.isEmpty, !trust.isRecorded(connection) { isDue = true }
    }
  }
}
