/// Random YAML texts of many styles with comments, each with a word of its own, at random places.
///
/// The texts are written by string building alone, so that nothing of the formatter's own reading or writing takes part.
struct FormatGenerator {
  private var state: UInt64
  private var out: [String] = []
  private var comments = 0
  private var names = 0
  private var anchors: [String] = []

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  private mutating func chance(_ one: UInt64, in many: UInt64) -> Bool { next() % many < one }
  private mutating func pick<T>(_ list: [T]) -> T { list[Int(next() % UInt64(list.count))] }

  /// A file; CRLF in some.
  mutating func file() -> String {
    if chance(1, in: 3) {
      out.append("# yaml-language-server: $schema=x.json")
      if chance(1, in: 2) { out.append("") }
    }
    let documents = chance(1, in: 10) ? 2 : 1
    for index in 0..<documents {
      anchors = []
      if index > 0 || chance(1, in: 10) { out.append("---" + trailing()) }
      let keys = chance(2, in: 3) ? shuffled(["cooper", "name", "buckets", "connections", "x-free", "moved"]) : nil
      mapping(indent: 0, depth: 0, keys: keys)
      if chance(1, in: 4) { ownComment(0) }
    }
    let text = out.joined(separator: "\n") + (chance(9, in: 10) ? "\n" : "")
    return chance(1, in: 12) ? text.replacing("\n", with: "\r\n") : text
  }

  private mutating func shuffled(_ list: [String]) -> [String] {
    var list = list
    for index in list.indices.dropLast() {
      list.swapAt(index, index + Int(next() % UInt64(list.count - index)))
    }
    return Array(list.prefix(1 + Int(next() % UInt64(list.count))))
  }

  // MARK: Comments

  private mutating func comment() -> String {
    comments += 1
    return pick(["# ", "#", "#  "]) + "comment-\(comments)" + pick(["", " of a: [b, {", " it's", " \"x"])
  }

  private mutating func trailing() -> String {
    chance(1, in: 5) ? String(repeating: " ", count: 1 + Int(next() % 8)) + comment() : ""
  }

  private mutating func ownComment(_ indent: Int) {
    let blanks = String(repeating: " ", count: indent)
    for _ in 0...Int(next() % 2) { out.append(blanks + comment()) }
  }

  private mutating func between(_ indent: Int) {
    if chance(1, in: 6) { for _ in 0...Int(next() % 2) { out.append(chance(1, in: 3) ? "   " : "") } }
    if chance(1, in: 5) { ownComment(indent) }
    if chance(1, in: 12) { out.append("") }
  }

  // MARK: Nodes

  private mutating func key() -> String {
    names += 1
    return pick(["key\(names)", "key\(names)", "\"key \(names)\"", "'k\(names)'", "k.\(names)", "x-\(names)"])
  }

  private static let fields = [
    "versioning", "tags", "connection", "region", "description", "cors", "lifecycle", "deletion",
  ]

  private mutating func mapping(indent: Int, depth: Int, keys: [String]? = nil) {
    let blanks = String(repeating: " ", count: indent)
    let step = pick([2, 2, 2, 4, 3])
    let fields = depth == 2 && chance(1, in: 2) ? shuffled(Self.fields) : keys
    for index in 0..<(fields?.count ?? 1 + Int(next() % 4)) {
      between(indent)
      entry(blanks + (fields?[index] ?? key()) + ":", indent: indent, step: step, depth: depth)
    }
    if chance(1, in: 8) { ownComment(indent) }
  }

  private mutating func entry(_ head: String, indent: Int, step: Int, depth: Int) {
    switch depth > 3 ? 0 : next() % 11 {
    case 0...3: out.append(head + gap() + scalar(isInFlow: false) + trailing())
    case 4: blockScalar(head + gap(), indent: indent + step)
    case 5: flow(head + gap(), indent: indent + step)
    case 6:
      out.append(head + anchor() + trailing())
      mapping(indent: indent + step, depth: depth + 1)
    case 7:
      out.append(head + trailing())
      mapping(indent: indent + step, depth: depth + 1)
    case 8:
      out.append(head + trailing())
      sequence(indent: indent + (chance(1, in: 3) ? 0 : step), depth: depth + 1)
    case 9: multiline(head + gap(), indent: indent + step)
    default:
      if let name = anchors.last, chance(1, in: 2) {
        out.append(head + gap() + "*\(name)" + trailing())
      } else {
        out.append(head + trailing())
        if chance(1, in: 3) { ownComment(indent + step) }
      }
    }
  }

