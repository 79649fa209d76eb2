public import CooperPlan
public import CooperSchema

/// How a plan is written out.
public enum PlanFormat: String, CaseIterable, Sendable {
  case text, json, markdown, html, sarif

  /// The text of a plan; it ends with a line break.
  public func render(_ plan: Plan, _ style: RenderStyle) -> String {
    plan.changes.map { "\($0.action.rawValue) \($0.address) \($0.facets.map(\.name))\n" }.joined()
      + plan.blocked.map { "BLOCKED \($0.address) \($0.why) \($0.consent)\n" }.joined()
      + plan.unsupported.map { "UNSUPPORTED \($0.address) \($0.facet) \($0.reason)\n" }.joined()
      + plan.diagnostics.map { "\($0.severity) \($0.code) \($0.message) \($0.notes)\n" }.joined() + "\(plan.summary)\n"
  }
}

/// What a reader wants to see of a plan.
public struct RenderStyle: Sendable {
  public var colours: Bool
  public var width: Int
  public var showsCalls: Bool
  public var showsEveryValue: Bool
  /// Seconds that observing took; nil for a saved plan.
  public var seconds: Double?
  /// The shape of a facet by section and name, for diffs by identity.
  public var shapes: @Sendable (String, String) -> Shape?

  public init(
    colours: Bool, width: Int, showsCalls: Bool, showsEveryValue: Bool, seconds: Double?,
    shapes: @escaping @Sendable (String, String) -> Shape? = { _, _ in nil }
  ) {
    self.colours = colours
    self.width = width
    self.showsCalls = showsCalls
    self.showsEveryValue = showsEveryValue
    self.seconds = seconds
    self.shapes = shapes
  }
}
