import CooperDiagnostics
import CooperModel
import CooperPlan
import CooperRender
import CooperSchema
import CooperTestSupport
import Testing

@Suite("Plan as text")
struct TextSinkTests {
  static let shapes: @Sendable (String, String) -> Shape? = { _, facet in
    switch facet {
    case "cors": CORSRule.facet.shape
    case "lifecycle": .map(LifecycleRule.shape, keys: .any)
    case "policy": .document(.iamPolicy)
    case "tags": .map(.string(.any), keys: .any)
    default: nil
    }
  }

  static func style(
    colours: Bool = false, width: Int = 80, calls: Bool = false, full: Bool = false, seconds: Double? = 0.4
  ) -> RenderStyle {
    RenderStyle(
      colours: colours, width: width, showsCalls: calls, showsEveryValue: full, seconds: seconds, shapes: shapes)
  }

  @Test("shows the ideal plan")
  func ideal() throws {
    try expectGolden(PlanFormat.text.render(SamplePlans.ideal, Self.style()), "ideal.txt")
  }

  @Test("shows every element")
  func everything() throws {
    try expectGolden(PlanFormat.text.render(SamplePlans.everything, Self.style()), "everything.txt")
    let full = PlanFormat.text.render(SamplePlans.everything, Self.style(calls: true, full: true, seconds: nil))
    try expectGolden(full, "everything-full-calls.txt")
    try expectGolden(PlanFormat.text.render(SamplePlans.driftOnly, Self.style()), "drift.txt")
    try expectGolden(PlanFormat.text.render(SamplePlans.hostile, Self.style(colours: true)), "hostile-colour.txt")
  }

  @Test("says no changes, and keeps the number of what is unchanged")
  func empty() throws {
    try expectGolden(PlanFormat.text.render(SamplePlans.empty, Self.style()), "empty.txt")
    var offline = SamplePlans.empty
    offline.isObserved = false
    #expect(PlanFormat.text.render(offline, Self.style()).contains("planned from state alone"))
    offline.diagnostics = [PlanDiagnostic("PLN0020", .error, "could not read")]
    #expect(!PlanFormat.text.render(offline, Self.style()).contains("No changes."))
  }

  @Test("finds the parts of a value without the schema of its facet")
  func withoutShapes() throws {
    let style = RenderStyle(colours: false, width: 80, showsCalls: false, showsEveryValue: false, seconds: 1)
    try expectGolden(PlanFormat.text.render(SamplePlans.everything, style), "everything-no-shapes.txt")
  }

  @Test("many entries, written in parts, read as they do one by one")
  func manyEntries() {
    func entries(_ changes: [Change]) -> Substring {
      var plan = SamplePlans.empty
      plan.changes = changes
      let text = PlanFormat.text.render(plan, Self.style(colours: true))
      // Behind the title and the empty line below it.
      return text.split(separator: "\n\n", maxSplits: 1).last ?? ""
    }
    let samples = SamplePlans.everything.changes
    let changes = (0..<700).map { samples[$0 % samples.count] }
    let alone = samples.map { change in
      entries([change]).split(separator: "\n\n", maxSplits: 1).first.map(String.init) ?? ""
    }
    let expected = (0..<700).map { alone[$0 % samples.count] }.joined(separator: "\n")
    #expect(entries(changes).hasPrefix(expected))
    #expect(expected.utf8.count > 50_000)
  }

  @Test("colours only where it is asked to")
  func colours() {
    for plan in [SamplePlans.ideal, SamplePlans.everything, SamplePlans.hostile] {
      #expect(!PlanFormat.text.render(plan, Self.style()).contains("\u{1B}"))
      #expect(PlanFormat.text.render(plan, Self.style(colours: true)).contains("\u{1B}["))
    }
  }

  @Test("keeps to the width where no name is longer than a line", arguments: 0..<80)
  func width(seed: Int) {
    var generator = PlanGenerator(seed: seed)
    let plan = generator.plan()
    for (width, full) in [(80, false), (80, true), (120, false)] {
      let text = PlanFormat.text.render(plan, Self.style(width: width, calls: true, full: full))
      #expect(text.hasSuffix("\n"))
      for line in text.split(separator: "\n") where displayWidth(line) > width {
        Issue.record("\(displayWidth(line)) columns: \(line)")
      }
    }
  }

  @Test("keeps to 80 columns in the samples", arguments: [false, true])
  func sampleWidth(full: Bool) {
    for plan in [SamplePlans.ideal, SamplePlans.everything, SamplePlans.driftOnly, SamplePlans.empty] {
      for line in PlanFormat.text.render(plan, Self.style(full: full)).split(separator: "\n") {
        #expect(displayWidth(line) <= 80, "\(line)")
      }
    }
  }
}