  private mutating func gap() -> String { String(repeating: " ", count: chance(1, in: 5) ? 1 + Int(next() % 5) : 1) }

  private mutating func anchor() -> String {
    names += 1
    anchors.append("a\(names)")
    return " &a\(names)"
  }

  private mutating func sequence(indent: Int, depth: Int) {
    let blanks = String(repeating: " ", count: indent)
    for _ in 0...Int(next() % 3) {
      between(indent)
      switch depth > 3 ? 0 : next() % 6 {
      case 0, 1: out.append(blanks + "- " + scalar(isInFlow: false) + trailing())
      case 2: flow(blanks + "- ", indent: indent + 2)
      case 3:
        entry(blanks + "- " + key() + ":", indent: indent + 2, step: 2, depth: depth + 1)
        if chance(1, in: 2) { mapping(indent: indent + 2, depth: 4) }
      case 4:
        out.append(blanks + "-" + trailing())
        mapping(indent: indent + 2, depth: depth + 1)
      default: blockScalar(blanks + "- ", indent: indent + 2)
      }
    }
  }

  private mutating func scalar(isInFlow: Bool) -> String {
    let common = [
      "plain", "30d", "1.10", "no", "0123", "'no'", "\"1.10\"", "\"quoted text\"", "'it''s'", "\"tab\\t\"", "~", "null",
      "\"\"", "''", "true", "\"a # b\"", "'x: y'", "\"ünïcode\"", "!!str 12", "\"eu-west-1\"", "s3:Get", "arn:aws:x",
      "\"arn:aws:iam::1:root\"", "$(account)", "\"$(self.key)-x\"",
    ]
    let block = [
      "plain, with [brackets]", "two words", "a#b", "http://x.example/y?z=1", "- dash".replacing("- ", with: "-"),
    ]
    return pick(isInFlow ? common : common + block)
  }

  private mutating func blockScalar(_ head: String, indent: Int) {
    let blanks = String(repeating: " ", count: indent)
    out.append(head + pick(["|", ">", "|-", ">-", "|+", ">+"]) + (chance(1, in: 6) ? " " + comment() : ""))
    for line in 0...Int(next() % 3) {
      if line > 0, chance(1, in: 4) { out.append("") }
      out.append(
        blanks + (line > 0 && chance(1, in: 3) ? "  " : "")
          + pick(["text: of", "# no comment", "a \"line\"", "- x", "{"]))
    }
    if chance(1, in: 4) { out.append("") }
  }

  private mutating func multiline(_ head: String, indent: Int) {
    let blanks = String(repeating: " ", count: indent)
    let quote = pick(["", "\"", "'"])
    out.append(head + quote + "first words")
    if chance(1, in: 3) { out.append("") }
    out.append(blanks + "and more" + quote + (quote.isEmpty ? "" : trailing()))
  }

  private mutating func flow(_ head: String, indent: Int) {
    let blanks = String(repeating: " ", count: indent)
    guard chance(1, in: 4) else {
      out.append(head + inlineFlow(2) + trailing())
      return
    }
    let isMapping = chance(1, in: 2)
    out.append(head + (isMapping ? "{" : "[") + trailing())
    for _ in 0...Int(next() % 3) {
      if chance(1, in: 5) { ownComment(indent) }
      if chance(1, in: 8) { out.append("") }
      out.append(blanks + (isMapping ? key() + ": " : "") + inlineFlow(1) + "," + trailing())
    }
    if chance(1, in: 6) { ownComment(indent) }
    out.append(blanks + (isMapping ? "}" : "]") + trailing())
  }

  private mutating func inlineFlow(_ depth: Int) -> String {
    guard depth > 0, chance(2, in: 3) else { return scalar(isInFlow: true) }
    let space = pick(["", " ", "  "])
    let count = Int(next() % (chance(1, in: 6) ? 12 : 4))
    if chance(1, in: 2) {
      return "[" + space + (0..<count).map { _ in inlineFlow(depth - 1) }.joined(separator: "," + pick([" ", "  "]))
        + space + "]"
    }
    return "{" + space + (0..<count).map { _ in key() + ": " + inlineFlow(depth - 1) }.joined(separator: ", ") + space
      + "}"
  }
}
