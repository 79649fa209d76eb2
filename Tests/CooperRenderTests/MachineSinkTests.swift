import CooperModel
import CooperPlan
import CooperRender
import CooperSchema
import CooperTestSupport
import FoundationEssentials
import Testing

@Suite("Plan for programs")
struct MachineSinkTests {
  private let style = TextSinkTests.style()

  @Test("is the saved plan as JSON")
  func json() throws {
    for plan in [SamplePlans.ideal, SamplePlans.everything, SamplePlans.empty, SamplePlans.hostile] {
      let text = PlanFormat.json.render(plan, style)
      #expect(Array(text.utf8) == PlanFile.encode(plan))
      #expect(try PlanFile.decode(Array(text.utf8)) == plan)
    }
    try expectGolden(PlanFormat.json.render(SamplePlans.everything, style), "everything.json")
    try expectGolden(PlanFormat.json.render(SamplePlans.empty, style), "empty.json")
  }

  @Test("writes no key that schemas/plan.schema.json does not declare, and every key that it requires")
  func schema() throws {
    let root = String(#filePath).split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(
      separator: "/")
    let bytes = try #require(FileManager.default.contents(atPath: root + "/schemas/plan.schema.json"))
    let schema = try ValueJSON.decode(Array(bytes))
    var plans = [SamplePlans.ideal, SamplePlans.everything, SamplePlans.empty, SamplePlans.hostile]
    for seed in 0..<50 {
      var generator = PlanGenerator(seed: seed)
      plans.append(generator.plan())
    }
    for plan in plans {
      let document = try ValueJSON.decode(PlanFile.encode(plan))
      #expect(SchemaWalk(root: schema).problems(document, schema, at: "plan") == [])
    }
    // The walk itself must be able to find something.
    var document = try #require(ValueJSON.decode(PlanFile.encode(SamplePlans.ideal)).map)
    document["surprise"] = 1
    document["basis"] = ["configDigest": 3]
    #expect(SchemaWalk(root: schema).problems(.map(document), schema, at: "plan").count >= 3)
  }

  @Test("is SARIF 2.1.0 with a place for each result")
  func sarif() throws {
    try expectGolden(PlanFormat.sarif.render(SamplePlans.everything, style), "everything.sarif")
    try expectGolden(PlanFormat.sarif.render(SamplePlans.hostile, style), "hostile.sarif")
    let log = try ValueJSON.decode(Array(PlanFormat.sarif.render(SamplePlans.everything, style).utf8))
    let run = try #require(log["runs"]?.list?.first)
    let rules = try #require(run["tool"]?["driver"]?["rules"]?.list)
    let results = try #require(run["results"]?.list)
    let plan = SamplePlans.everything
    let risks = plan.changes.reduce(0) { $0 + $1.risks.count }
    #expect(
      results.count == plan.blocked.count + plan.unsupported.count + risks + plan.drift.count + plan.diagnostics.count)
    for result in results {
      let index = try #require(result["ruleIndex"]?.integer)
      #expect(rules[Int(index)]["id"] == result["ruleId"])
    }
  }

  @Test("is an HTML page that lets no text out of its place")
  func html() throws {
    try expectGolden(PlanFormat.html.render(SamplePlans.everything, style), "everything.html")
    let page = PlanFormat.html.render(SamplePlans.hostile, style)
    try expectGolden(page, "hostile.html")
    for markup in ["<script", "<img", "<b>|", "\u{1B}"] {
      #expect(!page.contains(markup), "\(markup)")
    }
  }

  @Test("renders random plans in every format", arguments: 0..<50)
  func random(seed: Int) throws {
    var generator = PlanGenerator(seed: seed)
    let plan = generator.plan()
    for format in PlanFormat.allCases {
      let text = format.render(plan, TextSinkTests.style(calls: true))
      #expect(text.hasSuffix("\n"))
      #expect(!text.unicodeScalars.contains("\u{1B}"))
      if format == .sarif { _ = try ValueJSON.decode(Array(text.utf8)) }
    }
  }
}

/// The part of JSON Schema that the plan's schema uses for its structure: keys, references, types and lists.
private struct SchemaWalk {
  let root: Value

  func problems(_ value: Value, _ schema: Value, at path: String) -> [String] {
    if let reference = schema["$ref"]?.string {
      guard let target = root["$defs"]?[String(reference.dropFirst("#/$defs/".count))] else {
        return ["\(path): dangling \(reference)"]
      }
      return problems(value, target, at: path)
    }
    if let choices = schema["oneOf"]?.list {
      let found = choices.map { problems(value, $0, at: path) }
      return found.contains([]) ? [] : found.min { $0.count < $1.count } ?? []
    }
    var found: [String] = []
    if let words = schema["enum"]?.list, !words.contains(value) { found.append("\(path): \(value) is not in the enum") }
    let types = schema["type"]?.list ?? schema["type"].map { [$0] } ?? []
    if !types.isEmpty, !types.contains(.string(value.jsonType)) { found.append("\(path): is \(value.jsonType)") }
    if let items = schema["items"], let elements = value.list {
      for (index, element) in elements.enumerated() { found += problems(element, items, at: "\(path)[\(index)]") }
    }
    if let properties = schema["properties"]?.map, let map = value.map {
      for pair in map {
        guard let part = properties[pair.key] else {
          found.append("\(path).\(pair.key): is not declared")
          continue
        }
        found += problems(pair.value, part, at: path + "." + pair.key)
      }
      for key in schema["required"]?.list ?? [] where map[key.string ?? ""] == nil {
        found.append("\(path): no \(key)")
      }
    }
    return found
  }
}

extension Value {
  fileprivate var jsonType: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .integer: "integer"
    case .number: "number"
    case .string: "string"
    case .list: "array"
    case .map, .unknown: "object"
    }
  }
}
