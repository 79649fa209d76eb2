import CooperProvider
import CooperState

extension StateSnapshot { static func fold(_ s: StateSnapshot, _ e: [Event]) -> StateSnapshot { s } }
public struct RetryPolicy: Sendable {
  enum D { case stop, wait(Duration) }
  func decision(for: CallFailure, attempt: Int, idempotent: Bool, random: Double) -> D { .stop }
}
