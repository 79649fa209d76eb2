public import CooperSchema

/// A connection as declared, after substitution; secrets are still references.
public struct ConnectionDeclaration: Sendable, Hashable {
  public var name: String
  public var type: String
  /// All fields besides `type`, `description`, `access`, `planAccess`.
  public var settings: ValueMap
  public var access: ValueMap
  public var planAccess: ValueMap?

  public init(name: String, type: String, settings: ValueMap, access: ValueMap, planAccess: ValueMap? = nil) {
    self.name = name
    self.type = type
    self.settings = settings
    self.access = access
    self.planAccess = planAccess
  }
}
