public import CooperConfig
internal import CooperDiagnostics
public import CooperModel
public import CooperState

/// Applies `moved:` to what is recorded, before anything is compared.
public struct Moves {
  public var resources: [Address: RecordedResource]
  public var moves: [Address: Address]
  var diagnostics: [PlanDiagnostic]

  /// Follows moves from what is recorded to where it is declared now; their order means nothing, and several in a row
  /// are one way. A move whose `from` isn't recorded is a note, so that a change can be promoted from stage to prod.
  public static func resolve(_ desired: Configuration, _ recorded: StateSnapshot) -> Moves {
    var result = Moves(resources: recorded.resources, moves: [:], diagnostics: [])
    guard !desired.moved.isEmpty else { return result }
    let next = Dictionary(desired.moved.map { ($0.from, $0) }, uniquingKeysWith: { first, _ in first })
    var walked: Set<Address> = []
    for start in next.keys.sorted() {
      guard let entry = recorded.resources[start] else { continue }
      var place = start
      // A circle is an error of the configuration; here it only has to end.
      for _ in next {
        guard let move = next[place] else { break }
        walked.insert(place)
        place = move.to
      }
      if place == start { continue }
      if result.resources[place] != nil {
        guard let move = next[start] else { continue }
        result.diagnostics.append(
          PlanDiagnostic(
            "PLN0001", .error, "moved: both \(start) and \(place) are recorded", address: place,
            origin: origin(of: move, desired),
            fix: ["remove this entry of moved:, or run  cooper state forget  on the one that is not meant"]))
        continue
      }
      result.resources[start] = nil
      result.resources[place] = entry
      result.moves[place] = start
    }
    for move in desired.moved where !walked.contains(move.from) {
      result.diagnostics.append(
        PlanDiagnostic(
          "PLN0002", .note, "moved: \(move.from) is not recorded here, nothing to rename", address: move.to,
          origin: origin(of: move, desired)))
    }
    return result
  }

  private static func origin(of move: Move, _ desired: Configuration) -> Origin? {
    move.range.map { Origin(file: desired.sources[$0.source]?.name ?? "?", line: Int($0.start.line)) }
  }
}
