/// Lays a tree out in lines: two blanks a level, one line for a flow collection that fits, blocks for the others.
struct FormatWriter {
  /// The widest line that a flow collection may fill.
  static let width = 140

  private var lines: [FormatLine] = []
  /// Dashes that the next line begins with, in place of its indentation.
  private var lead: String?

  static func text(_ documents: [FormatDocument], rest: [FormatComment]) -> String {
    var writer = FormatWriter()
    for document in documents { writer.write(document) }
    writer.comments(rest, 0, isFirst: documents.isEmpty)
    return FormatAlignment.text(writer.lines)
  }

  // MARK: Lines

  private mutating func blank() {
    if let last = lines.last, last.kind != .blank, !last.keepsBlanks { lines.append(FormatLine(kind: .blank)) }
  }

  /// What begins a line at a depth: blanks, or dashes as wide as they.
  private mutating func start(_ indent: Int) -> String {
    defer { lead = nil }
    return lead ?? String(repeating: " ", count: indent)
  }

  private mutating func line(
    _ head: String, _ value: String = "", offset: (Int, Int)? = nil, _ trailing: [FormatComment] = [], at indent: Int
  ) {
    lines.append(
      FormatLine(
        indent: start(indent), head: head, value: value, valueOffset: offset?.0, valueGap: offset?.1 ?? 1,
        comment: trailing.first))
    below(trailing)
  }

  private mutating func below(_ trailing: [FormatComment]) {
    for comment in trailing.dropFirst() {
      var comment = comment
      comment.column = trailing[0].column
      lines.append(FormatLine(comment: comment))
    }
  }

  private mutating func comments(_ comments: [FormatComment], _ indent: Int, isFirst: Bool = false) {
    for (index, comment) in comments.enumerated() {
      if comment.hasBlankAbove, !(isFirst && index == 0) { blank() }
      lines.append(FormatLine(indent: start(indent), head: comment.text, kind: .comment))
    }
  }

  /// Comments and the empty line above an entry.
  private mutating func above(_ slot: FormatSlot, _ indent: Int, isFirst: Bool) {
    comments(slot.above, indent, isFirst: isFirst)
    if slot.hasBlankAbove, !(isFirst && slot.above.isEmpty) { blank() }
  }

  // MARK: Documents

  private mutating func write(_ document: FormatDocument) {
    comments(document.before, 0, isFirst: lines.isEmpty)
    for directive in document.directives { line(directive, at: 0) }
    if document.isExplicit { line("---", "", document.startTrailing, at: 0) }
    let isFirst = !document.isExplicit && lines.isEmpty
    switch document.root.content {
    case .missing where document.root.properties.isEmpty:
      comments(document.slot.above, 0, isFirst: isFirst)
      trailingAlone(document.slot.trailing)
    case _ where document.root.isBlockCollection:
      comments(document.slot.above, 0, isFirst: isFirst)
      trailingAlone(document.slot.trailing)
      if !document.root.properties.isEmpty { line(document.root.properties, at: 0) }
      collection(document.root, 0)
    default:
      above(document.slot, 0, isFirst: isFirst)
      value(document.root, head: "", offset: nil, document.slot, 0, nested: 0)
    }
    comments(document.foot, 0, isFirst: lines.isEmpty)
    if document.hasEndMark { line("...", "", document.endTrailing, at: 0) }
  }

  private mutating func trailingAlone(_ trailing: [FormatComment]) {
    for comment in trailing { lines.append(FormatLine(head: comment.text, kind: .comment)) }
  }

  // MARK: Collections

  private mutating func collection(_ node: FormatNode, _ indent: Int) {
    switch node.content {
    case .mapping(let mapping): entries(mapping, indent)
    case .sequence(let sequence): elements(sequence, indent)
    default: break
    }
  }

  private mutating func entries(_ mapping: FormatMapping, _ indent: Int) {
    comments(mapping.header, indent, isFirst: true)
    if mapping.hasBlankBelowHeader { blank() }
    for (index, entry) in mapping.entries.enumerated() {
      above(entry.slot, indent, isFirst: index == 0)
      value(
        entry.value, head: key(entry.key) + ":", offset: entry.valueOffset.map { ($0, entry.valueGap) }, entry.slot,
        indent,
        nested: indent + 2)
      comments(entry.slot.foot, indent + 2)
      comments(entry.slot.below, indent)
    }
    comments(mapping.foot, indent)
  }

  private mutating func elements(_ sequence: FormatSequence, _ indent: Int) {
    for (index, element) in sequence.elements.enumerated() {
      above(element.slot, indent, isFirst: index == 0)
      if isCompact(element, indent) {
        lead = start(indent) + "- "
        collection(element.value, indent + 2)
      } else {
        let node = sequence.needsQuotes ? element.value.keepingQuotes : element.value
        value(node, head: "-", offset: nil, element.slot, indent, nested: indent + 2)
      }
      comments(element.slot.foot, indent + 2)
    }
    comments(sequence.foot, indent)
  }

