import CooperDiagnostics
import CooperSyntax
import Testing

@Suite("Formatting any text")
struct FormatPropertyTests {
  static let order: MappingOrder = MappingOrder(
    places: { mapping in
      let names = [
        "cooper", "name", "connections", "buckets", "moved", "description", "connection", "region", "deletion",
        "versioning", "cors", "lifecycle", "tags",
      ]
      var places: [Int] = []
      for key in mapping.keys {
        if let place = names.firstIndex(of: key) {
          places.append(place)
        } else if key.hasPrefix("x-") {
          places.append(-1)
        } else {
          return nil
        }
      }
      return places
    }, within: { _, _ in Self.order }, element: { Self.order })

  static func formatted(_ text: String) -> Diagnosed<[UInt8]> {
    YAMLFormat.formatted(SourceText(name: "any.yaml", text: text), id: SourceID(0), order: order)
  }

  /// 2,000 texts in 20 tests.
  @Test("is idempotent, keeps the meaning, and keeps each comment beside its node", arguments: 0..<20)
  func properties(_ block: UInt64) throws {
    var readable = 0
    for seed in (block * 100 + 1)...(block * 100 + 100) {
      var generator = FormatGenerator(seed: seed)
      let text = generator.file()
      let before = parse(SourceText(name: "a", text: text), id: SourceID(0))
      guard !before.hasErrors, let meaning = before.value else { continue }
      readable += 1
      let result = Self.formatted(text)
      guard let bytes = result.value else {
        Issue.record("seed \(seed): \(result.diagnostics.map(\.message))\n\(text)")
        continue
      }
      let new = String(decoding: bytes, as: UTF8.self)
      let again = Self.formatted(new).value.map { String(decoding: $0, as: UTF8.self) }
      #expect(again == new, "seed \(seed) is not idempotent\n\(text)\n=>\n\(new)\n=>\n\(again ?? "")")
      let after = parse(SourceText(name: "b", text: new), id: SourceID(0))
      #expect(
        after.value?.map(Meaning.init) == meaning.map(Meaning.init),
        "seed \(seed) means something else\n\(text)\n=>\n\(new)")
      #expect(new.contains("\r\n") == text.contains("\r\n"))
      let misplaced = CommentPlaces.moved(text, new)
      #expect(misplaced == [], "seed \(seed): \(misplaced)\n\(text)\n=>\n\(new)")
    }
    #expect(readable >= 75, "the generator writes too much that can't be read")
  }
}

/// A tree without places and styles, with what decides whether a scalar is text; independent of the formatter's own check.
private struct Meaning: Equatable {
  indirect enum Tree: Equatable {
    case missing
    case text(String)
    /// Without quotes, so that it might be a number, a flag or nothing.
    case plain(String)
    case list([Tree])
    case map([String: Tree])
  }

  let tree: Tree

  init(_ node: SyntaxNode) { tree = Self.tree(node) }

  private static let words = ["null", "~", "true", "false", "no", "yes", "on", "off", "Null", "NULL", ""]

  private static func tree(_ node: SyntaxNode) -> Tree {
    switch node.content {
    case .missing: return .missing
    case .scalar(let scalar):
      let isSpecial = words.contains(scalar.text) || scalar.text.first.map { "+-.0123456789".contains($0) } ?? true
      let isCount = scalar.text == "30d"
      return isSpecial && !isCount && scalar.style == .plain && scalar.tag == nil
        ? .plain(scalar.text) : .text(scalar.text)
    case .sequence(let elements): return .list(elements.map(tree))
    case .mapping(let entries):
      return .map(Dictionary(entries.map { ($0.key, tree($0.value)) }, uniquingKeysWith: { first, _ in first }))
    }
  }
}
