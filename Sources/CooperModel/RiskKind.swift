/// What may go wrong with a change although every call succeeds; `consents:` names them.
public enum RiskKind: String, Sendable, CaseIterable {
  case losesData, irreversible, widensAccess, locksOut, locksRetention, overwrites

  /// Shown kinds inform; the others need a consent in the reviewed files unless the thing is new in the same plan.
  public var needsConsent: Bool {
    switch self {
    case .irreversible, .overwrites: false
    case .losesData, .widensAccess, .locksOut, .locksRetention: true
    }
  }
}
