import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import KubernetesProvider

@Suite("Buckets in a cluster") struct BucketTests {
  private let golden = Golden()

  private func calls(_ effect: Effect, _ answer: (Call) -> Reply) throws -> String {
    guard case .procedure(let procedure) = effect.content else { return "no procedure" }
    let run = ProcedureRun(procedure, answer)
    #expect(run.failure == nil)
    return run.calls.map(\.shown).joined(separator: "\n")
  }

  @Test("CZ-01, CZ-02: the calls that make a bucket of Cozystack, in both flavours") func cozystackCalls() throws {
    for (name, value) in [
      ("cozystack.b.txt", Cluster.cozystack),
      ("cozystack.a.txt", ["namespace": "tenant-acme", "flavour": "A"]),
      ("cozystack.locked.txt", ["namespace": "tenant-acme", "locking": true, "storagePool": "fast"]),
    ] as [(String, Value)] {
      let target = Cluster.bucket(Maker("cozystack", value))
      let model = try CozystackBucket(value: value)
      let effect = try CozystackObject.write(FacetChange(before: nil, after: model), on: target)
      let reply = Cluster.object("Bucket", ["spec": model.spec ?? [:]])
      #expect(golden.difference(try calls(effect) { _ in reply }, name) == nil)
    }
  }

  @Test("The calls of a claim and its access, in both versions of COSI") func cosiCalls() throws {
    for version in ["v1alpha1", "v1alpha2"] {
      let value: Value = [
        "namespace": "apps", "version": .string(version), "bucketClass": "fast",
        "access": ["app": ["accessClass": "s3", "secret": "app-s3"]],
      ]
      let target = Cluster.bucket(Maker("cosi", value))
      let effect = try COSIObjects.write(
        FacetChange(before: nil, after: try COSIBucket(value: value)), on: target)
      let text = try calls(effect) { _ in Cluster.object("BucketClaim", [:]) }
      #expect(golden.difference(text, "cosi.\(version).txt") == nil)
    }
  }

  @Test("CZ-02: a Cozystack that drops the users is told as what it is") func dropped() throws {
    let model = try CozystackBucket(value: Cluster.cozystack)
    let target = Cluster.bucket(Maker("cozystack", Cluster.cozystack))
    let effect = try CozystackObject.write(FacetChange(before: nil, after: model), on: target)
    guard case .procedure(let procedure) = effect.content else { return }
    let run = ProcedureRun(procedure) { _ in Cluster.object("Bucket", [:]) }
    #expect(run.failure?.code == "K8S0012")
  }

