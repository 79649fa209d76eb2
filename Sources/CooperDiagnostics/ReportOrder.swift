extension Sequence<Diagnostic> {
  /// Sorts by file name and place; findings without a place come last, and equals keep their order.
  public func inReportOrder(_ sources: SourceMap) -> [Diagnostic] {
    enumerated().sorted { a, b in
      switch (a.element.range, b.element.range) {
      case (let x?, let y?):
        let (first, second) = (sources[x.source]?.name ?? "", sources[y.source]?.name ?? "")
        if first != second { return first < second }
        if x.source != y.source { return x.source < y.source }
        if x.start != y.start { return x.start < y.start }
      case (.some, nil): return true
      case (nil, .some): return false
      case (nil, nil): break
      }
      return a.offset < b.offset
    }.map(\.element)
  }

  /// Counts by severity for a last line: `2 errors, 1 warning`; empty when there is nothing to count.
  public var tally: String {
    let counts = Severity.allCases.reversed().compactMap { severity -> String? in
      let count = self.count { $0.severity == severity }
      return count == 0 ? nil : "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
    }
    return counts.joined(separator: ", ")
  }
}

extension SourceMap {
  /// `file:line:column` of a range, as reports print it.
  func place(of range: SourceRange) -> String {
    "\(self[range.source]?.name ?? "?"):\(range.start.line):\(range.start.column)"
  }
}
