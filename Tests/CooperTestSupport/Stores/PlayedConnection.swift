public import CooperModel
public import CooperProvider
import Synchronization

/// A way to a played store that keeps what was called through it.
public final class PlayedConnection: Connection {
  private struct State {
    var store: any PlayedStore
    var calls: [Call] = []
  }

  public let site: Site
  private let state: Mutex<State>

  public init(_ site: Site, to store: any PlayedStore) {
    self.site = site
    state = Mutex(State(store: store))
  }

  /// As it stands now.
  public var store: any PlayedStore { state.withLock { $0.store } }

  /// What was called since this was last asked.
  public func takeCalls() -> [Call] {
    state.withLock { state in
      defer { state.calls = [] }
      return state.calls
    }
  }

  public func attempt(_ call: Call) async throws(CallFailure) -> Reply {
    state.withLock { state in
      state.calls.append(call)
      return state.store.answer(call)
    }
  }

  public var declaredAccount: String? { site.account }
  public func transientFailure(_ reply: Reply, to call: Call) -> CallFailure? { nil }
  public func url(for call: Call) -> String { call.method.rawValue + " " + call.path.joined(separator: "/") }
  public func identify() -> (any Procedure<SignedInIdentity>)? { nil }

  public func identity(of name: String) -> PhysicalIdentity {
    PhysicalIdentity(endpoint: site.endpoint, account: site.account, name: name)
  }
}
