import CooperProvider
import Synchronization

/// A token that can't be renewed and was refused counts for all calls: a thousand more would only be refused as well.
final class LastingRefusal: Sendable {
  private let kept = Mutex<CallFailure?>(nil)

  var failure: CallFailure? { kept.withLock { $0 } }

  func note(_ failure: CallFailure) { kept.withLock { $0 = $0 ?? failure } }
}
