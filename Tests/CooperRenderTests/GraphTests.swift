import CooperRender
import Testing

@Suite("Drawings of a project")
struct GraphTests {
  private static let drawing = Drawing(
    title: "acme \"x\"",
    groups: [
      .init(key: "connections.b", title: "b (minio)"), .init(key: "connections.a", title: "a (aws, eu-west-1)"),
    ],
    boxes: [
      .init(key: "buckets.two", lines: ["buckets.two", "odd \"name\" <b>#;\\"], group: "connections.b"),
      .init(key: "buckets.one", lines: ["buckets.one"], mark: .create, group: "connections.a"),
      .init(key: "identities.r", lines: ["identities.r"], group: "connections.a"),
      .init(key: "buckets.alone", lines: ["buckets.alone"], mark: .existing, group: "connections.a"),
      .init(key: "connections.c", lines: ["connections.c"], mark: .unused),
    ],
    arrows: [
      .init(from: "buckets.two", to: "buckets.one", label: "replication"),
      .init(from: "buckets.one", to: "identities.r", label: "policy", isDashed: true),
      .init(from: "buckets.two", to: "buckets.one", label: "replication"),
      .init(from: "buckets.two", to: "buckets.nowhere", label: "x"),
    ])

  @Test("Mermaid: sorted, each arrow once, and no sign of a name means anything")
  func mermaid() {
    #expect(
      MermaidSink.render(Self.drawing) == """
        flowchart LR
          subgraph g0["a (aws, eu-west-1)"]
            n0["buckets.alone"]:::existing
            n1["buckets.one"]:::create
            n4["identities.r"]:::plain
          end
          subgraph g1["b (minio)"]
            n2["buckets.two<br/>odd #34;name#34; #60;b#62;#35;#59;#92;"]:::plain
          end
          n3["connections.c"]:::unused
          n1 -.->|"policy"| n4
          n2 -->|"replication"| n1
          classDef plain fill:#ffffff,stroke:#57606a,color:#1f2328
          classDef existing fill:#f6f8fa,stroke:#8c959f,color:#1f2328
          classDef unused fill:#f6f8fa,stroke:#d0d7de,color:#1f2328
          classDef create fill:#dafbe1,stroke:#1a7f37,color:#1f2328

        """)
  }

  /// The grammar of the part of Mermaid's flowcharts that is written here.
  @Test(
    "Mermaid: every line is one of the language's",
    arguments: ["a]b", "x\"]; click n0 \"javascript:1\"", "--> end", "ü\n|"])
  func mermaidGrammar(_ name: String) {
    let drawing = Drawing(
      title: name, groups: [.init(key: "g", title: name)],
      boxes: [.init(key: name, lines: [name, name], group: "g"), .init(key: "z", lines: [])],
      arrows: [.init(from: name, to: "z", label: name)])
    let text = #"[^"\]\[|`<>;&{}\n]|#[0-9]+;|<br/>"#
    let forms = [
      #"flowchart LR"#, #"  subgraph g[0-9]+\["(\#(text))*"\]"#, #"  end"#,
      #" {2,4}n[0-9]+\["(\#(text))*"\]:::[a-z]+"#, #"  n[0-9]+ (-->|-\.->)(\|"(\#(text))*"\|)? n[0-9]+"#,
      #"  classDef [a-z]+ fill:#[0-9a-f]{6},stroke:#[0-9a-f]{6},color:#[0-9a-f]{6}"#,
    ]
    for line in MermaidSink.render(drawing).split(separator: "\n") {
      let isKnown = forms.contains { form in (try? Regex(form).wholeMatch(in: line)) != nil }
      #expect(isKnown, "\(line)")
    }
  }

  @Test("DOT: quotes and backslashes of names are escaped")
  func dot() {
    let text = DOTSink.render(Self.drawing)
    #expect(text.hasPrefix("digraph \"acme \\\"x\\\"\" {\n"))
    #expect(text.contains("n2 [label=\"buckets.two\\nodd \\\"name\\\" <b>#;\\\\\", fillcolor=\"#ffffff\""))
    #expect(text.contains("  n1 -> n4 [label=\"policy\", style=dashed];\n"))
    #expect(text.contains("  subgraph cluster_1 {\n    label=\"b (minio)\";"))
  }

  @Test("Focus: what it needs and what needs it, over all steps, and nothing else")
  func focus() {
    let focused = Self.drawing.focused(on: "buckets.one")
    #expect(focused.boxes.map(\.key) == ["buckets.one", "buckets.two", "identities.r"])
    #expect(focused.groups.map(\.key) == ["connections.a", "connections.b"])
    #expect(focused.boxes[0].mark == .create, "what a plan does stays visible")
    let other = Self.drawing.focused(on: "identities.r")
    #expect(other.boxes.map(\.key) == ["buckets.one", "buckets.two", "identities.r"])
    #expect(other.boxes[2].mark == .focus)
    #expect(Self.drawing.focused(on: "buckets.alone").boxes.map(\.key) == ["buckets.alone"])
  }
}
