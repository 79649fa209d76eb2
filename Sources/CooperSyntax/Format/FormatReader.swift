internal import CLibYAML

/// Builds the tree of a text from its tokens; follows the grammar of libyaml's parser.
///
/// Comments wait in `pending` until the node that they stand at takes them: at the end of a line the node before, on
/// lines of their own the node below, and what is indented deeper than the node below the collection above.
struct FormatReader {
  private let source: FormatTokens
  private var index = 0
  private var pending: [FormatComment] = []

  /// What the grammar of a text without errors never shows.
  struct Unexpected: Error {}

  init(_ source: FormatTokens) {
    self.source = source
    if let first = source.tokens.first { pending = first.before }
  }

  private var current: FormatToken { source.tokens[min(index, source.tokens.count - 1)] }

  private mutating func advance() {
    guard index + 1 < source.tokens.count else { return }
    index += 1
    pending += source.tokens[index].before
  }

  // MARK: Comments

  private mutating func takePending() -> [FormatComment] {
    defer { pending = [] }
    return pending
  }

  /// The comment at the end of the line that was just read, with those that go on below it in its column.
  private mutating func takeTrailing() -> [FormatComment] {
    guard let first = pending.first, !first.isAlone else { return [] }
    var taken = [pending.removeFirst()]
    while let next = pending.first, let last = taken.last, next.isAlone, next.column == first.column,
      next.line == last.line + 1, !(current.line == next.line + 1 && current.column == next.column)
    {
      taken.append(pending.removeFirst())
    }
    return taken
  }

  private mutating func takeFoot(from column: Int) -> [FormatComment] {
    var taken: [FormatComment] = []
    while let next = pending.first, next.column >= column || !next.isAlone { taken.append(pending.removeFirst()) }
    return taken
  }

  private func hasBlankAbove(_ token: FormatToken) -> Bool { source.blankLines.contains(token.line - 1) }

  // MARK: Documents

  mutating func documents() throws(Unexpected) -> (documents: [FormatDocument], rest: [FormatComment]) {
    var documents: [FormatDocument] = []
    if current.kind == YAML_STREAM_START_TOKEN { advance() }
    while current.kind != YAML_STREAM_END_TOKEN {
      var document = FormatDocument()
      while current.kind == YAML_VERSION_DIRECTIVE_TOKEN || current.kind == YAML_TAG_DIRECTIVE_TOKEN {
        document.before += takePending()
        document.directives.append(source.raw(current))
        advance()
      }
      if current.kind == YAML_DOCUMENT_START_TOKEN {
        document.before += takePending()
        document.isExplicit = true
        advance()
        document.startTrailing = takeTrailing()
      }
      document.slot.hasBlankAbove = hasBlankAbove(current)
      document.root = try node(&document.slot, column: 0)
      document.foot = takePending()
      while current.kind == YAML_DOCUMENT_END_TOKEN {
        document.hasEndMark = true
        advance()
        document.endTrailing += takeTrailing()
      }
      let isDone =
        [YAML_STREAM_END_TOKEN, YAML_DOCUMENT_START_TOKEN, YAML_VERSION_DIRECTIVE_TOKEN, YAML_TAG_DIRECTIVE_TOKEN]
        .contains(current.kind)
      guard isDone || document.hasEndMark else { throw Unexpected() }
      documents.append(document)
    }
    return (documents, takePending())
  }

  // MARK: Nodes

  /// Reads a node whose parent stands in a column; what may follow it decides where it ends.
  private mutating func node(_ slot: inout FormatSlot, column: Int) throws(Unexpected) -> FormatNode {
    var node = FormatNode()
    while true {
      let token = current
      switch token.kind {
      case YAML_ANCHOR_TOKEN, YAML_TAG_TOKEN:
        slot.above += takePending()
        if token.kind == YAML_ANCHOR_TOKEN { node.anchor = source.raw(token) } else { node.tag = source.raw(token) }
        advance()
        slot.addTrailing(takeTrailing())
        continue
      case YAML_ALIAS_TOKEN:
        slot.above += takePending()
        node.content = .alias(source.raw(token))
        advance()
        slot.addTrailing(takeTrailing())
      case YAML_SCALAR_TOKEN:
        slot.above += takePending()
        node.content = .scalar(scalar(token, &slot))
        advance()
        slot.addTrailing(takeTrailing())
      case YAML_FLOW_MAPPING_START_TOKEN: node.content = .mapping(try flowMapping(&slot))
      case YAML_FLOW_SEQUENCE_START_TOKEN: node.content = .sequence(try flowSequence(&slot))
      case YAML_BLOCK_MAPPING_START_TOKEN: node.content = .mapping(try blockMapping())
      case YAML_BLOCK_SEQUENCE_START_TOKEN:
        let start = token.column
        advance()
        var sequence = try elements(column: start)
        guard current.kind == YAML_BLOCK_END_TOKEN else { throw Unexpected() }
        sequence.foot = takeFoot(from: start)
        advance()
        node.content = .sequence(sequence)
      // A list at the column of its key.
      case YAML_BLOCK_ENTRY_TOKEN where column > 0:
        var sequence = try elements(column: token.column)
        sequence.foot = takeFoot(from: token.column + 1)
        node.content = .sequence(sequence)
      default: break
      }
      return node
    }
  }

  private func scalar(_ token: FormatToken, _ slot: inout FormatSlot) -> FormatScalar {
    var scalar = FormatScalar(raw: source.raw(token), text: token.text, style: token.style)
    guard token.style == .literal || token.style == .folded else { return scalar }
    if let comment = source.headerComment(token) { slot.addTrailing([comment]) }
    scalar.indentation = FormatScalar.indentation(raw: scalar.raw, text: scalar.text)
    return scalar
  }

