/// Puts the keys of a tree into their canonical order.
struct FormatOrdering {
  /// Lines at the top of a file that speak to an editor.
  private static let modelines = ["# yaml-language-server:", "#!", "# vim:", "# -*-", "# yamllint"]

  static func ordered(_ node: FormatNode, _ order: MappingOrder, isRoot: Bool = false) -> FormatNode {
    var node = node
    switch node.content {
    case .mapping(let mapping): node.content = .mapping(Self.mapping(mapping, order, isRoot: isRoot))
    case .sequence(var sequence):
      let inner = order.element()
      for index in sequence.elements.indices {
        sequence.elements[index].value = ordered(sequence.elements[index].value, inner)
      }
      node.content = .sequence(sequence)
    default: break
    }
    return node
  }

  private static func mapping(_ mapping: FormatMapping, _ order: MappingOrder, isRoot: Bool) -> FormatMapping {
    var mapping = mapping
    var known = MappingOrder.Mapping(keys: [], texts: [:])
    for entry in mapping.entries {
      let key = entry.key.text ?? ""
      known.keys.append(key)
      if let text = entry.value.text { known.texts[key] = text }
    }
    for index in mapping.entries.indices {
      mapping.entries[index].value = ordered(mapping.entries[index].value, order.within(known.keys[index], known))
    }
    if !mapping.isFlow { takeHeader(&mapping, isRoot: isRoot) }
    guard let places = order.places(known), places != places.sorted() else { return mapping }
    let sorted = places.indices.sorted { (places[$0], $0) < (places[$1], $1) }
    guard keepsAnchors(mapping.entries, sorted) else { return mapping }
    let below = mapping.foot.prefix { !$0.hasBlankAbove }
    mapping.entries[mapping.entries.count - 1].slot.below = Array(below)
    mapping.foot.removeFirst(below.count)
    mapping.entries = sorted.map { mapping.entries[$0] }
    return mapping
  }

  /// Comments above the first entry that belong to the whole: those with an empty line below, and modelines.
  private static func takeHeader(_ mapping: inout FormatMapping, isRoot: Bool) {
    guard !mapping.entries.isEmpty else { return }
    var slot = mapping.entries[0].slot
    let modeline =
      isRoot ? slot.above.lastIndex { comment in modelines.contains { comment.text.hasPrefix($0) } } : nil
    var count = modeline.map { $0 + 1 } ?? 0
    let hasBlankBelow = (0..<slot.above.count).last { index in
      index + 1 < slot.above.count ? slot.above[index + 1].hasBlankAbove : slot.hasBlankAbove
    }
    if let hasBlankBelow { count = max(count, hasBlankBelow + 1) }
    guard count > 0 else { return }
    mapping.header = Array(slot.above.prefix(count))
    slot.above.removeFirst(count)
    mapping.hasBlankBelowHeader = hasBlankBelow.map { $0 + 1 == count } ?? false
    if slot.above.isEmpty { slot.hasBlankAbove = false } else { slot.above[0].hasBlankAbove = false }
    mapping.entries[0].slot = slot
  }

  /// An alias must stay behind its anchor, and of two anchors with one name the later must stay the later.
  private static func keepsAnchors(_ entries: [FormatEntry], _ sorted: [Int]) -> Bool {
    let uses = entries.map { AnchorUse($0) }
    guard uses.contains(where: { !$0.aliases.isEmpty }) || uses.contains(where: { !$0.anchors.isEmpty }) else {
      return true
    }
    var owners: [String: Int] = [:]
    for (index, use) in uses.enumerated() {
      for anchor in use.anchors where owners.updateValue(index, forKey: anchor) != nil { return false }
    }
    var place = [Int](repeating: 0, count: entries.count)
    for (new, old) in sorted.enumerated() { place[old] = new }
    for (index, use) in uses.enumerated() {
      for alias in use.aliases {
        if let owner = owners[alias], owner != index, place[owner] > place[index] { return false }
      }
    }
    return true
  }

  private struct AnchorUse {
    var anchors: Set<String> = []
    var aliases: Set<String> = []

    init(_ entry: FormatEntry) {
      add(entry.key)
      add(entry.value)
    }

    private mutating func add(_ node: FormatNode) {
      if let anchor = node.anchor { anchors.insert(String(anchor.dropFirst())) }
      switch node.content {
      case .alias(let alias): aliases.insert(String(alias.dropFirst()))
      case .mapping(let mapping):
        for entry in mapping.entries {
          add(entry.key)
          add(entry.value)
        }
      case .sequence(let sequence): for element in sequence.elements { add(element.value) }
      default: break
      }
    }
  }
}

extension FormatNode {
  /// The text of a scalar.
  var text: String? { if case .scalar(let scalar) = content { scalar.text } else { nil } }
}
