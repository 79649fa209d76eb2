import CooperDiagnostics
import CooperTestSupport
import Foundation
import Testing

@Suite("reports for programs")
struct MachineReportTests {
  private let marked = MarkedYAML("a: ⟦1⟧\nb: ⟦[x,\n  y]⟧\n", name: "dir,a:b/50%.yaml")
  private var sources: SourceMap {
    var sources = SourceMap()
    _ = sources.add(marked.source)
    return sources
  }

  @Test("JSON has every key for every finding")
  func json() {
    let diagnostic = Diagnostic(
      "TST0001", .warning, "say \"é\" \\ \n\u{1}", at: marked.ranges[0],
      notes: [.init("why"), .init("there", at: marked.ranges[1])], fix: ["do this", "or that"])
    let place = #""file":"dir,a:b/50%.yaml","line":"#
    #expect(
      JSONReport(sources).render([diagnostic, Diagnostic("TST0002", .error, "none")]) == """
        [
          {"code":"TST0001","severity":"warning","message":"say \\"é\\" \\\\ \\n\\u0001",\(place)1,"column":4,"endLine":1,\
        "endColumn":5,"notes":[{"message":"why","file":null,"line":null,"column":null,"endLine":null,"endColumn":null},\
        {"message":"there",\(place)2,"column":4,"endLine":3,"endColumn":5}],"fix":["do this","or that"],"address":null},
          {"code":"TST0002","severity":"error","message":"none","file":null,"line":null,"column":null,"endLine":null,\
        "endColumn":null,"notes":[],"fix":[],"address":null}
        ]

        """)
    #expect(JSONReport(sources).render([]) == "[]\n")
  }

  @Test("JSON of any text is read back by an independent reader", arguments: 0..<50)
  func jsonRoundTrip(_ seed: UInt32) throws {
    var state = seed &* 2_654_435_761 | 1
    var text = String.UnicodeScalarView()
    for _ in 0..<40 {
      state = state &* 1_664_525 &+ 1_013_904_223
      if let scalar = Unicode.Scalar((state >> 8) % (seed % 2 == 0 ? 0xA0 : 0x11_0000)) { text.append(scalar) }
    }
    let json = JSONReport(sources).render([Diagnostic("TST0001", .error, String(text))])
    let objects = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]]
    #expect((objects?.first?["message"] as? String)?.utf8.elementsEqual(String(text).utf8) == true)
  }

  @Test("annotations escape properties and data as GitHub wants")
  func annotations() {
    let found = [
      Diagnostic("TST0001", .error, "100% wrong: a, b", at: marked.ranges[0], fix: ["line\r\nnext"]),
      Diagnostic("TST0002", .warning, "wide", at: marked.ranges[1], notes: [.init("see", at: marked.ranges[0])]),
      Diagnostic("TST0003", .note, "none"),
    ]
    #expect(
      AnnotationReport(sources).render(found) == """
        ::error file=dir%2Ca%3Ab/50%25.yaml,line=1,col=4,endColumn=4,title=TST0001::100%25 wrong: a, b%0Aline%0D%0Anext
        ::warning file=dir%2Ca%3Ab/50%25.yaml,line=2,endLine=3,title=TST0002::wide%0Asee  dir,a:b/50%25.yaml:1:4
        ::notice title=TST0003::none

        """)
  }

  @Test("no report for programs holds source text")
  func noSource() {
    let secret = MarkedYAML("password: ⟦hunter2⟧\n")
    var sources = SourceMap()
    _ = sources.add(secret.source)
    let found = [Diagnostic("TST0001", .error, "plain text", at: secret.ranges[0])]
    #expect(!JSONReport(sources).render(found).contains("hunter2"))
    #expect(!AnnotationReport(sources).render(found).contains("hunter2"))
  }
}
