internal import CooperDiagnostics
internal import CooperSchema

/// What `cooper check` found of one connection or resource, step by step.
struct CheckReport {
  enum Verdict: String { case good, failed, skipped, unlike }

  struct Step {
    var name: String
    var verdict: Verdict
    var detail: String
    var milliseconds: Int?
    var code: String?
    var call: String?
    var fix: String?
  }

  /// One facet as the profile of the connection's type says it, and as the store answers.
  struct Facet {
    enum Profile: String { case held, lacking, unsure }
    enum Store: String { case set, unset, lacking, unknown }

    var name: String
    var profile: Profile
    var store: Store
    var agrees: Bool
    /// Where it was read, e.g. `buckets.data`.
    var readAt: String
    var detail: String?
  }

  var name: String
  var type: String
  /// `file:line` of its declaration.
  var place: String
  var steps: [Step] = []
  var facets: [Facet] = []

  var isGood: Bool { !steps.contains { $0.verdict == .failed } }

  var value: Value {
    var map = ValueMap()
    map["name"] = .string(name)
    map["type"] = .string(type)
    map["declaredAt"] = .string(place)
    map["good"] = .bool(isGood)
    map["steps"] = .list(
      steps.map { step in
        var map = ValueMap()
        map["name"] = .string(step.name)
        map["verdict"] = .string(step.verdict.rawValue)
        map["detail"] = .string(step.detail)
        map["milliseconds"] = step.milliseconds.map { .integer(Int64($0)) }
        map["code"] = step.code.map { .string($0) }
        map["call"] = step.call.map { .string($0) }
        map["fix"] = step.fix.map { .string($0) }
        return .map(map)
      })
    map["facets"] = .list(
      facets.map { facet in
        var map = ValueMap()
        map["name"] = .string(facet.name)
        map["profile"] = .string(facet.profile.rawValue)
        map["store"] = .string(facet.store.rawValue)
        map["agrees"] = .bool(facet.agrees)
        map["readAt"] = .string(facet.readAt)
        map["detail"] = facet.detail.map { .string($0) }
        return .map(map)
      })
    return .map(map)
  }
}

extension CheckReport.Step {
  /// The step as lines for a person, its name in a column of its own.
  var lines: [String] {
    let word =
      switch verdict {
      case .good: "ok"
      case .failed: "FAILED"
      case .skipped: "-"
      case .unlike: "unlike"
      }
    let time = milliseconds.map { "\($0) ms" } ?? ""
    let start = "  " + Self.padded(name, 12) + Self.padded(word, 7) + Self.padded(time, 9)
    var texts = wrap(detail, width: 80 - start.count)
    if texts.isEmpty { texts = [""] }
    for more in [call, fix] { texts += more.map { wrap($0, width: 78 - start.count).map { "  " + $0 } } ?? [] }
    let indent = String(repeating: " ", count: start.count)
    return texts.enumerated().map { index, text in
      let line = (index == 0 ? start : indent) + text
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }
}
