internal import CLibYAML
public import CooperDiagnostics

/// Reads a YAML file into one node per document, with exact places, under limits.
///
/// The value is nil when the text can't be read to its end; with other errors (a duplicate key, an unknown tag) it is
/// there without the faulty part, so that later stages can report their findings too.
public func parse(
  _ source: SourceText, id: SourceID, limits: SyntaxLimits = .standard
) -> Diagnosed<[SyntaxNode]> {
  guard source.bytes.count <= limits.bytes else {
    return Diagnosed(nil, [.fileTooLarge(source.bytes.count, limit: limits.bytes, id: id)])
  }
  if let refusal = SourceScan(source: source, id: id, limits: limits).refusal() {
    return Diagnosed(nil, hidingSecrets([refusal], in: source))
  }
  var reader = EventReader(source: source, id: id, limits: limits)
  do throws(Refusal) {
    try reader.read()
    return Diagnosed(reader.builder.documents, hidingSecrets(reader.builder.diagnostics, in: source))
  } catch {
    return Diagnosed(nil, hidingSecrets(reader.builder.diagnostics + [error.diagnostic], in: source))
  }
}

/// Turns the parse events of libyaml into calls of a `TreeBuilder`.
private struct EventReader {
  let source: SourceText
  let id: SourceID
  var builder: TreeBuilder
  /// Made when a block scalar first asks for it.
  private lazy var lines = SourceLines(source)

  init(source: SourceText, id: SourceID, limits: SyntaxLimits) {
    self.source = source
    self.id = id
    builder = TreeBuilder(id: id, limits: limits)
  }

