extension ValueDiff {
  /// Compares two policies in canonical form: statements by Sid, lists of texts element by element.
  static func document(_ before: ValueMap, _ after: ValueMap) -> ValueDiff {
    var entries: [Entry] = []
    for key in union(before, after) {
      if key == "Statement", case .list(let old)? = before[key], case .list(let new)? = after[key] {
        entries += statements(old, new)
      } else {
        entries.append(Entry(.field(key), free(before[key], after[key])))
      }
    }
    return composite(entries, .map(after), Self.document)
  }

  private static func statements(_ before: [Value], _ after: [Value]) -> [Entry] {
    var entries: [Entry] = []
    let (named, wanted) = (bySid(before), bySid(after))
    for (sid, statement) in wanted.ordered {
      entries.append(Entry(.element("Sid " + sid), free(named.first[sid], statement)))
    }
    for (sid, statement) in named.ordered where wanted.first[sid] == nil {
      entries.append(Entry(.element("Sid " + sid), .removed(statement)))
    }
    let (old, new) = (before.filter { $0.sid == nil }, after.filter { $0.sid == nil })
    for pair in alignment(old, new) {
      switch pair {
      case (let from?, let to?): entries.append(Entry(.element("statement \(to + 1)"), free(old[from], new[to])))
      case (nil, let to?): entries.append(Entry(.element("statement \(to + 1)"), .added(new[to])))
      case (let from?, nil): entries.append(Entry(.element("statement \(from + 1)"), .removed(old[from])))
      case (nil, nil): break
      }
    }
    return entries
  }

  /// Statements that have a Sid; a further one with the same Sid is named `Sid#2` and so on.
  private static func bySid(_ statements: [Value]) -> (ordered: [(String, Value)], first: [String: Value]) {
    var counts: [String: Int] = [:]
    var ordered: [(String, Value)] = []
    for statement in statements {
      guard let sid = statement.sid else { continue }
      counts[sid, default: 0] += 1
      let count = counts[sid] ?? 1
      ordered.append((count == 1 ? sid : "\(sid)#\(count)", statement))
    }
    return (ordered, Dictionary(ordered, uniquingKeysWith: { first, _ in first }))
  }

  /// Compares JSON without a shape: maps by key, lists of texts as sets, other lists in order.
  private static func free(_ before: Value?, _ after: Value?) -> ValueDiff {
    if before == after { return .unchanged(after) }
    switch (before, after) {
    case (nil, nil): return .unchanged(nil)
    case (nil, let after?): return .added(after)
    case (let before?, nil): return .removed(before)
    case (.map(let before)?, .map(let after)?):
      return .object(union(before, after).map { Entry(.field($0), free(before[$0], after[$0])) })
    case (.list(let before)?, .list(let after)?):
      guard (before + after).allSatisfy({ !$0.isComposite }) else {
        return .list(elements(before, after, .anything))
      }
      let (old, new) = (Set(before), Set(after))
      let all = orderedSet(before + after, identity: [])
      return .set(
        all.map { value in
          let entry: ValueDiff =
            old.contains(value) ? (new.contains(value) ? .unchanged(value) : .removed(value)) : .added(value)
          return Entry(.element(value.label), entry)
        })
    case (let before?, let after?): return .changed(before: before, after: after)
    }
  }
}

extension Value {
  /// The Sid of a statement; nil when there is none.
  fileprivate var sid: String? { self["Sid"]?.string }
}
