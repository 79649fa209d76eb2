import CooperModel
import CooperPlan
import CooperProvider
import CooperSchema
import Testing

/// `shared: [policy]`: statements belong to the project by their Sid, all others to somebody else.
@Suite("Planner: a policy that is shared by statement")
struct SharedPolicyTests {
  private static func statement(_ sid: String, _ action: String = "s3:GetObject", service: String? = nil) -> Value {
    let who: Value = service.map { ["Service": .string($0)] } ?? ["AWS": "arn:aws:iam::111122223333:root"]
    return [
      "Sid": .string(sid), "Effect": "Allow", "Principal": who, "Action": .string(action),
      "Resource": "arn:aws:s3:::a/*",
    ]
  }

  private static func policy(_ statements: Value..., version: String? = "2012-10-17") -> Value {
    var policy = ValueMap()
    policy["Version"] = version.map { .string($0) }
    policy["Statement"] = .list(statements)
    return .map(policy)
  }

  private static func canonical(_ policy: Value) -> Value { CanonicalDocument.canonical(policy, .iamPolicy) }

  private func plan(_ desired: Value, recorded: Value??, observed: Value?, shared: Bool = true) -> Plan {
    var world = PlanningWorld()
    world.type = "aws"
    world.declare("a", ["policy": desired], shared: shared ? ["policy"] : [])
    world.record("a", recorded.map { ["policy": $0.map(Self.canonical)] } ?? [:])
    world.observe("a", .present(region: nil), ["policy": observed.map { .present(Self.canonical($0)) } ?? .absent])
    return world.plan()
  }

  private func sids(_ value: Value?) -> [String] {
    value?["Statement"]?.list?.compactMap { $0["Sid"]?.string }.sorted() ?? []
  }

  /// What Amazon's log delivery adds by itself (crossplane-contrib/provider-aws#1382).
  private static let delivery = statement("AWSLogDeliveryWrite", "s3:PutObject", service: "delivery.logs.amazonaws.com")

  @Test("a statement that a service adds is no drift and stays")
  func logDelivery() {
    let own = Self.policy(Self.statement("Own"))
    let plan = plan(own, recorded: own, observed: Self.policy(Self.delivery, Self.statement("Own")))
    #expect(plan.isEmpty && plan.drift.isEmpty && plan.unchanged == 1)
    #expect(plan.recordings.flatMap(\.facets).isEmpty)
  }

  @Test("owned whole, it is drift; the plan says that the service may add it again, and how to leave it")
  func logDeliveryOwnedWhole() {
    let own = Self.policy(Self.statement("Own"))
    let plan = plan(own, recorded: own, observed: Self.policy(Self.delivery, Self.statement("Own")), shared: false)
    #expect(plan.drift.count == 1)
    let risks = plan.changes.flatMap(\.risks).map(\.message)
    #expect(risks.contains { $0.contains("AWSLogDeliveryWrite") && $0.contains("shared: [policy]") }, "\(risks)")
  }

  @Test("a changed statement is written among the others'")
  func change() {
    let plan = plan(
      Self.policy(Self.statement("Own", "s3:PutObject")), recorded: Self.policy(Self.statement("Own")),
      observed: Self.policy(Self.statement("Own"), Self.statement("Others")))
    // It widens access, so it waits for its consent; with it the others' statement is written along.
    #expect(plan.changes.isEmpty && plan.blocked.map(\.facet) == ["policy"])
    var narrower = Self.statement("Own").map ?? ValueMap()
    narrower["Condition"] = ["Bool": ["aws:SecureTransport": "true"]]
    let narrowed = self.plan(
      Self.policy(.map(narrower)), recorded: Self.policy(Self.statement("Own")),
      observed: Self.policy(Self.statement("Own"), Self.statement("Others")))
    #expect(sids(narrowed.changes.first?.facets.first?.after) == ["Others", "Own"])
  }

