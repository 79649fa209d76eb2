public import CooperPlan

// CooperRender turns a plan into text for a person, a program, a pull request, a browser or a code scanner. `PlanOutline` holds
// what is said about a plan, once; each sink says it in its own form. Nothing here reads files, clocks or the environment.

/// How a plan is written out.
public enum PlanFormat: String, CaseIterable, Sendable {
  case text, json, markdown, html, sarif

  /// Renders a plan; the text ends with a line break.
  public func render(_ plan: Plan, _ style: RenderStyle) -> String { sink.render(plan, style) }

  private var sink: any PlanSink {
    switch self {
    case .text: TextSink()
    case .json: JSONSink()
    case .markdown: MarkdownSink()
    case .html: HTMLSink()
    case .sarif: SARIFSink()
    }
  }
}

/// One form of output: a file in `Sinks/` and a case of `PlanFormat`.
protocol PlanSink {
  func render(_ plan: Plan, _ style: RenderStyle) -> String
}
