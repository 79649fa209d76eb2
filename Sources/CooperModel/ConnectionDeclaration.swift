public import CooperSchema

/// A connection as declared, after substitution; secrets are still references.
public struct ConnectionDeclaration: Sendable, Hashable {
  public var name: String
  public var type: String
  /// All fields besides `type`, `description`, `access`, `planAccess`.
  public var settings: ValueMap
  public var access: ValueMap
  public var planAccess: ValueMap?
  /// The field that `access` was taken from, `access` or `planAccess`: sealed secrets are bound to it.
  public var accessField = "access"

  public init(name: String, type: String, settings: ValueMap, access: ValueMap, planAccess: ValueMap? = nil) {
    self.name = name
    self.type = type
    self.settings = settings
    self.access = access
    self.planAccess = planAccess
  }
}
