/// A comment with its `#`, as it was written.
struct FormatComment: Hashable {
  var text: String
  /// From 1.
  var line: Int
  /// From 1.
  var column: Int
  /// Nothing but blanks stands before it on its line.
  var isAlone: Bool
  /// An empty line stands above it.
  var hasBlankAbove: Bool
  /// Blanks between it and what stands before it on its line.
  var gap: Int
}

/// What surrounds an entry of a mapping, an element of a list, or a whole document.
struct FormatSlot {
  /// On lines of their own above.
  var above: [FormatComment] = []
  var hasBlankAbove = false
  /// At the end of the line; all but the first go on below it in the same column.
  var trailing: [FormatComment] = []
  /// Deeper than what follows, behind a key without a value.
  var foot: [FormatComment] = []
  /// Right below the last entry of a block, and moved with it.
  var below: [FormatComment] = []

  /// A comment at the end of the line; an earlier one moves above, since a line has one end.
  mutating func addTrailing(_ comments: [FormatComment]) {
    guard !comments.isEmpty else { return }
    above += trailing
    trailing = comments
  }

  var hasComments: Bool { !above.isEmpty || !trailing.isEmpty || !foot.isEmpty }
}

/// A node with everything that its author wrote: styles, anchors, aliases, comments.
struct FormatNode {
  var anchor: String?
  var tag: String?
  var content: Content = .missing

  indirect enum Content {
    case missing
    case alias(String)
    case scalar(FormatScalar)
    case mapping(FormatMapping)
    case sequence(FormatSequence)
  }

  /// `&anchor !!tag`, or empty.
  var properties: String { [anchor, tag].compactMap { $0 }.joined(separator: " ") }

  var isBlockCollection: Bool {
    switch content {
    case .mapping(let mapping): !mapping.isFlow
    case .sequence(let sequence): !sequence.isFlow
    default: false
    }
  }
}

struct FormatScalar {
  /// As written, with its quotes; of a block scalar the header and all lines.
  var raw: String
  var text: String
  var style: SyntaxNode.Scalar.Style
  /// Blanks that a block scalar's lines share and that are no part of its text.
  var indentation = 0
  /// Its neighbours need theirs.
  var keepsQuotes = false
}

struct FormatMapping {
  var entries: [FormatEntry]
  var isFlow: Bool
  /// `[a: b]`, a mapping without braces.
  var isPair = false
  /// Comments at the top that belong to the whole and stay there.
  var header: [FormatComment] = []
  var hasBlankBelowHeader = false
  var foot: [FormatComment] = []
}

struct FormatEntry {
  var slot = FormatSlot()
  var key: FormatNode
  var value = FormatNode()
  /// Columns from the beginning of the key to that of a value on the same line.
  var valueOffset: Int?
  /// Blanks between the colon and that value.
  var valueGap = 1
}

struct FormatSequence {
  var elements: [FormatElement]
  var isFlow: Bool
  var foot: [FormatComment] = []
}

struct FormatElement {
  var slot = FormatSlot()
  var value = FormatNode()
}

struct FormatDocument {
  var directives: [String] = []
  /// Above the directives and the `---`.
  var before: [FormatComment] = []
  var isExplicit = false
  var startTrailing: [FormatComment] = []
  var slot = FormatSlot()
  var root = FormatNode()
  var foot: [FormatComment] = []
  var hasEndMark = false
  var endTrailing: [FormatComment] = []
}
