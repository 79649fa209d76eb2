import CooperProvider
import Synchronization

/// The tokens of one connection, one for each audience: asked for at the first call, once however many calls wait, renewed
/// in time.
final class TokenStore: Sendable {
  /// Seconds before expiry from which a new one is fetched.
  private static let margin: Double = 300

  private typealias Lookup = Task<Result<AzureToken, CallFailure>, Never>

  private struct Slot {
    var token: AzureToken?
    /// Kept for the whole run: the same places would be tried again, to the same end.
    var failure: CallFailure?
    var lookup: Lookup?
  }

  private enum Standing {
    case ready(AzureToken)
    case failed(CallFailure)
    case wait(Lookup, fallback: AzureToken?)
  }

  private let resolver: TokenResolver
  private let now: @Sendable () -> Double
  private let slots = Mutex<[AzureAudience: Slot]>([:])

  init(resolver: TokenResolver, now: @escaping @Sendable () -> Double) {
    self.resolver = resolver
    self.now = now
  }

  /// What was found so far, without looking.
  func known(_ audience: AzureAudience) -> AzureToken? { slots.withLock { $0[audience]?.token } }

  func current(_ audience: AzureAudience) async throws(CallFailure) -> AzureToken {
    switch standing(audience, at: now()) {
    case .ready(let token): return token
    case .failed(let failure): throw failure
    case .wait(let lookup, let fallback):
      let result = await lookup.value
      finish(audience, lookup, result)
      switch result {
      case .success(let token): return token
      case .failure(let failure):
        // The issuer may be down for a moment while the token is still good.
        if let fallback { return fallback }
        throw failure
      }
    }
  }

  /// Drops a token that the service called expired, unless another has taken its place already.
  func drop(_ refused: AzureToken, _ audience: AzureAudience) {
    slots.withLock { slots in
      if slots[audience]?.token?.expiry == refused.expiry { slots[audience]?.token = nil }
    }
  }

  private func standing(_ audience: AzureAudience, at time: Double) -> Standing {
    slots.withLock { slots in
      var slot = slots[audience] ?? Slot()
      var fallback: AzureToken?
      if let token = slot.token {
        guard token.expiry - time < Self.margin else { return .ready(token) }
        if token.expiry > time { fallback = token }
      }
      if let failure = slot.failure { return .failed(failure) }
      if let lookup = slot.lookup { return .wait(lookup, fallback: fallback) }
      let lookup = Lookup { [resolver] in
        do throws(CallFailure) {
          return .success(try await resolver.resolve(audience))
        } catch {
          return .failure(error)
        }
      }
      slot.lookup = lookup
      slots[audience] = slot
      return .wait(lookup, fallback: fallback)
    }
  }

  private func finish(_ audience: AzureAudience, _ lookup: Lookup, _ result: Result<AzureToken, CallFailure>) {
    slots.withLock { slots in
      guard slots[audience]?.lookup == lookup else { return }
      slots[audience]?.lookup = nil
      switch result {
      case .success(let token): slots[audience]?.token = token
      case .failure(let failure):
        let passes = if case .throttled = failure.kind { true } else { failure.kind == .unavailable }
        if !passes, slots[audience]?.token == nil { slots[audience]?.failure = failure }
      }
    }
  }
}