  /// True when the first line of a collection can stand behind the dash of its element.
  private func isCompact(_ element: FormatElement, _ indent: Int) -> Bool {
    guard element.slot.trailing.isEmpty, element.value.properties.isEmpty else { return false }
    switch element.value.content {
    case .mapping(let mapping):
      guard let first = mapping.entries.first, first.slot.above.isEmpty, mapping.header.isEmpty else { return false }
      return !mapping.isFlow || inline(element.value, within: Self.width - indent - 2) == nil
    case .sequence(let sequence):
      guard let first = sequence.elements.first, first.slot.above.isEmpty else { return false }
      return !sequence.isFlow || inline(element.value, within: Self.width - indent - 2) == nil
    default: return false
    }
  }

  /// A node behind `key:` or `-`, or alone when there is neither.
  private mutating func value(
    _ node: FormatNode, head: String, offset: (Int, Int)?, _ slot: FormatSlot, _ indent: Int, nested: Int
  ) {
    let properties = node.properties
    func with(_ text: String) -> String { properties.isEmpty ? text : properties + " " + text }
    switch node.content {
    case .missing: line(head, properties, offset: offset, slot.trailing, at: indent)
    case .alias(let alias): line(head, alias, offset: offset, slot.trailing, at: indent)
    case .scalar(let scalar):
      let rows = scalar.lines(nested: max(nested, 2))
      guard rows.count > 1 else { return line(head, with(rows[0]), offset: offset, slot.trailing, at: indent) }
      let isBlock = scalar.style == .literal || scalar.style == .folded
      line(head, with(rows[0]), offset: isBlock ? nil : offset, isBlock ? slot.trailing : [], at: indent)
      for row in rows.dropFirst() { lines.append(FormatLine(head: row, kind: .raw)) }
      lines[lines.count - 1].keepsBlanks = isBlock && rows[0].contains("+")
      guard !isBlock, let last = lines.last, !slot.trailing.isEmpty else { return }
      lines[lines.count - 1] = FormatLine(head: last.head, comment: slot.trailing.first)
      below(slot.trailing)
    case .mapping, .sequence:
      let room = Self.width - indent - FormatAlignment.width(head) - 1
      if !node.isBlockCollection || node.isEmptyCollection, let text = inline(node, within: room) {
        return line(head, text, offset: offset, slot.trailing, at: indent)
      }
      if !head.isEmpty || !properties.isEmpty {
        line(head, properties, offset: offset, slot.trailing, at: indent)
      } else {
        trailingAlone(slot.trailing)
      }
      collection(node, nested)
    }
  }

  // MARK: On one line

  private func key(_ node: FormatNode) -> String {
    var text = node.properties
    switch node.content {
    case .alias(let alias): text += alias + " "
    case .scalar(let scalar): text += (text.isEmpty ? "" : " ") + scalar.asKey
    default: break
    }
    return text
  }

  /// A node on one line; nil when it doesn't fit, holds a comment or a text of several lines.
  private func inline(_ node: FormatNode, within room: Int) -> String? {
    var text: String
    switch node.content {
    case .missing: return node.properties
    case .alias(let alias): text = alias
    case .scalar(let scalar):
      guard let line = scalar.inline else { return nil }
      text = line
    case .mapping(let mapping):
      guard mapping.foot.isEmpty, mapping.header.isEmpty else { return nil }
      var pieces: [String] = []
      for entry in mapping.entries {
        guard !entry.slot.hasComments, let value = inline(entry.value, within: room) else { return nil }
        let key = key(entry.key)
        pieces.append(value.isEmpty ? (mapping.isPair ? key + ":" : key) : key + ": " + value)
      }
      let inner = pieces.joined(separator: ", ")
      text = mapping.isPair ? inner : pieces.isEmpty ? "{}" : "{ \(inner) }"
    case .sequence(let sequence):
      guard sequence.foot.isEmpty else { return nil }
      var pieces: [String] = []
      let quotes = sequence.needsQuotes
      for element in sequence.elements {
        let node = quotes ? element.value.keepingQuotes : element.value
        guard !element.slot.hasComments, let value = inline(node, within: room) else { return nil }
        pieces.append(value)
      }
      text = "[\(pieces.joined(separator: ", "))]"
    }
    if !node.properties.isEmpty { text = node.properties + " " + text }
    return FormatAlignment.width(text) <= room ? text : nil
  }
}

extension FormatSequence {
  /// True when one of its texts has quotes that it needs: then the others keep theirs too.
  fileprivate var needsQuotes: Bool {
    elements.contains { element in
      guard case .scalar(let scalar) = element.value.content else { return false }
      guard scalar.style == .singleQuoted || scalar.style == .doubleQuoted else { return false }
      return !PlainText.isSafe(scalar.text, in: .flow) || scalar.text.contains(":")
    }
  }
}

extension FormatNode {
  fileprivate var keepingQuotes: FormatNode {
    guard case .scalar(var scalar) = content else { return self }
    scalar.keepsQuotes = true
    var node = self
    node.content = .scalar(scalar)
    return node
  }

  var isEmptyCollection: Bool {
    switch content {
    case .mapping(let mapping): mapping.entries.isEmpty
    case .sequence(let sequence): sequence.elements.isEmpty
    default: false
    }
  }
}
