public import CooperSchema

/// What a reader wants to see of a plan.
public struct RenderStyle: Sendable {
  /// True for ANSI sequences in the text form; whether the terminal wants them is the caller's knowledge.
  public var colours: Bool
  /// Terminal columns.
  public var width: Int
  /// Lists each call that apply would send.
  public var showsCalls: Bool
  /// Shows each value whole, also of what is created.
  public var showsEveryValue: Bool
  /// Seconds that observing took; nil for a saved plan.
  public var seconds: Double?
  /// A plan that was made offline and is saved nowhere can't be run, so that its name would name nothing.
  public var namesPlan = true
  /// The shape of a facet by section and name, for differences by identity; nil where it isn't known.
  public var shapes: @Sendable (_ section: String, _ facet: String) -> Shape?

  public init(
    colours: Bool, width: Int, showsCalls: Bool, showsEveryValue: Bool, seconds: Double?,
    shapes: @escaping @Sendable (_ section: String, _ facet: String) -> Shape? = { _, _ in nil }
  ) {
    self.colours = colours
    self.width = width
    self.showsCalls = showsCalls
    self.showsEveryValue = showsEveryValue
    self.seconds = seconds
    self.shapes = shapes
  }
}