  // MARK: Blocks

  private mutating func blockMapping() throws(Unexpected) -> FormatMapping {
    let column = current.column
    advance()
    var mapping = FormatMapping(entries: [], isFlow: false)
    while current.kind == YAML_KEY_TOKEN || current.kind == YAML_VALUE_TOKEN {
      mapping.entries.append(try entry(column: column))
    }
    guard current.kind == YAML_BLOCK_END_TOKEN else { throw Unexpected() }
    mapping.foot = takeFoot(from: column)
    advance()
    return mapping
  }

  private mutating func entry(column: Int) throws(Unexpected) -> FormatEntry {
    var entry = FormatEntry(key: FormatNode())
    let start = current
    entry.slot.hasBlankAbove = hasBlankAbove(start)
    entry.slot.above = takePending()
    if start.kind == YAML_KEY_TOKEN {
      advance()
      entry.slot.addTrailing(takeTrailing())
      entry.key = try node(&entry.slot, column: 0)
    }
    guard current.kind == YAML_VALUE_TOKEN else { return entry }
    let colon = current
    advance()
    entry.slot.addTrailing(takeTrailing())
    if current.line == colon.line {
      entry.valueOffset = current.column - start.column
      entry.valueGap = current.start - colon.end
    }
    entry.value = try node(&entry.slot, column: column)
    if case .missing = entry.value.content { entry.slot.foot = takeFoot(from: column + 1) }
    return entry
  }

  private mutating func elements(column: Int) throws(Unexpected) -> FormatSequence {
    var sequence = FormatSequence(elements: [], isFlow: false)
    while current.kind == YAML_BLOCK_ENTRY_TOKEN {
      var element = FormatElement()
      element.slot.hasBlankAbove = hasBlankAbove(current)
      element.slot.above = takePending()
      advance()
      element.slot.addTrailing(takeTrailing())
      element.value = try node(&element.slot, column: 0)
      if case .missing = element.value.content { element.slot.foot = takeFoot(from: column + 1) }
      sequence.elements.append(element)
    }
    return sequence
  }

  // MARK: Flow

  private mutating func flowSequence(_ slot: inout FormatSlot) throws(Unexpected) -> FormatSequence {
    slot.above += takePending()
    advance()
    slot.addTrailing(takeTrailing())
    var sequence = FormatSequence(elements: [], isFlow: true)
    while current.kind != YAML_FLOW_SEQUENCE_END_TOKEN {
      if current.kind == YAML_FLOW_ENTRY_TOKEN {
        let last = sequence.elements.indices.last
        try comma(last) { sequence.elements[$0].slot.addTrailing($1) }
        continue
      }
      let before = index
      var element = FormatElement()
      element.slot.above = takePending()
      if current.kind == YAML_KEY_TOKEN {
        var inner = FormatSlot()
        let entry = try flowEntry(&inner)
        element.slot.above += inner.above
        element.slot.addTrailing(inner.trailing)
        element.value.content = .mapping(FormatMapping(entries: [entry], isFlow: true, isPair: true))
      } else {
        element.value = try node(&element.slot, column: 0)
      }
      guard index > before else { throw Unexpected() }
      sequence.elements.append(element)
    }
    try close(&slot, isEmpty: sequence.elements.isEmpty) { sequence.foot = $0 }
    return sequence
  }

  private mutating func flowMapping(_ slot: inout FormatSlot) throws(Unexpected) -> FormatMapping {
    slot.above += takePending()
    advance()
    slot.addTrailing(takeTrailing())
    var mapping = FormatMapping(entries: [], isFlow: true)
    while current.kind != YAML_FLOW_MAPPING_END_TOKEN {
      if current.kind == YAML_FLOW_ENTRY_TOKEN {
        let last = mapping.entries.indices.last
        try comma(last) { mapping.entries[$0].slot.addTrailing($1) }
        continue
      }
      let before = index
      var slot = FormatSlot()
      var entry = try flowEntry(&slot)
      entry.slot = slot
      guard index > before else { throw Unexpected() }
      mapping.entries.append(entry)
    }
    try close(&slot, isEmpty: mapping.entries.isEmpty) { mapping.foot = $0 }
    return mapping
  }

  private mutating func flowEntry(_ slot: inout FormatSlot) throws(Unexpected) -> FormatEntry {
    slot.above = takePending()
    if current.kind == YAML_KEY_TOKEN {
      advance()
      slot.addTrailing(takeTrailing())
    }
    var entry = FormatEntry(key: try node(&slot, column: 0))
    slot.above += takePendingBeforeValue()
    guard current.kind == YAML_VALUE_TOKEN else { return entry }
    advance()
    slot.addTrailing(takeTrailing())
    entry.value = try node(&slot, column: 0)
    return entry
  }

  private mutating func takePendingBeforeValue() -> [FormatComment] {
    current.kind == YAML_VALUE_TOKEN ? takePending() : []
  }

  /// Passes a comma; a comment behind it belongs to what stands before it.
  private mutating func comma(_ last: Int?, _ add: (Int, [FormatComment]) -> Void) throws(Unexpected) {
    guard let last else { throw Unexpected() }
    advance()
    add(last, takeTrailing())
  }

  /// Passes the closing bracket.
  private mutating func close(
    _ slot: inout FormatSlot, isEmpty: Bool, _ foot: ([FormatComment]) -> Void
  ) throws(Unexpected) {
    let rest = takePending()
    if isEmpty { slot.above += rest } else { foot(rest) }
    guard current.kind == YAML_FLOW_MAPPING_END_TOKEN || current.kind == YAML_FLOW_SEQUENCE_END_TOKEN else {
      throw Unexpected()
    }
    advance()
    slot.addTrailing(takeTrailing())
  }
}
