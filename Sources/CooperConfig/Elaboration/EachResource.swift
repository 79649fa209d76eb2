internal import CooperDiagnostics
internal import CooperModel

extension Elaborator {
  /// Makes the declarations of all drafts, on all processors when there are many.
  mutating func elaborateResources() -> (made: [ResourceDeclaration], givens: [ResourceDeclaration]) {
    guard drafts.count >= parallelThreshold else { return elaborate(drafts.indices) }
    var empty = self
    empty.dropFindings()
    let start = empty
    let parts = inParallelChunks(drafts.count) { range in
      var part = start
      let resources = part.elaborate(range)
      part.texts = Array(part.texts[range])
      return (resources, part)
    }
    var all: (made: [ResourceDeclaration], givens: [ResourceDeclaration]) = ([], [])
    var texts: [DraftTexts] = []
    for (resources, part) in parts {
      all.made += resources.made
      all.givens += resources.givens
      texts += part.texts
      takeFindings(of: part)
    }
    self.texts = texts
    return all
  }

  private mutating func elaborate(
    _ places: Range<Int>
  ) -> (made: [ResourceDeclaration], givens: [ResourceDeclaration]) {
    var made: [ResourceDeclaration] = []
    var givens: [ResourceDeclaration] = []
    made.reserveCapacity(places.count)
    for place in places {
      guard let resource = resource(place) else { continue }
      if drafts[place].isMade { made.append(resource) } else { givens.append(resource) }
    }
    return (made, givens)
  }
}
