internal import CooperDocuments
internal import CooperModel
internal import CooperSchema

/// What became of the documents, for people and for programs.
struct EmitReport {
  let outcomes: [EmitRun.Outcome]
  let output: Output

  init(_ outcomes: [EmitRun.Outcome], _ output: Output) {
    self.outcomes = outcomes
    self.output = output
  }

  func print(_ format: ListFormat) {
    switch format {
    case .text: for outcome in outcomes { print(outcome) }
    case .json:
      let value: Value = ["documents": .list(outcomes.map(value))]
      output.print(String(decoding: ValueJSON.encode(value, pretty: true), as: UTF8.self), terminator: "")
    }
  }

  static func note(_ problem: DocumentProblem, _ output: Output) {
    output.note("error \(problem.code): \(problem.message)")
    output.note("  \(problem.fix)")
  }

  private func print(_ outcome: EmitRun.Outcome) {
    switch outcome.status {
    case .written: output.print("wrote      \(outcome.path)")
    case .unchanged: output.print("unchanged  \(outcome.path)")
    case .missing: output.print("missing    \(outcome.path)  (\(outcome.address))")
    case .stale:
      output.print("stale      \(outcome.path)  (\(outcome.address))")
      if let remark = outcome.remark { output.print("  " + remark) }
      if let difference = outcome.difference { output.print(difference, terminator: "") }
    case .failed:
      if let problem = outcome.problem {
        output.note("error \(problem.code): \(outcome.address): \(problem.message)")
        output.note("  \(problem.fix)")
      }
    }
  }

  private func value(_ outcome: EmitRun.Outcome) -> Value {
    var value: ValueMap = [
      "address": .string(outcome.address.description), "form": .string(outcome.form), "path": .string(outcome.path),
      "status": .string(outcome.status.rawValue),
    ]
    value["difference"] = outcome.difference.map { .string($0) }
    value["remark"] = outcome.remark.map { .string($0) }
    if let problem = outcome.problem {
      value["problem"] = [
        "code": .string(problem.code), "message": .string(problem.message), "fix": .string(problem.fix),
      ]
    }
    return .map(value)
  }
}
