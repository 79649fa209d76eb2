public import CooperConfig
internal import CooperDiagnostics
public import CooperModel
public import CooperState

/// Applies `moved:` to what is recorded, before anything is compared.
public struct Moves {
  public var resources: [Address: RecordedResource]
  public var moves: [Address: Address]
  var diagnostics: [PlanDiagnostic]

  /// A move whose `from` isn't recorded is a note, so that a change can be promoted from stage to prod.
  public static func resolve(_ desired: Configuration, _ recorded: StateSnapshot) -> Moves {
    var result = Moves(resources: recorded.resources, moves: [:], diagnostics: [])
    for move in desired.moved {
      let origin = move.range.map {
        Origin(file: desired.sources[$0.source]?.name ?? "?", line: Int($0.start.line))
      }
      switch (result.resources[move.from], result.resources[move.to]) {
      case (let entry?, nil):
        result.resources[move.from] = nil
        result.resources[move.to] = entry
        result.moves[move.to] = result.moves.removeValue(forKey: move.from) ?? move.from
      case (_?, _?):
        result.diagnostics.append(
          PlanDiagnostic(
            "PLN0001", .error, "moved: both \(move.from) and \(move.to) are recorded", address: move.to, origin: origin,
            fix: ["remove this entry of moved:, or run  cooper state forget  on the one that is not meant"]))
      case (nil, _):
        result.diagnostics.append(
          PlanDiagnostic(
            "PLN0002", .note, "moved: \(move.from) is not recorded here, nothing to rename", address: move.to,
            origin: origin))
      }
    }
    return result
  }
}
