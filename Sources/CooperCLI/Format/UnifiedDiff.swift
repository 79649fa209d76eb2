/// Two texts compared line by line, in the form that `patch` and reviewers read.
enum UnifiedDiff {
  private static let context = 3

  private enum Row { case same(Substring), old(Substring), new(Substring) }

  /// Empty when the texts are equal.
  static func text(_ old: String, _ new: String, name: String) -> String {
    let rows = rows(lines(old), lines(new))
    var out = ""
    var start = 0
    while let hunk = nextHunk(rows, from: start) {
      if out.isEmpty { out = "--- \(name)\n+++ \(name)\n" }
      out += header(rows, hunk)
      for row in rows[hunk] {
        switch row {
        case .same(let line): out += " \(line)\n"
        case .old(let line): out += "-\(line)\n"
        case .new(let line): out += "+\(line)\n"
        }
      }
      start = hunk.upperBound
    }
    return out
  }

  private static func lines(_ text: String) -> [Substring] {
    var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    if lines.last?.isEmpty ?? false { lines.removeLast() }
    return lines
  }

  private static func rows(_ old: [Substring], _ new: [Substring]) -> [Row] {
    let difference = new.difference(from: old)
    var removed: Set<Int> = []
    var added: Set<Int> = []
    for change in difference {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): added.insert(offset)
      }
    }
    var rows: [Row] = []
    var (i, j) = (0, 0)
    while i < old.count || j < new.count {
      if i < old.count, removed.contains(i) {
        rows.append(.old(old[i]))
        i += 1
      } else if j < new.count, added.contains(j) {
        rows.append(.new(new[j]))
        j += 1
      } else {
        rows.append(.same(old[i]))
        i += 1
        j += 1
      }
    }
    return rows
  }

  /// The next changes with the lines around them; changes that are near each other make one hunk.
  private static func nextHunk(_ rows: [Row], from start: Int) -> Range<Int>? {
    func isChange(_ index: Int) -> Bool { if case .same = rows[index] { false } else { true } }
    guard let first = (start..<rows.count).first(where: isChange) else { return nil }
    var last = first
    var index = first
    while index < rows.count, index - last <= 2 * context {
      if isChange(index) { last = index }
      index += 1
    }
    return max(start, first - context)..<min(rows.count, last + context + 1)
  }

  private static func header(_ rows: [Row], _ hunk: Range<Int>) -> String {
    func count(_ rows: ArraySlice<Row>) -> (old: Int, new: Int) {
      rows.reduce(into: (0, 0)) { sum, row in
        switch row {
        case .same: sum = (sum.0 + 1, sum.1 + 1)
        case .old: sum.0 += 1
        case .new: sum.1 += 1
        }
      }
    }
    let before = count(rows[..<hunk.lowerBound])
    let inside = count(rows[hunk])
    func range(_ before: Int, _ count: Int) -> String { "\(count == 0 ? before : before + 1),\(count)" }
    return "@@ -\(range(before.old, inside.old)) +\(range(before.new, inside.new)) @@\n"
  }
}
