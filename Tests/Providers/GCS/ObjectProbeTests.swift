import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import GCSProvider

@Suite("GCS: one object of a check") struct ObjectProbeTests {
  private let probe = GCSObjectProbe.probe(GCSFixture.target(), "nights/cooper-check-1", Array("words".utf8))

  @Test("written only where there is none, to the path for contents; its generation is told") func write() throws {
    let run = ProcedureRun(probe.write) { _ in .json(["kind": "storage#object", "generation": "17"]) }
    let call = try #require(run.calls.first)
    #expect(run.output == "17" && call.method == .post && call.body == Array("words".utf8))
    #expect(call.query.contains(QueryItem("ifGenerationMatch", "0")))
    #expect(
      GCSAddressing(endpoint: nil).url(of: call)
        == "https://storage.googleapis.com/upload/storage/v1/b/acme-data/o?uploadType=media&name=nights%2Fcooper-check-1"
        + "&ifGenerationMatch=0")
    #expect(ProcedureRun(probe.write) { _ in .google(412, "conditionNotMet") }.failure != nil)
    #expect(
      ProcedureRun(probe.write) { _ in .google(403, "forbidden") }.failure?.permission?.action
        == "storage.objects.create")
    #expect(ProcedureRun(probe.write) { _ in Reply(200, "<html>") }.failure?.kind == .protocolBroken)
  }

  @Test("read, deleted and removed by generation; gone already is done") func rest() {
    let read = ProcedureRun(probe.read) { _ in Reply(200, "words") }
    #expect(read.output == Array("words".utf8) && read.calls.first?.query == [QueryItem("alt", "media")])
    #expect(ProcedureRun(probe.delete) { _ in Reply(204) }.output == .some(nil))
    let removed = ProcedureRun(probe.remove("17")) { _ in .google(404, "notFound") }
    #expect(removed.failure == nil && removed.calls.first?.query == [QueryItem("generation", "17")])
    #expect(ProcedureRun(probe.list) { _ in .json(["kind": "storage#objects"]) }.failure == nil)
    #expect(ProcedureRun(probe.list) { _ in .json(["kind": "storage#bucket"]) }.failure?.kind == .unsupported)
  }
}
