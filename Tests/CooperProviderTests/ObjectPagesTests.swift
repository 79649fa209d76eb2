import CooperProvider
import CooperTestSupport
import Testing

@Suite("What a bucket holds, by pages") struct ObjectPagesTests {
  /// Texts of one letter each; `-` stands for an empty page, `?` for an answer after which the same is asked in another way.
  private struct Letters: ObjectPages {
    var isAtEnd = false
    var asked = 0

    var call: Call { Call(.get, service: "t", query: [QueryItem("page", String(asked))], permissions: []) }

    mutating func read(_ reply: Reply) throws(CallFailure) -> [String]? {
      let text = String(decoding: reply.body, as: UTF8.self)
      guard reply.status == 200 else { throw CallFailure(.denied, code: "No", "no") }
      asked += 1
      isAtEnd = !text.hasSuffix("…")
      if text == "?" { return nil }
      return text.filter { $0.isLetter }.map(String.init)
    }

    mutating func restart() {
      asked = 0
      isAtEnd = false
    }

    static func size(of element: String) -> Int64 { 2 }
  }

  private typealias Deletion = EmptyObjects<Letters>.Deletion

  private static func one(_ letter: String) -> Deletion {
    let call = Call(.delete, service: "t", path: [letter], permissions: [])
    return Deletion(call) { (reply) throws(CallFailure) in
      guard reply.status == 204 else { throw CallFailure(.denied, code: "Held", letter) }
    }
  }

  /// A page with an x in it fits no batch.
  private static func batch(_ page: [String]) -> Deletion? {
    guard !page.contains("x") else { return nil }
    let call = Call(.post, service: "t", path: page, permissions: [])
    return Deletion(call) { (reply) throws(CallFailure) in
      if reply.status == 501 { throw CallFailure(.unsupported, code: "NoBatches", "no") }
      if reply.status != 200 { throw CallFailure(.denied, code: "Held", "no") }
    }
  }

  private func emptying(batches: Bool) -> EmptyObjects<Letters> {
    batches
      ? EmptyObjects(Letters(), what: "letters", example: "…", one: { Self.one($0) }, batch: { Self.batch($0) })
      : EmptyObjects(Letters(), what: "letters", example: "…", one: { Self.one($0) })
  }

  @Test("counted page by page; an empty page is not the last, and a limit ends it") func count() {
    var pages = ["abc…", "…", "?", "d"]
    let run = ProcedureRun(CountObjects(Letters(), limit: 10)) { _ in Reply(200, pages.removeFirst()) }
    #expect(run.output == Contents(objects: 4, bytes: 8) && run.calls.count == 4)
    pages = ["abc…", "d"]
    let limited = ProcedureRun(CountObjects(Letters(), limit: 2)) { _ in Reply(200, pages.removeFirst()) }
    #expect(limited.output == Contents(objects: 3, bytes: 6, complete: false) && limited.calls.count == 1)
    #expect(ProcedureRun(CountObjects(Letters(), limit: 2)) { _ in Reply(403) }.failure?.code == "No")
  }

  @Test("one by one from the first page, until nothing is listed; what is gone already is deleted") func singles() {
    var there: Set = ["a", "b", "c"]
    let run = ProcedureRun(emptying(batches: false)) { call in
      guard call.method == .delete else {
        return Reply(200, there.sorted().prefix(2).joined() + (there.count > 2 ? "…" : ""))
      }
      return there.remove(call.path[0]) == "a" ? Reply(404) : Reply(204)
    }
    #expect(run.output != nil && there.isEmpty)
    #expect(run.methods == [.get, .delete, .delete, .get, .delete, .get])
    #expect(emptying(batches: false).plannedCalls.map(\.method) == [.get, .delete])
    #expect(emptying(batches: true).plannedCalls.map(\.method) == [.get, .post])
  }

  @Test("by batches where they are taken and hold the page; refused as unknown, one by one from then on") func batches()
  {
    var there: Set = ["a", "b", "x"]
    let run = ProcedureRun(emptying(batches: true)) { call in
      switch call.method {
      case .get: return Reply(200, there.sorted().prefix(2).joined())
      case .post: return Reply(501)
      default:
        there.remove(call.path[0])
        return Reply(204)
      }
    }
    #expect(run.methods == [.get, .post, .delete, .delete, .get, .delete, .get] && there.isEmpty)
    let held = ProcedureRun(emptying(batches: true)) { call in call.method == .get ? Reply(200, "a") : Reply(403) }
    #expect(held.failure?.code == "Held" && held.calls.count == 2)
  }

  @Test("what is listed again and again after its deletion ends it") func noProgress() {
    let run = ProcedureRun(emptying(batches: false)) { call in call.method == .get ? Reply(200, "a") : Reply(204) }
    #expect(run.failure?.code == "NotEmptied" && run.failure?.kind == .conflict && run.calls.count == 11)
  }
}