  mutating func read() throws(Refusal) {
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    defer { parser.deallocate() }
    guard yaml_parser_initialize(parser) == 1 else { throw Refusal(diagnostic: .outOfMemory(id)) }
    defer { yaml_parser_delete(parser) }
    // libyaml reads from the buffer until it is deleted, so all of the loop happens inside the closure.
    let outcome = source.bytes.withUnsafeBufferPointer { bytes -> Result<Void, Refusal> in
      do throws(Refusal) {
        try loop(parser, bytes)
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    try outcome.get()
  }

  private mutating func loop(
    _ parser: UnsafeMutablePointer<yaml_parser_t>, _ bytes: UnsafeBufferPointer<UInt8>
  ) throws(Refusal) {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    let offset = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    yaml_parser_set_input_string(parser, base + offset, bytes.count - offset)
    var event = yaml_event_t()
    while true {
      guard yaml_parser_parse(parser, &event) == 1 else {
        let failure = SyntaxFailure(parser.pointee)
        throw Refusal(
          diagnostic: .malformed(failure, openBracket: builder.openBracket, lines: lines, id: id))
      }
      defer { yaml_event_delete(&event) }
      if event.type == YAML_STREAM_END_EVENT { return }
      try handle(&event)
    }
  }

  private mutating func handle(_ event: inout yaml_event_t) throws(Refusal) {
    let range = SourceRange(source: id, start: position(event.start_mark), end: position(event.end_mark))
    switch event.type {
    case YAML_SCALAR_EVENT:
      try scalar(event.data.scalar, at: range)
    case YAML_MAPPING_START_EVENT:
      let data = event.data.mapping_start
      _ = try tag(data.tag, for: .mapping, at: range)
      try builder.start(
        isMapping: true, isFlow: data.style == YAML_FLOW_MAPPING_STYLE, anchor: text(data.anchor), at: range)
    case YAML_SEQUENCE_START_EVENT:
      let data = event.data.sequence_start
      _ = try tag(data.tag, for: .sequence, at: range)
      try builder.start(
        isMapping: false, isFlow: data.style == YAML_FLOW_SEQUENCE_STYLE, anchor: text(data.anchor), at: range)
    case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT:
      try builder.end(at: range)
    case YAML_ALIAS_EVENT:
      try builder.alias(text(event.data.alias.anchor) ?? "", at: range)
    case YAML_DOCUMENT_END_EVENT:
      builder.endDocument()
    default:
      break
    }
  }

  private typealias ScalarData = yaml_event_s.__Unnamed_union_data.__Unnamed_struct_scalar

  private mutating func scalar(_ data: ScalarData, at range: SourceRange) throws(Refusal) {
    let tag = try tag(data.tag, for: .scalar, at: range)
    let style = SyntaxNode.Scalar.Style(data.style)
    var text = String(decoding: UnsafeBufferPointer(start: data.value, count: data.length), as: UTF8.self)
    let isEmpty = data.length == 0 && style == .plain
    if isEmpty, tag == "!!null" { text = "null" }
    var range = range
    switch style {
    case .literal, .folded:
      range.end = endOfBlock(range)
    case .plain where (data.anchor != nil || tag != nil) && range.start.line == range.end.line:
      range.start.column = range.end.column - UInt32(clamping: text.unicodeScalars.count)
    default: break
    }
    try builder.scalar(
      SyntaxNode.Scalar(text, style: style, tag: tag), isMissing: isEmpty && tag == nil,
      anchor: self.text(data.anchor), at: range)
  }

  /// Returns the end of the last line with text; libyaml's mark lies behind the empty lines that follow.
  private mutating func endOfBlock(_ range: SourceRange) -> SourcePosition {
    var line = Int(range.end.line) - (range.end.column == 1 ? 1 : 0)
    while line > Int(range.start.line), lines[line].allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { line -= 1 }
    return SourcePosition(line: line, column: SourceLines.scalars(in: lines[line]) + 1)
  }

  /// Returns the short form of a core tag; reports any other and goes on as if it weren't there.
  private mutating func tag(
    _ pointer: UnsafeMutablePointer<yaml_char_t>?, for kind: TagKind, at range: SourceRange
  ) throws(Refusal) -> String? {
    guard let full = text(pointer) else { return nil }
    let verdict = TagKind.judge(full, for: kind)
    if let diagnostic = verdict.diagnostic(mayHoldSecret: mayHoldSecret(builder.awaitedKey), at: range) {
      var diagnostic = diagnostic
      diagnostic.range = tagRange(in: range)
      try builder.report(diagnostic)
    }
    return verdict.short
  }

  /// Narrows the range of a node to the tag in front of it.
  private mutating func tagRange(in range: SourceRange) -> SourceRange {
    let scalars = Array(String(decoding: lines[Int(range.start.line)], as: UTF8.self).unicodeScalars)
    let start = Int(range.start.column) - 1
    guard start < scalars.count, let mark = scalars[start...].firstIndex(of: "!") else { return range }
    let end = scalars[mark...].firstIndex { " \t,]}".unicodeScalars.contains($0) } ?? scalars.count
    let line = Int(range.start.line)
    return SourceRange(
      source: id, start: SourcePosition(line: line, column: mark + 1), end: SourcePosition(line: line, column: end + 1))
  }

  private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  private func position(_ mark: yaml_mark_t) -> SourcePosition { SourcePosition(mark) }
}

extension SourcePosition {
  /// Converts a mark of libyaml, which counts lines and code points from 0.
  init(_ mark: yaml_mark_t) { self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1) }
}

extension SyntaxNode.Scalar.Style {
  init(_ style: yaml_scalar_style_t) {
    switch style {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: self = .singleQuoted
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: self = .doubleQuoted
    case YAML_LITERAL_SCALAR_STYLE: self = .literal
    case YAML_FOLDED_SCALAR_STYLE: self = .folded
    default: self = .plain
    }
  }
}

extension SourceRange {
  fileprivate static func beginning(of id: SourceID) -> SourceRange {
    SourceRange(source: id, start: SourcePosition(line: 1, column: 1), end: SourcePosition(line: 1, column: 2))
  }
}

extension Diagnostic {
  fileprivate static func fileTooLarge(_ count: Int, limit: Int, id: SourceID) -> Diagnostic {
    Diagnostic(
      "YML0005", .error, "this file has \(count) bytes; the limit is \(limit)", at: .beginning(of: id),
      fix: ["spread the file over several and list them under  include:"], hidesSource: true)
  }

  fileprivate static func outOfMemory(_ id: SourceID) -> Diagnostic {
    Diagnostic(
      "YML0099", .error, "no memory left to read this file", at: .beginning(of: id),
      fix: ["read a smaller file, or give the process more memory"], hidesSource: true)
  }
}
