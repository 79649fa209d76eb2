/// Makes a random value that passes `check`; nil where no text satisfies a rule after many tries.
///
/// Meant for property tests: equal seeds give equal values.
public func sample(_ shape: Shape, using generator: inout SplitMix64) -> Value? {
  switch shape {
  case .bool: return .bool(.random(using: &generator))
  case .integer(let range): return .integer(number(in: range ?? -1_000...1_000_000, &generator))
  case .number: return .number(Double(Int.random(in: -8_000...8_000, using: &generator)) / 8)
  case .string(let rule): return text(rule, example: nil, &generator).map { .string($0) }
  case .choice(let words): return words.randomElement(using: &generator).map { .string($0) }
  case .duration(let range):
    return .string(duration(in: range ?? 0...400 * 86_400, &generator))
  case .size:
    let factor: Int64 = [1, 1 << 10, 1 << 20, 1 << 30].randomElement(using: &generator) ?? 1
    return ByteSize(bytes: .random(in: 0...2_000, using: &generator) * factor).value
  case .instant: return Instant(epochSeconds: .random(in: 0...4_000_000_000, using: &generator)).value
  case .list(let element):
    return .list((0..<Int.random(in: 0...3, using: &generator)).compactMap { _ in sample(element, using: &generator) })
  case .set(let element, let identity):
    var seen: Set<Value> = []
    var elements: [Value] = []
    for _ in 0..<Int.random(in: 0...4, using: &generator) {
      guard let value = sample(element, using: &generator) else { continue }
      if seen.insert(setIdentity(of: canonical(value, element), identity)).inserted { elements.append(value) }
    }
    return .list(elements)
  case .map(let element, let keys):
    var pairs: [(String, Value)] = []
    for _ in 0..<Int.random(in: 0...3, using: &generator) {
      if let key = text(keys, example: nil, &generator), let value = sample(element, using: &generator) {
        pairs.append((key, value))
      }
    }
    return .map(ValueMap(pairs))
  case .object(let object): return sample(object, &generator)
  case .either(let scalar, let long):
    return Bool.random(using: &generator)
      ? sample(scalar, using: &generator) : sample(long, using: &generator) ?? sample(scalar, using: &generator)
  case .reference: return .string(name(&generator))
  case .document: return policy(&generator)
  case .secret:
    return .string(
      ["env:SAMPLE_", "file:secrets/", "sealed:"].randomElement(using: &generator).map { $0 + "A1" } ?? "env:A")
  case .anything: return ["x": .integer(number(in: 0...9, &generator))]
  }
}

private func sample(_ object: ObjectShape, _ generator: inout SplitMix64) -> Value? {
  var pairs: [(String, Value)] = []
  for field in object.fields where !field.isReadOnly {
    if !field.isRequired, Bool.random(using: &generator) { continue }
    let value: Value?
    if case .string(let rule) = field.shape {
      value = text(rule, example: field.example, &generator).map { .string($0) }
    } else {
      value = sample(field.shape, using: &generator)
    }
    if let value { pairs.append((field.name, value)) } else if field.isRequired { return nil }
  }
  return .map(ValueMap(pairs))
}

private func number(in range: ClosedRange<Int64>, _ generator: inout SplitMix64) -> Int64 {
  switch Int.random(in: 0..<8, using: &generator) {
  case 0: range.lowerBound
  case 1: range.upperBound
  default: .random(in: range, using: &generator)
  }
}

/// A duration in any of its spellings, so that canonical form has something to do.
private func duration(in range: ClosedRange<Int64>, _ generator: inout SplitMix64) -> String {
  let seconds = number(in: range, &generator)
  let whole = seconds / 86_400 * 86_400
  let chosen = range.contains(whole) && Bool.random(using: &generator) ? whole : seconds
  return switch Int.random(in: 0..<3, using: &generator) {
  case 0: "\(chosen)s"
  case 1: "\(chosen / 3_600)h\(chosen % 3_600)s"
  default: TimeSpan(seconds: chosen).text
  }
}

private func name(_ generator: inout SplitMix64) -> String {
  let letters = Array("abcdefghijklmnopqrstuvwxyz")
  return String(
    (0..<Int.random(in: 3...12, using: &generator)).compactMap { _ in letters.randomElement(using: &generator) })
}

/// Texts that a careless reader of YAML or JSON would turn into something else.
private let awkwardTexts = [
  "no", "null", "~", "1.10", "0123", "true", "", " ", "a: b", "- x", "é", "🪣", "\"quoted\"", "line\nbreak", "\u{1}",
  "#", "*", "0x1F",
]

private func text(_ rule: TextRule, example: String?, _ generator: inout SplitMix64) -> String? {
  for attempt in 0..<60 {
    let word = name(&generator)
    var candidate: String =
      switch (attempt + Int.random(in: 0..<4, using: &generator)) % 10 {
      case 0, 1: awkwardTexts.randomElement(using: &generator) ?? word
      case 2, 3: word
      case 4: word + "-" + String(Int.random(in: 0...99, using: &generator))
      case 5: "https://" + word + ".example"
      case 6: "arn:aws:iam::111122223333:role/" + word
      case 7: word.uppercased()
      case 8: String(Int64.random(in: 100_000_000_000...999_999_999_999, using: &generator))
      default: example ?? word + "/"
      }
    if let lengths = rule.lengths {
      while candidate.unicodeScalars.count < lengths.lowerBound { candidate += word }
      if candidate.unicodeScalars.count > lengths.upperBound {
        candidate = String(String.UnicodeScalarView(candidate.unicodeScalars.prefix(lengths.upperBound)))
      }
    }
    if rule.matches?(candidate) ?? true { return candidate }
  }
  return nil
}

/// A policy in one of the many spellings of the same few statements.
private func policy(_ generator: inout SplitMix64) -> Value {
  let spelled = { (texts: [String], generator: inout SplitMix64) -> Value in
    let chosen = texts.shuffled(using: &generator).prefix(Int.random(in: 1...texts.count, using: &generator))
    return chosen.count == 1 && Bool.random(using: &generator) ? .string(chosen[0]) : .list(chosen.map { .string($0) })
  }
  var statements: [Value] = []
  for index in 0..<Int.random(in: 1...3, using: &generator) {
    var statement = ValueMap()
    statement["Effect"] = .string(["Allow", "allow", "Deny"].randomElement(using: &generator) ?? "Allow")
    statement["Action"] = spelled(["s3:GetObject", "s3:PutObject", "s3:ListBucket"], &generator)
    statement["Resource"] = spelled(["arn:aws:s3:::b", "arn:aws:s3:::b/*"], &generator)
    statement["Principal"] = "*"
    if Bool.random(using: &generator) {
      statement["Principal"] = ["AWS": spelled(["111122223333", "arn:aws:iam::444455556666:role/r"], &generator)]
    }
    if Bool.random(using: &generator) { statement["Sid"] = Bool.random(using: &generator) ? "" : .string("S\(index)") }
    if Bool.random(using: &generator) { statement["Condition"] = ["Bool": ["aws:SecureTransport": false]] }
    statements.append(.map(statement))
  }
  var policy = ValueMap()
  policy["Statement"] = statements.count == 1 ? statements[0] : .list(statements)
  if Bool.random(using: &generator) { policy["Version"] = "2012-10-17" }
  return .map(policy)
}
