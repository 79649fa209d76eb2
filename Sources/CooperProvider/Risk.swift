public import CooperModel

/// What may go wrong with a change although every call succeeds; computed from before and after.
public struct Risk: Sendable, Hashable {
  public typealias Kind = RiskKind

  public var kind: Kind
  /// One line that says what happens to whom, e.g. `account 333344445555 gains s3:GetObject on in/*`.
  public var message: String
  /// A facet may raise a kind that is only shown, e.g. overwriting a policy that others wrote.
  public var needsConsent: Bool

  public init(_ kind: Kind, _ message: String, needsConsent: Bool? = nil) {
    self.kind = kind
    self.message = message
    self.needsConsent = needsConsent ?? kind.needsConsent
  }
}
