import CooperDiagnostics
import CooperTestSupport
import Testing

/// Renders a diagnostic that points at the first mark of a text.
private func report(
  _ marked: String, _ message: String = "message", name: String = "test.yaml", notes: [Diagnostic.Note] = [],
  fix: [String] = [], hidesSource: Bool = false, colour: Bool = false, severity: Severity = .error
) -> String {
  let text = MarkedYAML(marked, name: name)
  var sources = SourceMap()
  _ = sources.add(text.source)
  let diagnostic = Diagnostic(
    "TST0001", severity, message, at: text.ranges.first, notes: notes, fix: fix, hidesSource: hidesSource)
  return TextReport(sources, colour: colour).render([diagnostic])
}

@Suite("text report")
struct TextReportTests {
  @Test("looks like the first sample of the ideal output")
  func idealOutput() {
    let marked = MarkedYAML(String(repeating: "#\n", count: 8) + "    ⟦cors⟧:\n", name: "teams/web.yaml")
    var sources = SourceMap()
    _ = sources.add(marked.source)
    let diagnostic = Diagnostic(
      "CFG0031", .error, "\"cors\" has no value", at: marked.ranges.first,
      notes: [.init("cleared, or not managed? An empty key could mean either.")],
      fix: [
        "write  cors: []     to delete the rules on the bucket",
        "write  cors: null   to leave them alone (profile \"web\", profiles.yaml:22)",
      ])
    #expect(
      TextReport(sources).render([diagnostic]) == """
        error CFG0031: "cors" has no value              teams/web.yaml:9:5
           9 |     cors:
             |     ^^^^ cleared, or not managed? An empty key could mean either.
          write  cors: []     to delete the rules on the bucket
          write  cors: null   to leave them alone (profile "web", profiles.yaml:22)

        """)
  }

  @Test("a diagnostic without a place has neither line nor carets")
  func withoutPlace() {
    let text = TextReport(SourceMap()).render([
      Diagnostic("AWS0007", .warning, "wrong account", notes: [.init("a note")])
    ])
    #expect(text == "warning AWS0007: wrong account\n  a note\n")
  }

  @Test("a note with a place names it, a long first note stands below the carets")
  func notes() {
    let marked = MarkedYAML("⟦a⟧: 1\n⟦a⟧: 2\n")
    var sources = SourceMap()
    _ = sources.add(marked.source)
    let long = String(repeating: "words ", count: 15) + "end"
    let diagnostic = Diagnostic(
      "TST0001", .error, "twice", at: marked.ranges[1],
      notes: [.init(long), .init("first written here", at: marked.ranges[0])])
    #expect(
      TextReport(sources).render([diagnostic]) == """
        error TST0001: twice                            test.yaml:2:1
           2 | a: 2
             | ^
          words words words words words words words words words words words words words
          words words end
          first written here  test.yaml:1:1

        """)
  }

  @Test("a long message is broken, and the place follows where it fits")
  func longMessage() {
    let message = String(repeating: "word ", count: 18) + "end"
    #expect(
      report("⟦a⟧: 1\n", message) == """
        error TST0001: word word word word word word word word word word word word
          word word word word word word end  test.yaml:1:1
           1 | a: 1
             | ^

        """)
    let name = String(repeating: "directory/", count: 7) + "file.yaml"
    #expect(report("⟦a⟧: 1\n", name: name).hasPrefix("error TST0001: message\n  \(name):1:1\n"))
  }

  @Test("tabs show as arrows in the indentation, wide letters move the carets by two columns")
  func tabsAndWidth() {
    #expect(report("\t⟦\tx⟧: 1\n").contains("   1 | →   →   x: 1\n     |     ^^^^^\n"))
    #expect(report("漢字: ⟦é\u{301}x⟧\n").contains("   1 | 漢字: é\u{301}x\n     |       ^^\n"))
    #expect(report("a: ⟦😀⟧ b\n").contains("     |    ^^\n"))
  }

  @Test(
    "every caret line of a long line stands within 80 columns and under its text", arguments: [0, 5, 40, 70, 100, 4990])
  func longLine(_ offset: Int) throws {
    let line = String(repeating: "x", count: offset) + "⟦HERE⟧" + String(repeating: "y", count: 5000 - offset)
    let lines = report(line).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 80 })
    let text = try #require(lines.first { $0.hasPrefix("   1 |") })
    let carets = try #require(lines.first { $0.hasPrefix("     |") })
    let start = try #require(carets.firstIndex(of: "^"))
    let column = carets.distance(from: carets.startIndex, to: start)
    #expect(text.dropFirst(column).hasPrefix("HERE"))
    #expect(carets.count { $0 == "^" } == 4)
    #expect(text.contains("…"))
  }

  @Test("a range over several lines is marked to the end of the first, one behind the line with one caret")
  func otherRanges() {
    #expect(report("a: ⟦[x,\n  y]⟧\n").contains("   1 | a: [x,\n     |    ^^^\n"))
    #expect(report("a:⟦⟧\n").contains("   1 | a:\n     |   ^\n"))
    #expect(report("a: 1\n⟦⟧").contains("   2 |\n     | ^\n"))
    #expect(report("\r\n⟦a⟧: 1\r\n").contains("   2 | a: 1\n     | ^\n"))
  }

  @Test("a line that may hold a secret is left out; its place and the note stay")
  func hidden() {
    let text = report("password: ⟦hunter2⟧\n", notes: [.init("plain text")], hidesSource: true)
    #expect(text == "error TST0001: message                          test.yaml:1:11\n  plain text\n")
  }

  @Test("a hidden line stays hidden when another line of its file is shown")
  func hiddenBesideShown() {
    let marked = MarkedYAML("⟦a⟧: 1\npassword: ⟦hunter2⟧\n")
    var sources = SourceMap()
    _ = sources.add(marked.source)
    let found = [
      Diagnostic("TST0001", .error, "shown", at: marked.ranges[0]),
      Diagnostic("TST0002", .error, "hidden", at: marked.ranges[1], hidesSource: true),
    ]
    let text = TextReport(sources).render(found)
    #expect(text.contains("1 | a: 1"))
    #expect(!text.contains("hunter2"))
  }

  @Test("what acts on a terminal is replaced in lines, messages, notes, fixes and file names")
  func terminalControls() {
    let evil = "\u{1B}[2J\u{202E}\u{9B}"
    let text = report("a: ⟦\(evil)⟧\n", evil, name: evil, notes: [.init(evil)], fix: [evil])
    #expect(!text.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x202E || $0.value == 0x9B })
    #expect(text.contains("\u{FFFD}[2J"))
  }

  @Test("colour is only there when asked for")
  func colour() {
    #expect(!report("⟦a⟧: 1\n").contains("\u{1B}"))
    let text = report("⟦a⟧: 1\n", colour: true, severity: .warning)
    #expect(text.hasPrefix("\u{1B}[1;33mwarning TST0001:\u{1B}[0m message"))
    #expect(text.contains("\u{1B}[1;33m^\u{1B}[0m"))
  }

  @Test("findings are sorted by file and place, equals keep their order, those without a place come last")
  func order() {
    var sources = SourceMap()
    let b = sources.add(SourceText(name: "b.yaml", text: "x\ny\n"))
    let a = sources.add(SourceText(name: "a.yaml", text: "x\ny\n"))
    func at(_ id: SourceID, _ line: Int) -> SourceRange {
      let place = SourcePosition(line: line, column: 1)
      return SourceRange(source: id, start: place, end: place)
    }
    let found = [
      Diagnostic("T1", .error, "none"), Diagnostic("T2", .error, "", at: at(b, 2)),
      Diagnostic("T3", .note, "", at: at(b, 1)),
      Diagnostic("T4", .error, "", at: at(a, 2)), Diagnostic("T5", .warning, "", at: at(a, 2)),
    ]
    #expect(found.inReportOrder(sources).map(\.code.text) == ["T4", "T5", "T3", "T2", "T1"])
    #expect(found.tally == "3 errors, 1 warning, 1 note")
  }
}
