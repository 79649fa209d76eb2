internal import CooperSchema
internal import CooperSyntax

/// Lays one tree over another by identity: maps by key, policy statements by Sid; other lists are replaced whole.
///
/// A null in the upper tree stays in the result, so that it can opt out of what a still lower layer gives.
struct NodeMerge: Sendable {
  /// Whether a block that both trees have counts as written where the lower tree has it.
  var keepsBasePlaces: Bool

  func merged(_ base: SyntaxNode, _ upper: SyntaxNode, _ shape: Shape?) -> SyntaxNode {
    guard case .mapping(let lower) = base.content, case .mapping(let higher) = upper.content else { return upper }
    if replacesBlock(lower, higher) { return upper }
    let entries = merged(lower, higher) { self.shape(of: $0, in: shape) }
    return SyntaxNode(.mapping(entries), keepsBasePlaces ? base.range : upper.range)
  }

  func merged(
    _ lower: [SyntaxNode.Entry], _ higher: [SyntaxNode.Entry], shapeOf: (String) -> Shape?
  ) -> [SyntaxNode.Entry] {
    var result = lower
    result.reserveCapacity(lower.count + higher.count)
    var places: [String: Int] = [:]
    let isLarge = lower.count > 12
    if isLarge { for (index, entry) in lower.enumerated() { places[entry.key] = index } }
    for entry in higher {
      let place = isLarge ? places[entry.key] : lower.firstIndex { $0.key == entry.key }
      guard let place else {
        result.append(entry)
        continue
      }
      let value = merged(entry: entry, over: result[place], shapeOf(entry.key))
      result[place] =
        keepsBasePlaces && value.entries != nil
        ? SyntaxNode.Entry(key: entry.key, keyRange: result[place].keyRange, value: value)
        : SyntaxNode.Entry(key: entry.key, keyRange: entry.keyRange, value: value)
    }
    return result
  }

  private func merged(entry: SyntaxNode.Entry, over base: SyntaxNode.Entry, _ shape: Shape?) -> SyntaxNode {
    if case .document? = shape, entry.value.entries != nil, let lower = base.value.entries {
      return document(base.value, lower, entry.value)
    }
    return merged(base.value, entry.value, shape)
  }

  /// A changed `method` or `type` makes another block of it; the fields of the earlier one mean nothing there.
  private func replacesBlock(_ lower: [SyntaxNode.Entry], _ higher: [SyntaxNode.Entry]) -> Bool {
    for word in ["method", "type"] {
      guard let upper = higher.first(where: { $0.key == word })?.value.scalar else { continue }
      guard let base = lower.first(where: { $0.key == word })?.value.scalar else { continue }
      if upper.text != base.text { return true }
    }
    return false
  }

  private func shape(of key: String, in shape: Shape?) -> Shape? {
    switch shape {
    case .map(let element, _): element
    case .object(let object): object[key]?.shape
    case .either(_, let long): self.shape(of: key, in: long)
    default: nil
    }
  }

  // MARK: Policies

  private func document(_ base: SyntaxNode, _ lower: [SyntaxNode.Entry], _ upper: SyntaxNode) -> SyntaxNode {
    guard let higher = upper.entries else { return upper }
    var result = lower
    for entry in higher {
      guard let place = result.firstIndex(where: { $0.key == entry.key }) else {
        result.append(entry)
        continue
      }
      var entry = entry
      if entry.key == "Statement", !entry.value.isNull {
        entry.value = statements(result[place].value, entry.value)
      }
      result[place] = entry
    }
    return SyntaxNode(.mapping(result), keepsBasePlaces ? base.range : upper.range)
  }

  /// Statements with the Sid of an earlier one take its place; the others are added (IAM: Sids are unique). Without a Sid
  /// one that says the same as an earlier one is that one.
  private func statements(_ base: SyntaxNode, _ upper: SyntaxNode) -> SyntaxNode {
    var result = base.elements ?? [base]
    for statement in upper.elements ?? [upper] {
      let sid = statement["Sid"]?.value.scalar?.text
      if let sid, !sid.isEmpty, let place = result.firstIndex(where: { $0["Sid"]?.value.scalar?.text == sid }) {
        result[place] = statement
      } else if !result.contains(where: { saysSame($0, statement) }) {
        result.append(statement)
      }
    }
    return SyntaxNode(.sequence(result), upper.range)
  }

  /// In policies the order of elements means nothing, and one text is a list of it.
  private func saysSame(_ one: SyntaxNode, _ other: SyntaxNode) -> Bool {
    if let first = one.scalar, let second = other.scalar { return first.text == second.text }
    if let first = one.entries, let second = other.entries {
      return first.count == second.count
        && first.allSatisfy { entry in other[entry.key].map { saysSame(entry.value, $0.value) } ?? false }
    }
    guard one.entries == nil, other.entries == nil else { return false }
    let (first, second) = (one.elements ?? [one], other.elements ?? [other])
    return first.count == second.count && first.allSatisfy { element in second.contains { saysSame(element, $0) } }
  }
}
