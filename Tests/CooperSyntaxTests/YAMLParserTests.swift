import CooperDiagnostics
import CooperSyntax
import CooperTestSupport
import Testing

/// Parses a text that has no faults.
private func documents(_ text: String, limits: SyntaxLimits = .standard) throws -> [SyntaxNode] {
  let result = parse(SourceText(name: "test.yaml", text: text), id: SourceID(0), limits: limits)
  #expect(result.diagnostics == [])
  return try #require(result.value)
}

/// A short form of a node without places.
private func short(_ node: SyntaxNode) -> String {
  switch node.content {
  case .missing: "∅"
  case .scalar(let scalar): scalar.text
  case .sequence(let elements): "[" + elements.map(short).joined(separator: ",") + "]"
  case .mapping(let entries): "{" + entries.map { $0.key + ":" + short($0.value) }.joined(separator: ",") + "}"
  }
}

@Suite("YAML parser")
struct YAMLParserTests {
  @Test(
    "structure",
    arguments: [
      ("", []), ("# only a comment\n", []), ("a", ["a"]), ("---\n", ["∅"]),
      ("a: 1\n---\nb: 2\n...\n", ["{a:1}", "{b:2}"]),
      ("a:\nb: null\nc: ~\nd: ''\n", ["{a:∅,b:null,c:~,d:}"]), ("- a\n-\n- b\n", ["[a,∅,b]"]),
      ("{a, b: }", ["{a:∅,b:∅}"]),
      ("1: a\nnull: b\ntrue: c\n'': d\n", ["{1:a,null:b,true:c,:d}"]), ("? a\n? b\n", ["{a:∅,b:∅}"]),
      ("a: &x [1, 2]\nb: *x\n", ["{a:[1,2],b:[1,2]}"]), ("a: &k key\n*k : 1\n", ["{a:key,key:1}"]),
      ("a: &x 1\nb: &x 2\nc: *x\n", ["{a:1,b:2,c:2}"]), ("a: &x\nb: *x\n", ["{a:∅,b:∅}"]),
      ("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\n", ["{a:{x:1,y:2},b:{y:3,x:1}}"]),
      ("a: &a {x: 1}\nb: &b {x: 2, y: 3}\nc: {<<: [*a, *b], z: 4}\n", ["{a:{x:1},b:{x:2,y:3},c:{z:4,x:1,y:3}}"]),
      ("a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: *b}\n", ["{a:{x:1},b:{y:2,x:1},c:{y:2,x:1}}"]),
      ("a: {\"<<\": 1}\n", ["{a:{<<:1}}"]), ("a: {<<: {x: 1}, y: 2}\n", ["{a:{y:2,x:1}}"]),
      ("\u{FEFF}a: 1\n", ["{a:1}"]),
      ("a: 1\r\nb: 2\r\n", ["{a:1,b:2}"]), ("a:\t1\n", ["{a:1}"]), ("a: |\n  x\n  \ty\n", ["{a:x\n\ty\n}"]),
      ("&a [&a x, *a]", ["[x,x]"]), ("- &a [&a x]\n- *a\n", ["[[x],x]"]),
    ] as [(String, [String])])
  func structure(_ text: String, _ expected: [String]) throws {
    #expect(try documents(text).map(short) == expected)
  }

  @Test("scalars keep text, style and core tag")
  func scalars() throws {
    let text =
      "- no\n- 'no'\n- \"a\\tb\"\n- |\n  x\n- >\n  y\n- !!str 1\n- ! 2\n- !!null\n- !!str\n- !<tag:yaml.org,2002:int> 3\n"
    let elements = try #require(try documents(text).first?.elements)
    #expect(
      elements.map(\.scalar) == [
        .init("no"), .init("no", style: .singleQuoted), .init("a\tb", style: .doubleQuoted),
        .init("x\n", style: .literal),
        .init("y\n", style: .folded), .init("1", tag: "!!str"), .init("2", tag: "!!str"), .init("null", tag: "!!null"),
        .init("", tag: "!!str"), .init("3", tag: "!!int"),
      ])
    #expect(elements[7].isNull)
  }

  /// Each text marks its nodes in the order in which they are listed by `ranges(of:)`.
  @Test(
    "ranges are exact",
    arguments: [
      "⟦⟦a⟧: ⟦1⟧⟧\n", "# comment\n⟦⟦é漢😀⟧: ⟦\"ü\"⟧⟧  # comment\n", "⟦⟦a⟧: ⟦[⟦x⟧, ⟦'y z'⟧ ]⟧⟧ \n",
      "⟦⟦a⟧:\n  ⟦⟦b⟧: ⟦1⟧\n  ⟦c⟧: ⟦{⟦d⟧: ⟦2⟧}⟧⟧⟧\n\n# comment\n",
      "⟦- ⟦x⟧\n- ⟦⟦y⟧: ⟦1⟧⟧⟧\n\n", "⟦⟦a⟧: ⟦|\n  text\n  more⟧\n\n\n⟦b⟧: ⟦>\n  end⟧⟧\n", "⟦⟦a⟧:⟦⟧\n⟦b⟧: ⟦1⟧⟧\n",
      "⟦⟦a⟧: ⟦long\n  text⟧⟧\n",
      "⟦⟦a⟧: &x ⟦text⟧\n⟦b⟧: ⟦*x⟧⟧\n", "⟦⟦a⟧: !!str ⟦text⟧⟧\n",
    ])
  func exactRanges(_ text: String) throws {
    let marked = MarkedYAML(text)
    let result = parse(marked.source, id: SourceID(0))
    #expect(result.diagnostics == [])
    let found = result.value.map { $0.flatMap(ranges) } ?? []
    #expect(found.map(\.description) == marked.ranges.map(\.description))
  }

  private func ranges(of node: SyntaxNode) -> [SourceRange] {
    switch node.content {
    case .missing, .scalar: [node.range]
    case .sequence(let elements): [node.range] + elements.flatMap(ranges)
    case .mapping(let entries): [node.range] + entries.flatMap { [$0.keyRange] + ranges(of: $0.value) }
    }
  }

  @Test("merged entries and the inside of aliases keep the place where they were written; an alias has its own")
  func placesOfAliases() throws {
    let marked = MarkedYAML("a: &a\n  ⟦x⟧: ⟦1⟧\nb:\n  <<: *a\nc: ⟦*a⟧\n")
    let document = try #require(parse(marked.source, id: SourceID(0)).value?.first)
    let merged = try #require(document["b"]?.value["x"])
    #expect([merged.keyRange, merged.value.range] == Array(marked.ranges[0...1]))
    let alias = try #require(document["c"]?.value)
    #expect(alias.range == marked.ranges[2])
    #expect(alias["x"]?.keyRange == marked.ranges[0])
  }

  @Test("large mappings find duplicates too", arguments: [5, 13, 200])
  func largeMapping(_ count: Int) {
    let text = (0..<count).map { "k\($0): \($0)\n" }.joined() + "k\(count / 2): again\n"
    let result = parse(SourceText(name: "t.yaml", text: text), id: SourceID(0))
    #expect(result.diagnostics.map(\.code) == ["YML0010"])
    #expect(result.diagnostics.first?.notes.last?.range?.start.line == UInt32(count / 2 + 1))
    #expect(result.value?.first?.entries?.count == count)
  }
}

extension SourceRange {
  fileprivate var description: String { "\(start.line):\(start.column)-\(end.line):\(end.column)" }
}
