import CooperProvider
import Synchronization

/// A secret that is looked up at the first call and kept: a reference may run a command.
final class GivenSecret: Sendable {
  private let found = Mutex<Secret?>(nil)

  func value(_ look: () throws(CallFailure) -> Secret) throws(CallFailure) -> Secret {
    if let known = found.withLock({ $0 }) { return known }
    let secret = try look()
    found.withLock { $0 = secret }
    return secret
  }
}
