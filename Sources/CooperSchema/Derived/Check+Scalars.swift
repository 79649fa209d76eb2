import CooperDiagnostics
import CooperSyntax

extension Check {
  mutating func scalar(_ node: SyntaxNode, _ shape: Shape, _ spot: Spot) -> Value? {
    guard let scalar = node.scalar else {
      report(.wrongType(node, shape, spot))
      return nil
    }
    if scalar.isNull {
      report(.nullValue(node, shape, spot))
      return nil
    }
    let text = scalar.text
    switch shape {
    case .bool: if let flag = CoreSchema.bool(scalar) { return .bool(flag) }
    case .integer(let range):
      if let number = CoreSchema.integer(scalar) { return inRange(number, range, .integer(number), shape, node, spot) }
    case .number:
      if let number = CoreSchema.integer(scalar) { return .integer(number) }
      if let number = CoreSchema.number(scalar) { return .number(number) }
    case .duration(let range):
      guard let span = TimeSpan(text) else {
        report(.badText(.badDuration, node, shape, spot, note: "units are d, h, m and s, e.g. 30d, 12h, 90s or 1d12h"))
        return nil
      }
      return inRange(span.seconds, range, span.value, shape, node, spot)
    case .size:
      guard let size = ByteSize(text) else {
        report(.badText(.badSize, node, shape, spot, note: "units are B, KiB, MiB, GiB, TiB and PiB"))
        return nil
      }
      return size.value
    case .instant:
      guard let instant = Instant(text) else {
        report(
          .badText(
            .badInstant, node, shape, spot, note: "a date alone means midnight UTC; with a time: 2026-12-01T06:00:00Z"))
        return nil
      }
      return instant.value
    case .string(let rule): return self.text(text, rule, node, spot)
    case .choice(let words):
      if words.contains(text) { return .string(text) }
      report(.badChoice(node, text, words, spot))
      return nil
    case .reference:
      if !text.isEmpty, !text.contains(".") { return .string(text) }
      report(.badText(.badPattern, node, shape, spot, note: "names of resources hold no dots"))
      return nil
    default: break
    }
    report(.wrongType(node, shape, spot))
    return nil
  }

  private mutating func inRange(
    _ number: Int64, _ range: ClosedRange<Int64>?, _ value: Value, _ shape: Shape, _ node: SyntaxNode, _ spot: Spot
  ) -> Value? {
    if let range, !range.contains(number) {
      report(.badText(.outOfRange, node, shape, spot, note: nil))
      return nil
    }
    return value
  }

  /// Checks a text, or a key of a map, against its rule.
  mutating func text(_ text: String, _ rule: TextRule, _ node: SyntaxNode, _ spot: Spot) -> Value? {
    let length = text.unicodeScalars.count
    if let lengths = rule.lengths, !lengths.contains(length) {
      report(.badLength(length, lengths, spot, node.range))
      return nil
    }
    if let matches = rule.matches, !matches(text) {
      report(
        .badText(
          .badPattern, node, .string(rule), spot,
          note: rule.expectation == nil ? rule.pattern.map { "it must match \($0)" } : nil))
      return nil
    }
    return .string(text)
  }

  /// Data without a schema: scalars are read by the YAML 1.2 core schema.
  mutating func free(_ node: SyntaxNode, _ spot: Spot) -> Value? {
    guard spot.depth <= options.depth else {
      report(.tooDeep(spot, options.depth, node.range))
      return nil
    }
    switch node.content {
    case .missing: return .null
    case .scalar(let scalar):
      if let output = options.secretOutput?(scalar.text) {
        report(.secretInPlainField(output.name, spot, node.range))
        return nil
      }
      return options.knownAfterApply?(scalar.text).map { .unknown($0) } ?? CoreSchema.value(scalar)
    case .sequence(let elements):
      var list: [Value] = []
      for (index, element) in elements.enumerated() {
        if let value = free(element, spot.entry(index)) { list.append(value) }
      }
      return .list(list)
    case .mapping(let entries):
      var pairs: [(String, Value)] = []
      var seen: [String: SourceRange] = [:]
      for entry in entries {
        if let first = seen.updateValue(entry.keyRange, forKey: entry.key) {
          report(.duplicateKey(entry, first: first))
          continue
        }
        if let value = free(entry.value, spot.field(entry)) { pairs.append((entry.key, value)) }
      }
      return .map(ValueMap(pairs))
    }
  }
}

