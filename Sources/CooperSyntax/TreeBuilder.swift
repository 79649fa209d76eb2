internal import CooperDiagnostics

/// A reason to stop reading a file.
struct Refusal: Error {
  let diagnostic: Diagnostic
}

/// Builds syntax nodes bottom-up from parse events, on a stack of structs, and counts what it builds against the limits.
///
/// Growing the payload of an enum in place copies it each time, so a node becomes an enum only when it is complete.
struct TreeBuilder {
  let id: SourceID
  let limits: SyntaxLimits
  private(set) var documents: [SyntaxNode] = []
  private(set) var diagnostics: [Diagnostic] = []
  private var stack: [Frame] = []
  private var anchors = AnchorTable()
  private var written = 0

  init(id: SourceID, limits: SyntaxLimits) {
    self.id = id
    self.limits = limits
  }

  /// A collection that isn't complete yet.
  private struct Frame {
    let isMapping: Bool
    /// Where the collection ends if the end event says so, that is in flow style; block ends lie behind comments.
    let isFlow: Bool
    let start: SourcePosition
    let anchor: AnchorTable.Pending?
    var elements: [SyntaxNode] = []
    var entries: [SyntaxNode.Entry] = []
    var keys = KeyIndex()
    var key: Key?
    var merge: SyntaxNode?
    var mergeKey: SourceRange?
    var weight = 1
    var height = 1
    var end: SourcePosition
  }

  /// A key that waits for its value.
  private struct Key {
    var text: String
    var range: SourceRange
    var role: Role

    /// A faulty key is reported and its value dropped.
    enum Role { case entry, merge, faulty }
  }

  // MARK: Events

  mutating func endDocument() { anchors = AnchorTable() }

  mutating func scalar(
    _ scalar: SyntaxNode.Scalar, isMissing: Bool, anchor: String?, at range: SourceRange
  ) throws(Refusal) {
    try countWritten(at: range)
    let node = SyntaxNode(isMissing ? .missing : .scalar(scalar), range)
    if let anchor { anchors.define(anchor, .init(node: node, weight: 1, height: 0)) }
    try deliver(node, weight: 1, height: 0)
  }

  mutating func start(
    isMapping: Bool, isFlow: Bool, anchor: String?, at range: SourceRange
  ) throws(Refusal) {
    try countWritten(at: range)
    if stack.count >= limits.depth { throw Refusal(diagnostic: .tooDeep(limit: limits.depth, at: range)) }
    let pending = anchor.map { anchors.open($0) }
    stack.append(Frame(isMapping: isMapping, isFlow: isFlow, start: range.start, anchor: pending, end: range.end))
  }

  mutating func end(at range: SourceRange) throws(Refusal) {
    guard var frame = stack.popLast() else { return }
    if let merge = frame.merge { try mergeEntries(of: merge, into: &frame) }
    let end = frame.isFlow ? range.end : frame.end
    let content: SyntaxNode.Content = frame.isMapping ? .mapping(frame.entries) : .sequence(frame.elements)
    let node = SyntaxNode(content, SourceRange(source: id, start: frame.start, end: end))
    if let pending = frame.anchor {
      anchors.close(pending, .init(node: node, weight: frame.weight, height: frame.height))
    }
    try deliver(node, weight: frame.weight, height: frame.height)
  }

  /// Puts a copy of an anchored node in place; its outermost range is the alias, what lies inside keeps its own.
  mutating func alias(_ name: String, at range: SourceRange) throws(Refusal) {
    try countWritten(at: range)
    switch anchors.resolve(name) {
    case .none:
      let shown = mayHoldSecret(stack.last?.key?.text) ? nil : name
      try report(.undefinedAlias(shown, closest: closestMatch(to: name, in: anchors.nearNames), at: range))
      try deliver(SyntaxNode(.missing, range), weight: 1, height: 0)
    case .open:
      try report(.aliasWithinItself(name, at: range))
      try deliver(SyntaxNode(.missing, range), weight: 1, height: 0)
    case .complete(let anchored):
      anchors.expanded += anchored.weight
      let allowed = min(limits.aliasNodes, max(limits.aliasFloor, limits.aliasRatio * written))
      if anchors.expanded > allowed {
        throw Refusal(diagnostic: .aliasExpansion(allowed: allowed, at: range))
      }
      if stack.count + anchored.height > limits.depth {
        throw Refusal(diagnostic: .tooDeep(limit: limits.depth, at: range))
      }
      try deliver(SyntaxNode(anchored.node.content, range), weight: anchored.weight, height: anchored.height)
    }
  }

  /// Notes a finding that leaves the rest of the file readable.
  mutating func report(_ diagnostic: Diagnostic) throws(Refusal) {
    if diagnostics.count >= limits.diagnostics { throw Refusal(diagnostic: diagnostic) }
    diagnostics.append(diagnostic)
  }

  /// The key whose value comes next, if there is one.
  var awaitedKey: String? { stack.last?.key?.text }

  /// Where the innermost bracket that is still open stands.
  var openBracket: SourcePosition? { stack.last.flatMap { $0.isFlow ? $0.start : nil } }

  // MARK: Building

  private mutating func countWritten(at range: SourceRange) throws(Refusal) {
    written += 1
    if written > limits.nodes { throw Refusal(diagnostic: .tooManyNodes(limit: limits.nodes, at: range)) }
  }

