internal import CooperPlan

struct SARIFSink: PlanSink {
  func render(_ plan: Plan, _ style: RenderStyle) -> String { TextSink().render(plan, style) }
}