  @Test("CZ-07: lock and pool are chosen once; users may change") func choices() throws {
    let target = Cluster.bucket(Maker("cozystack", Cluster.cozystack))
    let before = try CozystackBucket(value: Cluster.cozystack)
    var after = before
    after.locking = true
    #expect(throws: CallFailure.self) {
      try CozystackObject.write(FacetChange(before: before, after: after), on: target)
    }
    after.locking = nil
    after.users?["audit"] = nil
    let risks = CozystackObject.risks(FacetChange(before: before, after: after), on: target)
    #expect(risks.map(\.message) == ["the keys of user audit end; who uses them loses access"])
    #expect((try? CozystackObject.write(FacetChange(before: before, after: after), on: target)) != nil)
  }

  @Test("Only what Cooper applied or speaks of is compared; others' users are theirs") func ownership() throws {
    let target = Cluster.bucket(Maker("cozystack", Cluster.cozystack))
    let spec: Value = [
      "users": ["velero": [:], "audit": ["readonly": true], "flux": [:], "old": [:]], "storagePool": "x",
    ]
    let managed: Value = [
      Cluster.managed("flux", ["f:spec": ["f:users": ["f:flux": [:]], "f:storagePool": [:]]]),
      Cluster.managed("cooper", ["f:spec": ["f:users": ["f:velero": [:], "f:old": [:]]]]),
      Cluster.managed("cooper", ["f:spec": ["f:users": ["f:flux": [:]]]], "Update"),
    ]
    let run = ProcedureRun(CozystackObject.read(target)) { _ in
      Cluster.object("Bucket", ["spec": spec], managed: managed)
    }
    guard case .present(let model)? = run.output else {
      Issue.record("not read: \(String(describing: run.failure))")
      return
    }
    #expect(model.users?.keys.sorted() == ["audit", "old", "velero"])
    #expect(model.storagePool == nil && model.ownedBy == nil)
    #expect(run.methods == [.get])
  }

  @Test("A difference is tried without keeping it, and says who owns the fields; with that, applying takes over")
  func conflict()
    throws
  {
    let target = Cluster.bucket(Maker("cozystack", Cluster.cozystack))
    let cause: Value = [
      "reason": "FieldManagerConflict", "message": #"conflict with "flux" using apps.cozystack.io/v1alpha1"#,
      "field": ".spec.users.velero.readonly",
    ]
    let run = ProcedureRun(CozystackObject.read(target)) { call in
      call.method == .patch
        ? Cluster.status(409, "Conflict", causes: [cause])
        : Cluster.object("Bucket", ["spec": ["users": ["velero": ["readonly": true], "audit": ["readonly": true]]]])
    }
    #expect(run.methods == [.get, .patch])
    #expect(run.calls.last?.query.contains(QueryItem("dryRun", "All")) == true)
    #expect(run.calls.last?.query.contains(QueryItem("force", "true")) == false)
    guard case .present(let before)? = run.output else { throw CallFailure(.invalid, code: "x", "not read") }
    #expect(before.ownedBy == ["spec.users.velero.readonly": "flux"])
    let after = try CozystackBucket(value: Cluster.cozystack)
    let risk = try #require(CozystackObject.risks(FacetChange(before: before, after: after), on: target).first)
    #expect(risk.kind == .overwrites && risk.needsConsent)
    #expect(risk.message.hasPrefix("spec.users.velero.readonly is owned by flux"))
    let effect = try CozystackObject.write(FacetChange(before: before, after: after), on: target)
    #expect(try calls(effect) { _ in Cluster.object("Bucket", ["spec": after.spec ?? [:]]) }.contains("force=true"))
  }

  @Test("A conflict at the moment of applying names each field and its owner") func lateConflict() throws {
    let target = Cluster.bucket(Maker("cozystack", Cluster.cozystack))
    let model = try CozystackBucket(value: Cluster.cozystack)
    let causes: [Value] = ["spec.storagePool", "spec.users"].map { field in
      ["reason": "FieldManagerConflict", "message": #"conflict with "argocd" using v1"#, "field": .string("." + field)]
    }
    let effect = try CozystackObject.write(FacetChange(before: model, after: model), on: target)
    guard case .procedure(let procedure) = effect.content else { return }
    let run = ProcedureRun(procedure) { _ in Cluster.status(409, "Conflict", causes: causes) }
    #expect(run.failure?.kind == .conflict && run.failure?.code == "K8S0010")
    #expect(
      run.failure?.message.hasPrefix(
        "spec.storagePool is owned by argocd, spec.users is owned by argocd; nothing was changed")
        == true)
  }

  @Test("403 is unknown, 404 of the object absent, a sign-in page no answer") func presence() {
    let target = Cluster.bucket(Maker("cozystack", Cluster.cozystack))
    #expect(ProcedureRun(ClusterBucket.find(target)) { _ in Cluster.notFound }.output == .absent)
    let denied = ProcedureRun(ClusterBucket.find(target)) { _ in Cluster.status(403, "Forbidden") }.failure
    #expect(denied?.kind == .denied && denied?.permission?.action == "get")
    let page = ProcedureRun(ClusterBucket.find(target)) { _ in Reply(200, "<html>sign in</html>") }.failure
    #expect(page?.kind == .protocolBroken)
    var nothing = target
    nothing.maker = nil
    #expect(ProcedureRun(ClusterBucket.find(nothing)) { _ in Cluster.notFound }.failure?.code == "K8S0019")
  }

  @Test("Only the very object is deleted, and waited for") func deletion() {
    let target = Cluster.bucket(Maker("cozystack", Cluster.cozystack), outputs: ["uid": "u-1"])
    var isThere = true
    let run = ProcedureRun(ClusterBucket.delete(target)) { call in
      if call.method == .delete {
        isThere = false
        return Cluster.status(200, "Success")
      }
      return isThere ? Cluster.object("Bucket", [:]) : Cluster.notFound
    }
    #expect(run.methods == [.get, .delete, .get] && run.failure == nil)
    let body = String(decoding: run.calls[1].body, as: UTF8.self)
    #expect(body.contains(#""preconditions":{"resourceVersion":"7","uid":"u-1"}"#))

    let other = ProcedureRun(ClusterBucket.delete(target)) { _ in Cluster.object("Bucket", [:], uid: "u-2") }
    #expect(other.failure?.code == "K8S0011" && other.methods == [.get])
    let changed = ProcedureRun(ClusterBucket.delete(target)) { call in
      call.method == .delete ? Cluster.status(409, "Conflict") : Cluster.object("Bucket", [:])
    }
    #expect(changed.failure?.kind == .stale)
  }

  @Test("R-12, CZ-07: data goes with the bucket unless it was made with a lock") func data() {
    #expect(ClusterBucket.kind.keepsData(Cluster.bucket(Maker("cozystack", Cluster.cozystack))) == nil)
    let locked = Cluster.bucket(Maker("cozystack", ["namespace": "t", "locking": true]))
    #expect(ClusterBucket.kind.keepsData(locked)?.contains("CZ-07") == true)
    let count = ProcedureRun(ClusterBucket.kind.contents(locked, 10)) { _ in Cluster.notFound }
    #expect(count.failure?.kind == .unsupported)
  }
}
