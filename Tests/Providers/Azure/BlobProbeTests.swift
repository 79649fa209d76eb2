import CooperProvider
import CooperTestSupport
import Testing

@testable import AzureProvider

@Suite("Azure: one blob of a check") struct BlobProbeTests {
  private let probe = BlobProbe.probe(AzureFixture.container(), "nights/cooper-check-1", Array("words".utf8))

  @Test("written as a block blob only where there is none; its version is told") func write() throws {
    let run = ProcedureRun(probe.write) { _ in Reply(201, headers: [Header("x-ms-version-id", "v1")]) }
    let call = try #require(run.calls.first)
    #expect(run.output == "v1" && call.method == .put && call.service == "blob")
    #expect(call.path.suffix(2) == ["nights", "cooper-check-1"])
    #expect(
      call.headers.contains(Header("If-None-Match", "*"))
        && call.headers.contains(Header("x-ms-blob-type", "BlockBlob")))
    #expect(ProcedureRun(probe.write) { _ in Reply(409) }.failure != nil)
    let action = ProcedureRun(probe.write) { _ in Reply(403) }.failure?.permission?.action
    #expect(action?.hasSuffix("/blobs/write") == true)
  }

  @Test("read, listed by its name, deleted, and its version removed") func rest() {
    #expect(ProcedureRun(probe.read) { _ in Reply(200, "words") }.output == Array("words".utf8))
    let listed = ProcedureRun(probe.list) { _ in Reply(200, "<EnumerationResults/>") }
    #expect(listed.calls.first?.query.contains(QueryItem("prefix", "nights/cooper-check-1")) == true)
    #expect(ProcedureRun(probe.delete) { _ in Reply(202) }.output == .some(nil))
    let removed = ProcedureRun(probe.remove("v1")) { _ in Reply(404) }
    #expect(removed.failure == nil && removed.calls.first?.query == [QueryItem("versionid", "v1")])
  }
}
