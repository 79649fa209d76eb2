/// A kind whose fields depend on a word in one of them, e.g. `type` of an identity.
public struct KindVariants: Sendable {
  /// The field that holds the word.
  public var field: String
  public var cases: [String: KindVariant]

  public init(field: String, cases: [String: KindVariant]) {
    self.field = field
    self.cases = cases
  }
}

/// What one word of a kind's variant field means for the other fields.
public struct KindVariant: Sendable {
  public var summary: String
  /// Fields that it has besides those of all variants.
  public var fields: Set<String>
  /// Fields without which it means nothing.
  public var required: Set<String>
  public var connection: ConnectionSource
  /// False for what is only used, never made: no plan has a change for it.
  public var isMade: Bool
  /// The field with which it is made although `isMade` is false, e.g. `connection`; then `required` doesn't hold.
  public var madeWith: String?

  public init(
    summary: String, fields: Set<String>, required: Set<String> = [], connection: ConnectionSource, isMade: Bool,
    madeWith: String? = nil
  ) {
    self.summary = summary
    self.fields = fields
    self.required = required
    self.connection = connection
    self.isMade = isMade
    self.madeWith = madeWith
  }
}
