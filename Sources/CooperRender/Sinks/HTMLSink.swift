internal import CooperPlan

struct HTMLSink: PlanSink {
  func render(_ plan: Plan, _ style: RenderStyle) -> String { TextSink().render(plan, style) }
}
