/// One line of a flattened difference, for renderers.
public struct DiffLine: Sendable, Hashable {
  /// From the compared value to the part; of a count, the path of the parts' container.
  public var path: [PathStep]
  /// Nil when the part was added.
  public var before: Value?
  /// Nil when the part was removed.
  public var after: Value?
  /// On a count: the parts of the container at `path` that did not change.
  public var unchanged: [PathStep]

  public init(path: [PathStep], before: Value?, after: Value?, unchanged: [PathStep] = []) {
    self.path = path
    self.before = before
    self.after = after
    self.unchanged = unchanged
  }

  /// True for a line that only counts what did not change; it follows the changes of its container.
  public var isCount: Bool { before == nil && after == nil }
}

extension ValueDiff {
  /// All changes in order, each container's followed by a count of its unchanged parts if there are any.
  public var lines: [DiffLine] {
    var lines: [DiffLine] = []
    collect(into: &lines, path: [])
    return lines
  }

  /// The number of leaves that differ.
  public var changeCount: Int { lines.count { !$0.isCount } }

  private func collect(into lines: inout [DiffLine], path: [PathStep]) {
    switch self {
    case .unchanged: return
    case .added(let value): lines.append(DiffLine(path: path, before: nil, after: value))
    case .removed(let value): lines.append(DiffLine(path: path, before: value, after: nil))
    case .changed(let before, let after): lines.append(DiffLine(path: path, before: before, after: after))
    case .object(let entries), .list(let entries), .set(let entries), .map(let entries), .document(let entries):
      for entry in entries { entry.diff.collect(into: &lines, path: path + [entry.step]) }
      let unchanged = entries.filter(\.diff.isUnchanged).map(\.step)
      if !unchanged.isEmpty { lines.append(DiffLine(path: path, before: nil, after: nil, unchanged: unchanged)) }
    }
  }
}
