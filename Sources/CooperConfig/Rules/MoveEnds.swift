internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// Moves lead from an address that is declared no more to one that is, each thing by one way.
enum MoveEnds: ConfigurationRule {
  static let name = "move-ends"
  static let level = RuleLevel.warning
  static let entries: [CatalogueEntry] = [
    .init(
      .badMove, "A move that can't be",
      "A move leads from an address that is no longer declared to one that is, each thing by one way; a chain of moves is fine.",
      fix: "Correct the entry."),
    .init(
      .moveToNothing, "A move to nothing",
      "Nothing is declared where the move leads.",
      fix: "Declare it, or take the move out."),
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    var found: [Diagnostic] = []
    var byTarget: [Address: Move] = [:]
    var bySource: [Address: Move] = [:]
    let removed = Set(context.configuration.removed.map(\.address))
    for move in context.configuration.moved {
      if move.from == move.to {
        found.append(.moveToItself(move))
        continue
      }
      if move.from.section != move.to.section { found.append(.moveOverSections(move)) }
      if context.declared.contains(move.from) { found.append(.movedStillDeclared(move)) }
      if removed.contains(move.from) { found.append(.movedAndRemoved(move)) }
      if let first = byTarget[move.to] { found.append(.movedTwice(move, "to \(move.to)", first)) }
      if let first = bySource[move.from] { found.append(.movedTwice(move, "from \(move.from)", first)) }
      byTarget[move.to] = byTarget[move.to] ?? move
      bySource[move.from] = bySource[move.from] ?? move
    }
    found += cycles(bySource)
    for move in context.configuration.moved
    where move.from != move.to && bySource[move.to] == nil && !context.declared.contains(move.to)
      && !removed.contains(move.to) && !context.removedHere.contains(move.to)
    {
      found.append(.moveToNothing(move))
    }
    return found
  }

  private static func cycles(_ moves: [Address: Move]) -> [Diagnostic] {
    var found: [Diagnostic] = []
    var done: Set<Address> = []
    for start in moves.keys.sorted() where !done.contains(start) {
      var path: [Address] = []
      var place: Address? = start
      while let address = place, moves[address] != nil, !done.contains(address) {
        done.insert(address)
        path.append(address)
        place = moves[address]?.to
      }
      if let end = place, let first = path.firstIndex(of: end), let move = moves[end] {
        found.append(.moveCycle(move, Array(path[first...]) + [end]))
      }
    }
    return found
  }
}

extension DiagnosticCode {
  static let badMove = DiagnosticCode("RUL0005")
  static let moveToNothing = DiagnosticCode("RUL0006")
}

extension Diagnostic {
  fileprivate static func moveToItself(_ move: Move) -> Diagnostic {
    Diagnostic(.badMove, .error, "\(move.from) can't move to itself", at: move.range, fix: ["take the entry out"])
  }

  fileprivate static func moveOverSections(_ move: Move) -> Diagnostic {
    Diagnostic(
      .badMove, .error, "\(move.from) can't become \(move.to), which is another kind of thing", at: move.range)
  }

  fileprivate static func movedStillDeclared(_ move: Move) -> Diagnostic {
    Diagnostic(
      .badMove, .error, "\(move.from) moves away and is still declared", at: move.range,
      fix: ["rename the declaration to \(move.to.name), or take the entry out"])
  }

  fileprivate static func movedAndRemoved(_ move: Move) -> Diagnostic {
    Diagnostic(
      .badMove, .error, "\(move.from) can't be both moved and removed", at: move.range,
      fix: ["keep the move, or the entry in \"removed\""])
  }

  fileprivate static func movedTwice(_ move: Move, _ end: String, _ first: Move) -> Diagnostic {
    Diagnostic(
      .badMove, .error, "Two moves lead \(end)", at: move.range, notes: [Note("the other is here", at: first.range)])
  }

  fileprivate static func moveCycle(_ move: Move, _ path: [Address]) -> Diagnostic {
    Diagnostic(
      .badMove, .error, "Moves lead in a circle", at: move.range,
      notes: [Note(path.map(\.description).joined(separator: " → "))])
  }

  fileprivate static func moveToNothing(_ move: Move) -> Diagnostic {
    Diagnostic(.moveToNothing, .warning, "\(move.to) is not declared, so nothing can move there", at: move.range)
  }
}
