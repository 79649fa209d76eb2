/// What a kind has to say of one of its resources in a plan.
public struct Remark: Sendable, Hashable {
  /// A setting has no place at the platform and is not sent; else it is a choice that the platform's document makes.
  public var isLoss: Bool
  /// A sentence behind the address, e.g. `Palette has no field for a prefix`.
  public var words: String

  private init(_ words: String, isLoss: Bool) {
    self.words = words
    self.isLoss = isLoss
  }

  /// Of settings that are written and not sent.
  public static func loss(_ words: String) -> Remark { Remark(words, isLoss: true) }
  /// Of a way that was picked among several.
  public static func choice(_ words: String) -> Remark { Remark(words, isLoss: false) }
}
