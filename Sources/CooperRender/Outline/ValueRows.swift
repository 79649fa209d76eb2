internal import CooperSchema

/// Turns a difference, or a whole value, into rows.
struct ValueRows {
  let shape: Shape
  /// Texts up to this many characters stand with both sides on one row.
  private static let sideBySide = 44

  private(set) var rows: [ValueRow] = []

  /// One row for each changed element, and counts of what did not change.
  static func difference(_ before: Value?, _ after: Value?, _ known: Shape?) -> [ValueRow] {
    let shape = known ?? .inferred(before, after)
    var rows = ValueRows(shape: shape)
    for line in ValueDiff(before: before, after: after, shape: shape).lines { rows.add(line) }
    return rows.rows
  }

  /// A row for each part of a value.
  static func parts(_ value: Value, _ known: Shape?, sign: ValueRow.Sign = .none) -> [ValueRow] {
    var rows = ValueRows(shape: known ?? .inferred(nil, value))
    rows.add(partsOf: value, at: [], sign)
    return rows.rows
  }

  private init(shape: Shape) { self.shape = shape }

  private mutating func add(_ line: DiffLine) {
    switch (line.before, line.after) {
    case (nil, nil): addCount(line)
    case (let before?, nil): add(partsOf: before, at: line.path, .removed)
    case (nil, let after?): add(partsOf: after, at: line.path, .added)
    case (let before?, let after?): addChange(before, after, line.path)
    }
  }

  private mutating func addChange(_ before: Value, _ after: Value, _ path: [PathStep]) {
    let label = PartLabel(path, shape).text
    let (old, new) = (before.flowText, after.flowText)
    if old.count + new.count <= Self.sideBySide {
      rows.append(ValueRow(label: label, sign: .changed, text: old + " -> " + new))
    } else {
      rows.append(ValueRow(label: label, sign: .removed, text: old))
      rows.append(ValueRow(label: label, sign: .added, text: new))
    }
  }

  /// The value in one row, but of a whole facet a row for each part.
  private mutating func add(partsOf value: Value, at path: [PathStep], _ sign: ValueRow.Sign) {
    guard path.isEmpty else {
      // The text of a set's element is its own name.
      let names = value.isScalar && path.last?.isMember ?? false
      let label = PartLabel(names ? path.dropLast() : path[...], shape).text
      rows.append(ValueRow(label: label, sign: sign, text: value.flowText))
      return
    }
    switch (shape, value) {
    case (.document, .map(let document)):
      for pair in document where pair.key != "Statement" { add(partsOf: pair.value, at: [.field(pair.key)], sign) }
      for (index, statement) in (document["Statement"]?.list ?? []).enumerated() {
        let name = statement["Sid"]?.string.map { "Sid " + $0 } ?? "statement \(index + 1)"
        add(partsOf: statement, at: [.element(name)], sign)
      }
    case (.map, .map(let map)) where !map.isEmpty:
      for pair in map { add(partsOf: pair.value, at: [.key(pair.key)], sign) }
    case (_, .map(let map)) where !map.isEmpty:
      for pair in map { add(partsOf: pair.value, at: [.field(pair.key)], sign) }
    case (_, .list(let elements)) where !elements.isEmpty:
      for (index, element) in elements.enumerated() { add(partsOf: element, at: [.index(index)], sign) }
    default: rows.append(ValueRow(label: "", sign: sign, text: value.flowText))
    }
  }

  /// Fields that did not change say nothing; elements, rules and statements do.
  private mutating func addCount(_ line: DiffLine) {
    let parts = line.unchanged.filter { if case .field = $0 { false } else { true } }
    guard !parts.isEmpty else { return }
    let sids = parts.compactMap(\.sid)
    let noun = PartLabel.noun(ofElementsAt: line.path, shape)
    let text =
      if sids.count == parts.count, sids.count <= 3 {
        sids.joined(separator: ", ") + " unchanged"
      } else {
        "\(parts.count) " + (noun.map { $0 + (parts.count == 1 ? " " : "s ") } ?? "") + "unchanged"
      }
    if let last = rows.last, last.isCount {
      rows[rows.count - 1].text = last.text.dropLast() + "; " + text + ")"
    } else {
      rows.append(ValueRow(label: "", sign: .none, text: "(" + text + ")", isCount: true))
    }
  }
}

extension PathStep {
  fileprivate var isMember: Bool {
    switch self {
    case .element, .index: true
    case .field, .key: false
    }
  }

  fileprivate var sid: String? {
    guard case .element(let name) = self, name.hasPrefix("Sid ") else { return nil }
    return String(name.dropFirst(4))
  }
}

/// The name of a part of a facet as people say it: `rule 1 origins`, `trim noncurrentExpiration.after`.
struct PartLabel {
  private(set) var text = ""

  init(_ path: some Sequence<PathStep>, _ shape: Shape) {
    var shape: Shape? = shape
    var previous: PathStep?
    for step in path {
      text += Self.separator(previous, step)
      if case .index = step, let noun = Self.noun(ofElementsOf: shape) { text += noun + " " }
      text += step.description
      shape = Self.part(step, of: shape)
      previous = step
    }
  }

  private static func separator(_ previous: PathStep?, _ step: PathStep) -> String {
    switch (previous, step) {
    case (nil, _): ""
    case (.field?, .field): "."
    case (.element(let name)?, _) where name.hasPrefix("Sid "): "  "
    default: " "
    }
  }

  /// The last word of the element's type, e.g. `rule` of `CORSRule`.
  static func noun(ofElementsAt path: [PathStep], _ shape: Shape) -> String? {
    noun(ofElementsOf: path.reduce(shape) { shape, step in shape.flatMap { part(step, of: $0) } })
  }

  private static func noun(ofElementsOf shape: Shape?) -> String? {
    let element: Shape?
    switch shape {
    case .list(let shape)?, .set(let shape, _)?, .map(let shape, _)?: element = shape
    case .either(_, let long)?: return noun(ofElementsOf: long)
    default: element = nil
    }
    guard case .object(let object)? = element, let start = object.name.lastIndex(where: \.isUppercase) else {
      return nil
    }
    return object.name[start...].lowercased()
  }

  private static func part(_ step: PathStep, of shape: Shape?) -> Shape? {
    switch (shape, step) {
    case (.object(let object)?, .field(let name)): object[name]?.shape
    case (.list(let element)?, _), (.set(let element, _)?, _), (.map(let element, _)?, _): element
    case (.either(_, let long)?, _): part(step, of: long)
    default: nil
    }
  }
}
