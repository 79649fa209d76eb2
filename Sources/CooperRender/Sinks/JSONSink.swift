internal import CooperPlan

/// The contract for programs, `schemas/plan.schema.json`; the same bytes as a saved plan.
struct JSONSink: PlanSink {
  func render(_ plan: Plan, _ style: RenderStyle) -> String { String(decoding: PlanFile.encode(plan), as: UTF8.self) }
}
