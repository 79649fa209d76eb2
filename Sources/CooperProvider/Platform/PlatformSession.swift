internal import Synchronization

/// What a platform gave for signing in: headers that its calls carry, and how long they are good.
public struct PlatformToken: Sendable {
  public var headers: [Header]
  /// Seconds since 1970; nil where nothing is said.
  public var expiry: Double?
  /// With which a new one is had.
  public var refresh: Secret?

  public init(headers: [Header], expiry: Double? = nil, refresh: Secret? = nil) {
    self.headers = headers
    self.expiry = expiry
    self.refresh = refresh
  }
}

/// The session of one connection: begun at the first call, once however many calls wait, and renewed in time.
public final class PlatformSession: Sendable {
  /// Signs in; the token is the last one, for its refresh.
  public typealias SignIn = @Sendable (_ last: PlatformToken?) async -> Result<PlatformToken, CallFailure>
  private typealias Lookup = Task<Result<PlatformToken, CallFailure>, Never>

  /// Seconds before the end from which a new token is fetched.
  private static let margin: Double = 60

  private struct State {
    var token: PlatformToken?
    /// Counts tokens, so that one refusal of a token that many calls carried renews it once.
    var generation = 0
    var failure: CallFailure?
    var isRefused = false
    var lookup: Lookup?
  }

  private enum Standing {
    case ready(PlatformToken, Int)
    case failed(CallFailure)
    case wait(Lookup)
  }

  private let canRenew: Bool
  private let now: @Sendable () -> Double
  private let signIn: SignIn
  private let state = Mutex(State())

  public init(canRenew: Bool, now: @escaping @Sendable () -> Double, signIn: @escaping SignIn) {
    self.canRenew = canRenew
    self.now = now
    self.signIn = signIn
  }

  func current() async throws(CallFailure) -> (PlatformToken, generation: Int) {
    let time = now()
    let standing = state.withLock { state -> Standing in
      if let token = state.token, !state.isRefused, token.expiry.map({ $0 - time > Self.margin }) ?? true {
        return .ready(token, state.generation)
      }
      if let failure = state.failure { return .failed(failure) }
      if let lookup = state.lookup { return .wait(lookup) }
      let last = state.token
      let lookup = Lookup { [signIn] in await signIn(last) }
      state.lookup = lookup
      return .wait(lookup)
    }
    switch standing {
    case .ready(let token, let generation): return (token, generation)
    case .failed(let failure): throw failure
    case .wait(let lookup): return try await finish(lookup)
    }
  }

  private func finish(_ lookup: Lookup) async throws(CallFailure) -> (PlatformToken, generation: Int) {
    let result = await lookup.value
    let generation = state.withLock { state in
      guard state.lookup == lookup else { return state.generation }
      state.lookup = nil
      switch result {
      case .success(let token):
        state.token = token
        state.generation += 1
        state.isRefused = false
      case .failure(let failure):
        // A passing trouble is tried again; a wrong password is not, or it would lock the user out.
        switch failure.kind {
        case .throttled, .unavailable: break
        default: state.failure = failure
        }
      }
      return state.generation
    }
    switch result {
    case .success(let token): return (token, generation)
    case .failure(let failure): throw failure
    }
  }

  /// Drops a token that the platform refused; false when signing in again would give the same.
  func renew(after generation: Int) -> Bool {
    guard canRenew else { return false }
    state.withLock { if $0.generation == generation { $0.isRefused = true } }
    return true
  }
}
