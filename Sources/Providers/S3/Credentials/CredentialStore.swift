import CooperProvider
import CooperSigning
import Synchronization

/// The credentials of one connection: looked up at the first call, once however many calls wait, renewed in time.
final class CredentialStore: Sendable {
  /// Seconds before expiry from which new credentials are fetched.
  private static let margin: Double = 300
  /// Seconds between two looks while good credentials are about to expire: some services hand out the same ones until
  /// shortly before their end, and one that is down needn't be asked by every call.
  private static let pause: Double = 30

  private typealias Lookup = Task<Result<ResolvedCredentials, CallFailure>, Never>

  private struct State {
    var resolved: ResolvedCredentials?
    /// Kept for the whole run: the same places would be tried again, to the same end.
    var failure: CallFailure?
    var lookup: Lookup?
    /// Until then credentials near their end are used as they are.
    var restsUntil: Double = 0
  }

  private enum Standing {
    case ready(ResolvedCredentials)
    case failed(CallFailure)
    case wait(Lookup, fallback: ResolvedCredentials?)
  }

  private let recipe: CredentialRecipe
  private let resolver: CredentialResolver
  private let now: @Sendable () -> Double
  private let state = Mutex(State())

  init(recipe: CredentialRecipe, resolver: CredentialResolver, now: @escaping @Sendable () -> Double) {
    self.recipe = recipe
    self.resolver = resolver
    self.now = now
  }

  /// What was found so far, without looking.
  var resolved: ResolvedCredentials? { state.withLock { $0.resolved } }

  func current() async throws(CallFailure) -> ResolvedCredentials {
    switch standing(at: now()) {
    case .ready(let credentials): return credentials
    case .failed(let failure): throw failure
    case .wait(let lookup, let fallback):
      let result = await lookup.value
      finish(lookup, result, at: now())
      switch result {
      case .success(let credentials): return credentials
      case .failure(let failure):
        // STS may be down for a moment while the session is still good.
        if let fallback { return fallback }
        throw failure
      }
    }
  }

  /// Drops temporary credentials that the service called expired; false when looking again would find the same.
  func renew(after refused: ResolvedCredentials) -> Bool {
    state.withLock { state in
      guard refused.credentials.sessionToken != nil, recipe.canRenew else { return false }
      if let resolved = state.resolved, resolved.credentials.expiry == refused.credentials.expiry,
        resolved.credentials.accessKeyId == refused.credentials.accessKeyId
      {
        state.resolved = nil
      }
      return true
    }
  }

  private func standing(at time: Double) -> Standing {
    state.withLock { state in
      var fallback: ResolvedCredentials?
      if let resolved = state.resolved {
        guard let expiry = resolved.credentials.expiry, expiry - time < Self.margin else { return .ready(resolved) }
        if expiry > time {
          if time < state.restsUntil { return .ready(resolved) }
          fallback = resolved
        }
      }
      if let failure = state.failure { return .failed(failure) }
      if let lookup = state.lookup { return .wait(lookup, fallback: fallback) }
      let lookup = Lookup { [recipe, resolver] in
        do throws(CallFailure) { return .success(try await resolver.resolve(recipe)) } catch { return .failure(error) }
      }
      state.lookup = lookup
      return .wait(lookup, fallback: fallback)
    }
  }

  private func finish(_ lookup: Lookup, _ result: Result<ResolvedCredentials, CallFailure>, at time: Double) {
    state.withLock { state in
      guard state.lookup == lookup else { return }
      state.lookup = nil
      switch result {
      case .success(let credentials):
        state.resolved = credentials
        if let expiry = credentials.credentials.expiry, expiry - time < Self.margin {
          state.restsUntil = time + Self.pause
        }
      case .failure(let failure) where failure.isLasting && state.resolved == nil: state.failure = failure
      case .failure: state.restsUntil = time + Self.pause
      }
    }
  }
}

extension CredentialRecipe {
  /// Files may have been rewritten and roles be taken on anew; an environment and a reference stay what they are.
  fileprivate var canRenew: Bool {
    switch self {
    case .environment, .given: false
    case .usual, .profile, .role, .webIdentity, .container, .instance: true
    }
  }
}

extension CallFailure {
  fileprivate var isLasting: Bool {
    switch kind {
    case .throttled, .unavailable: false
    default: true
    }
  }
}