  @Test("a statement that leaves the YAML goes, the others stay")
  func removal() throws {
    let plan = plan(
      Self.policy(Self.statement("Own")), recorded: Self.policy(Self.statement("Own"), Self.statement("Old")),
      observed: Self.policy(Self.statement("Own"), Self.statement("Old"), Self.delivery))
    let step = try #require(plan.changes.first?.facets.first)
    #expect(sids(step.after) == ["AWSLogDeliveryWrite", "Own"])
  }

  @Test("cleared, all of the project's statements go and the document stays with the others'")
  func clearing() throws {
    let plan = plan(
      [:], recorded: Self.policy(Self.statement("Own")),
      observed: Self.policy(Self.statement("Own"), Self.statement("Others")))
    let step = try #require(plan.changes.first?.facets.first)
    #expect(step.action == .set && sids(step.after) == ["Others"])
  }

  @Test("first managed over others' statements alone, nothing is overwritten and no consent for that is needed")
  func first() {
    let plan = plan(
      Self.policy(Self.statement("Others")), recorded: Value??.none, observed: Self.policy(Self.delivery))
    #expect(!plan.blocked.contains { $0.why.contains { $0.hasPrefix("overwrites") } })
    let same = self.plan(
      Self.policy(Self.statement("Own", "s3:PutObject")), recorded: Value??.none,
      observed: Self.policy(Self.statement("Own")))
    #expect(same.blocked.contains { $0.why.contains { $0.hasPrefix("overwrites") } })
  }

  @Test("others' statements keep the version whose rules they were written by")
  func version() throws {
    let own = Self.policy(Self.statement("Own"), version: nil)
    let observed = Self.policy(Self.statement("Others"))
    let wanted = plan(own, recorded: Self.policy(Self.statement("Old"), version: nil), observed: observed)
    let after = wanted.changes.first?.facets.first?.after ?? Self.policy()
    #expect(after["Version"] == "2012-10-17")
    let settled = plan(own, recorded: own, observed: Self.policy(Self.statement("Own"), Self.statement("Others")))
    #expect(settled.isEmpty && settled.drift.isEmpty && settled.recordings.flatMap(\.facets).isEmpty)
  }
}

/// What a plan makes of facets that S3 knows one way, or not at all.
@Suite("Planner: switches of S3")
struct S3SwitchTests {
  private func world(_ type: String, _ facets: [String: Value]) -> PlanningWorld {
    var world = PlanningWorld()
    world.type = type
    world.declare("a", facets)
    return world
  }

  @Test("what says the same as never set is not written")
  func defaults() {
    var world = world("aws", ["accelerate": "suspended", "requestPayment": "bucketOwner", "acl": "private"])
    world.record("a", ["accelerate": nil, "requestPayment": nil, "acl": nil])
    world.observe("a", .present(region: nil), [:])
    #expect(world.plan().isEmpty)
  }

  @Test("a new bucket with object lock is asked for it at its creation, where the store knows no later moment")
  func lockOfNew() throws {
    var world = world("minio", ["objectLock": "enabled", "versioning": "enabled"])
    world.observe("a", .absent)
    let plan = world.plan()
    let change = try #require(plan.changes.first)
    #expect(plan.blocked.isEmpty && change.action == .create)
    #expect(change.facets.map(\.name) == ["versioning", "objectLock"])
    #expect(change.targetInRun.atCreation?["objectLock"] == "enabled")
    #expect(change.target.atCreation == nil)
  }

  @Test("on a bucket that is there without it, such a store's plan says that it is unsupported, and why")
  func lockOfOld() throws {
    var world = world("ceph", ["objectLock": "enabled"])
    world.record("a")
    world.observe("a", .present(region: nil), ["objectLock": .absent])
    let plan = world.plan()
    #expect(plan.changes.isEmpty)
    #expect(try #require(plan.unsupported.first).reason.contains("only while a bucket is made"))
    world.type = "aws"
    #expect(world.plan().changes.first?.facets.map(\.name) == ["objectLock"])
  }
}