  private mutating func deliver(_ node: SyntaxNode, weight: Int, height: Int) throws(Refusal) {
    let top = stack.count - 1
    guard top >= 0 else {
      documents.append(node)
      return
    }
    stack[top].end = max(stack[top].end, node.range.end)
    stack[top].weight += weight
    stack[top].height = max(stack[top].height, height + 1)
    guard stack[top].isMapping else {
      stack[top].elements.append(node)
      return
    }
    guard let key = stack[top].key else {
      stack[top].key = try readKey(node, in: top)
      return
    }
    stack[top].key = nil
    switch key.role {
    case .entry:
      // Growing from one entry on would allocate three times for a usual mapping.
      if stack[top].entries.isEmpty { stack[top].entries.reserveCapacity(4) }
      stack[top].entries.append(.init(key: key.text, keyRange: key.range, value: node))
    case .merge: stack[top].merge = node
    case .faulty: break
    }
  }

  private mutating func readKey(_ node: SyntaxNode, in top: Int) throws(Refusal) -> Key {
    switch node.content {
    case .scalar(let scalar):
      if scalar.text == "<<", scalar.style == .plain, scalar.tag == nil || scalar.tag == "!!merge" {
        if let first = stack[top].mergeKey {
          try report(.duplicateMergeKey(at: node.range, first: first))
          return Key(text: "<<", range: node.range, role: .faulty)
        }
        stack[top].mergeKey = node.range
        return Key(text: "<<", range: node.range, role: .merge)
      }
      if let first = stack[top].keys.insert(scalar.text, in: stack[top].entries) {
        try report(.duplicateKey(scalar.text, at: node.range, first: stack[top].entries[first].keyRange))
        return Key(text: scalar.text, range: node.range, role: .faulty)
      }
      return Key(text: scalar.text, range: node.range, role: .entry)
    case .missing: try report(.missingKey(at: node.range))
    case .sequence: try report(.collectionAsKey("list", at: node.range))
    case .mapping: try report(.collectionAsKey("mapping", at: node.range))
    }
    return Key(text: "", range: node.range, role: .faulty)
  }

  /// Adds what a merge key names; keys written here win, then the earlier map of a list (YAML merge key type, 2005).
  private mutating func mergeEntries(of merge: SyntaxNode, into frame: inout Frame) throws(Refusal) {
    let sources = merge.elements ?? [merge]
    for source in sources {
      guard let entries = source.entries else {
        try report(.mergeOfNoMapping(at: source.range))
        continue
      }
      for entry in entries where frame.keys.insert(entry.key, in: frame.entries) == nil {
        frame.entries.append(entry)
      }
    }
  }
}

extension Diagnostic {
  fileprivate static func tooDeep(limit: Int, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      "YML0006", .error, "nested more than \(limit) levels deep", at: range,
      notes: [Note("Nothing in the language is nested so deep.")],
      fix: ["look for a bracket that is never closed"])
  }

  fileprivate static func tooManyNodes(limit: Int, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      "YML0007", .error, "more than \(limit) values in one file", at: range,
      fix: ["spread the file over several and list them under  include:"])
  }

  fileprivate static func aliasExpansion(allowed: Int, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      "YML0008", .error, "the aliases of this file stand for more than \(allowed) values", at: range,
      notes: [Note("Aliases of aliases multiply; a small file can fill all memory that way.")],
      fix: ["use profiles for what many buckets share"])
  }

  fileprivate static func duplicateKey(_ key: String, at range: SourceRange, first: SourceRange) -> Diagnostic {
    Diagnostic(
      "YML0010", .error, "\"\(key)\" is written twice in one mapping", at: range,
      notes: [Note("which of the two counts?"), Note("first written here", at: first)],
      fix: ["delete one of the two, or join them under one key"])
  }

  fileprivate static func duplicateMergeKey(at range: SourceRange, first: SourceRange) -> Diagnostic {
    Diagnostic(
      "YML0010", .error, "\"<<\" is written twice in one mapping", at: range,
      notes: [Note("first written here", at: first)],
      fix: ["write one list:  <<: [*first, *second]     the first wins"])
  }

  fileprivate static func collectionAsKey(_ kind: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      "YML0011", .error, "a \(kind) can't be a key", at: range,
      notes: [Note("a key is text")],
      fix: ["a value such as $(name) or {x} that begins with a bracket needs quotes"])
  }

  static func missingKey(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      "YML0012", .error, "a value without a key", at: range,
      fix: ["write the key in front of the \":\", or \"\" in quotes for an empty one"])
  }

  fileprivate static func undefinedAlias(_ name: String?, closest: String?, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      "YML0015", .error, name.map { "no anchor \"&\($0)\" above this alias" } ?? "an alias without its anchor",
      at: range,
      fix: (name == nil ? nil : closest).map { ["did you mean  *\($0) ?"] }
        ?? ["define the anchor earlier in this document, or quote a text that begins with \"*\""],
      hidesSource: name == nil)
  }

  fileprivate static func aliasWithinItself(_ name: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      "YML0016", .error, "the alias \"*\(name)\" stands inside the value that it repeats", at: range,
      fix: ["move what is shared to a key of its own, such as  x-\(name):"])
  }

  fileprivate static func mergeOfNoMapping(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      "YML0017", .error, "\"<<\" can only merge mappings", at: range,
      fix: ["write  <<: *anchor  or  <<: [*first, *second]  with anchors of mappings"])
  }
}
