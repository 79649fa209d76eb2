internal import CooperPlan

struct MarkdownSink: PlanSink {
  func render(_ plan: Plan, _ style: RenderStyle) -> String { TextSink().render(plan, style) }
}
