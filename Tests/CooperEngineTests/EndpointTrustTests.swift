import CooperModel
import CooperProvider
import CooperState
import Testing

@testable import CooperEngine

@Suite("Endpoints that get credentials") struct EndpointTrustTests {
  private struct Store: Connection {
    let site = Site(
      connection: "minio", type: "minio", endpoint: "https://minio.internal:9000", region: "us-east-1", account: nil)
    var chosenEndpoints: [String] { [site.endpoint] }
    let declaredAccount: String? = nil
    func attempt(_ call: Call) async throws(CallFailure) -> Reply { Reply(status: 200) }
    func transientFailure(_ reply: Reply, to call: Call) -> CallFailure? { nil }
    func url(for call: Call) -> String { "" }
    func identify() -> (any Procedure<SignedInIdentity>)? { nil }
    func identity(of name: String) -> PhysicalIdentity { PhysicalIdentity(endpoint: site.endpoint, name: name) }
  }

  private func state(_ lineage: String, serial: Int = 0, recorded: Bool = false) -> StateSnapshot {
    var state = StateSnapshot(lineage: lineage, serial: serial, project: "p")
    if recorded {
      state.connections["minio"] = RecordedConnection(
        type: "minio", endpoint: "https://other:9000", chosen: ["https://other:9000"], account: nil)
    }
    return state
  }

  private func refuses(_ state: StateSnapshot, confirmed: [String] = [], isStrict: Bool = false) -> Bool {
    EndpointTrust(state, confirmed: confirmed, isStrict: isStrict).refusal(of: Store()) != nil
  }

  @Test("the first use is trusted, also after a first run that died before it recorded anything") func firstUse() {
    #expect(!refuses(state("")))
    #expect(!refuses(state("a-lineage")))
  }

  @Test("strict, or with anything recorded, an address that nobody confirmed gets nothing") func refusals() {
    #expect(refuses(state(""), isStrict: true))
    #expect(refuses(state("a-lineage"), isStrict: true))
    #expect(refuses(state("a-lineage", serial: 1)))
    #expect(refuses(state("a-lineage", recorded: true)))
    #expect(refuses(state("a-lineage", serial: 3, recorded: true)))
  }

  @Test("what was confirmed outside the repository gets credentials") func confirmed() {
    #expect(!refuses(state("a-lineage", serial: 3, recorded: true), confirmed: ["https://MINIO.internal:9000/"]))
  }
}
