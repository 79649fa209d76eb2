extension Sequence<Diagnostic> {
  /// Joins findings that say the same of several resources into the first of them, with the others in a note, so that a
  /// project of 500 buckets is told once what it lacks; for reports that people read, in report order.
  public func joiningEqual(_ sources: SourceMap) -> [Diagnostic] {
    var joined: [Diagnostic] = []
    var places: [FindingWords: Int] = [:]
    var others: [Int: [String]] = [:]
    for diagnostic in inReportOrder(sources) {
      if let subject = diagnostic.subject, diagnostic.message.hasPrefix(subject) {
        let key = FindingWords(
          code: diagnostic.code, severity: diagnostic.severity, words: diagnostic.message.dropFirst(subject.count))
        if let place = places[key] {
          others[place, default: []].append(subject)
          continue
        }
        places[key] = joined.count
      }
      joined.append(diagnostic)
    }
    for (place, subjects) in others {
      let first = joined[place].subject
      // One resource may have the finding at several lines.
      var seen: Set<String> = []
      let distinct = subjects.filter { $0 != first && seen.insert($0).inserted }
      guard !distinct.isEmpty else { continue }
      let named = distinct.prefix(Self.namedOthers).joined(separator: ", ")
      let rest = distinct.count > Self.namedOthers ? ", …; --format json lists all" : ""
      joined[place].notes.append(Diagnostic.Note("and \(distinct.count) more: \(named)\(rest)"))
    }
    return joined
  }

  /// So many of the others stand by name in a joined finding.
  private static var namedOthers: Int { 3 }
}

/// What findings of one group have in common.
private struct FindingWords: Hashable {
  var code: DiagnosticCode
  var severity: Severity
  var words: Substring
}
