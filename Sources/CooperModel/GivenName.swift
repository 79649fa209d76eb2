public import CooperSchema

/// A native name as somebody gives it to import or `adopted:`, e.g. inside an ARN, with what it says besides.
public struct GivenName: Sendable, Hashable {
  public var name: String
  public var account: String?
  /// Settings that it means, e.g. a path.
  public var settings: ValueMap

  public init(_ name: String, account: String? = nil, settings: ValueMap = ValueMap()) {
    self.name = name
    self.account = account
    self.settings = settings
  }
}
