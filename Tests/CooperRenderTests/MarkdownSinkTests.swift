import CooperModel
import CooperPlan
import CooperProvider
import CooperRender
import CooperSchema
import CooperTestSupport
import Testing

@Suite("Plan as Markdown")
struct MarkdownSinkTests {
  static func render(_ plan: Plan, calls: Bool = true) -> String {
    PlanFormat.markdown.render(plan, TextSinkTests.style(calls: calls))
  }

  /// `count` changes of which some destroy and some open a bucket; names are as long as people write them.
  static func large(_ count: Int, dangerous: (Int) -> Bool) -> Plan {
    var plan = SamplePlans.plan()
    for index in 0..<count {
      let origin = Origin(file: "teams/team-\(index % 40).yaml", line: index + 1)
      let name = "team-\(index % 40)-bucket-\(index)"
      var change = SamplePlans.change(name, dangerous(index) && index % 2 == 0 ? .delete : .update, origin)
      change.facets = [
        SamplePlans.facet(
          "tags", .set, .configurationChanged, ["a": "1"],
          ["a": "2", "b": .string(String(repeating: "long ", count: 50))])
      ]
      if dangerous(index) {
        change.risks = [Risk(index % 2 == 0 ? .losesData : .widensAccess, "everybody may read \(index)")]
      }
      change.calls = SamplePlans.calls(name, ("?tagging", "PutBucketTagging"))
      plan.changes.append(change)
    }
    return plan
  }

  @Test("shows every element, what is dangerous first")
  func goldens() throws {
    try expectGolden(Self.render(SamplePlans.ideal, calls: false), "ideal.md")
    try expectGolden(Self.render(SamplePlans.everything), "everything.md")
    try expectGolden(Self.render(SamplePlans.empty), "empty.md")
    let text = Self.render(SamplePlans.everything)
    let folded = try #require(text.firstRange(of: "<details>")?.lowerBound)
    for word in ["BLOCKED", "buckets.tmp", "widens access", "loses data", "may not read"] {
      #expect(try #require(text.firstRange(of: word)?.lowerBound) < folded, "\(word)")
    }
  }

  @Test("lets no text out of its place")
  func hostile() throws {
    let text = Self.render(SamplePlans.hostile)
    try expectGolden(text, "hostile.md")
    let lines = Self.outsideFences(text).map { String($0).replacing(#/&#[0-9]+;/#, with: "") }
    #expect(lines.count { $0.contains("</details>") } == 1)
    for line in lines {
      for markup in ["<script", "<img", "`", "@team", "| a |", "https://", "#12", "](", "\u{1B}"] {
        #expect(!line.contains(markup), "\(line)")
      }
    }
  }

  /// The addresses that a text names.
  static func names(_ text: String) -> Set<String> {
    Set(text.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "." || $0 == "-") }).map { String($0) })
  }

  /// Lines that Markdown reads as markup.
  static func outsideFences(_ text: String) -> [Substring] {
    var fence: Substring?
    return text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      let ticks = line.prefix { $0 == "`" }
      if let open = fence {
        if line == open { fence = nil }
        return false
      }
      if ticks.count >= 3 {
        fence = ticks
        return false
      }
      return true
    }
  }

  @Test("never outgrows the budget, and 300 dangers among 10,000 changes are all there")
  func budget() {
    let plan = Self.large(10_000) { $0 % 33 == 0 }
    let text = Self.render(plan)
    #expect(text.utf8.count <= 65_000)
    let names = Self.names(text)
    for change in plan.changes where !change.risks.isEmpty { #expect(names.contains(change.address.description)) }
    #expect(text.contains("Details that do not fit here"))
    // Each update is either shown or counted.
    let shown = text.split(separator: "<details><summary>update ").count - 1
    let counted = text.firstRange(of: #/\d+ update\. All/#).flatMap { Int(text[$0].prefix { $0.isNumber }) }
    #expect(counted.map { $0 + shown } == plan.changes.count { $0.action == .update })
  }

  @Test("counts what does not fit when everything is dangerous", arguments: [1, 100, 1_000, 2_000, 10_000])
  func manyDangers(count: Int) throws {
    let plan = Self.large(count) { _ in true }
    let text = Self.render(plan)
    #expect(text.utf8.count <= 65_000)
    let dangers = try #require(text.split(separator: "### Look at this first").last)
    var left = 0
    for match in dangers.matches(of: #/\band (\d+) more/#) { left += Int(match.1) ?? 0 }
    let names = Self.names(String(dangers.split(separator: "<details>").first ?? dangers))
    let shown = plan.changes.count { names.contains($0.address.description) }
    #expect(shown + left == count)
    if count <= 1_000 { #expect(left == 0) }
  }

  @Test("holds the budget over random plans", arguments: 0..<20)
  func random(seed: Int) {
    var generator = PlanGenerator(seed: seed)
    let text = Self.render(generator.plan(changes: 400))
    #expect(text.utf8.count <= 65_000)
    #expect(text.hasSuffix("\n"))
  }
}