extension SyntaxNode {
  /// What stands here, in words that fit behind "not".
  func words(for spot: Spot, _ shape: Shape) -> String {
    switch content {
    case .missing: return "nothing"
    case .sequence: return "a list"
    case .mapping: return "a map"
    case .scalar(let scalar):
      if spot.isSensitive || shape.mayHoldSecret { return "text" }
      if scalar.isNull { return "null" }
      if CoreSchema.number(scalar) != nil, scalar.text.count <= 40 { return scalar.text }
      let line = scalar.text.prefix { !$0.isNewline }
      return "\"" + line.prefix(40) + (line.count > 40 || line.count < scalar.text.count ? "…\"" : "\"")
    }
  }
}

extension Diagnostic {
  static func wrongType(_ node: SyntaxNode, _ shape: Shape, _ spot: Spot) -> Diagnostic {
    var diagnostic = badText(.wrongType, node, shape, spot, note: nil)
    guard let scalar = node.scalar, !diagnostic.hidesSource else { return diagnostic }
    let plain = SyntaxNode.Scalar(scalar.text)
    let lead = spot.key.map { $0 + ": " } ?? "- "
    switch shape {
    case .bool, .integer, .number:
      if scalar.style != .plain, CoreSchema.bool(plain) != nil || CoreSchema.number(plain) != nil {
        diagnostic.notes.append(Note("in quotes it is text"))
        diagnostic.fix = ["write  \(lead)\(scalar.text)"]
      } else if case .bool = shape,
        let flag = ["yes": true, "on": true, "no": false, "off": false][scalar.text.lowercased()]
      {
        diagnostic.notes.append(Note("\(scalar.text) is a text in YAML 1.2"))
        diagnostic.fix = ["write  \(lead)\(flag)"]
      }
    case .list(.string), .list(.choice), .set(.string, _), .set(.choice, _), .list(.reference), .set(.reference, _):
      diagnostic.fix = ["write  \(lead)[\(scalar.text.prefix { !$0.isNewline })]"]
    default: break
    }
    return diagnostic
  }

  /// A value that is not what the shape says: wrong spelling, out of range, not of the pattern.
  static func badText(
    _ code: DiagnosticCode, _ node: SyntaxNode, _ shape: Shape, _ spot: Spot, note: String?
  ) -> Diagnostic {
    Diagnostic(
      code, .error, "\(spot.label) must be \(shape.expectation), not \(node.words(for: spot, shape))", at: node.range,
      notes: note.map { [Note($0)] } ?? [], hidesSource: spot.isSensitive || shape.mayHoldSecret)
  }

  static func badLength(_ length: Int, _ lengths: ClosedRange<Int>, _ spot: Spot, _ range: SourceRange) -> Diagnostic {
    let limit =
      length < lengths.lowerBound
      ? (length == 0 ? "must not be empty" : "must have at least \(lengths.lowerBound) characters, not \(length)")
      : "must have at most \(lengths.upperBound) characters, not \(length)"
    return Diagnostic(
      .badLength, .error, "\(spot.label) \(limit)", at: range, hidesSource: spot.isSensitive)
  }

  static func nullValue(_ node: SyntaxNode, _ shape: Shape, _ spot: Spot) -> Diagnostic {
    Diagnostic(
      .nullValue, .error, "\(spot.label) must be \(shape.expectation), not null", at: node.range,
      hidesSource: spot.isSensitive)
  }

  static func badChoice(_ node: SyntaxNode, _ text: String, _ words: [String], _ spot: Spot) -> Diagnostic {
    var diagnostic = badText(.badChoice, node, .choice(words), spot, note: nil)
    guard !diagnostic.hidesSource else { return diagnostic }
    if let close = closestMatch(to: text, in: words) {
      diagnostic.notes = [Note("did you mean \(close)?")]
      diagnostic.fix = ["write  \(spot.key.map { $0 + ": " } ?? "- ")\(close)"]
    }
    return diagnostic
  }
}
