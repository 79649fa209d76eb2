import CooperModel
import CooperSchema
import Testing

@testable import CooperCLI

@Suite("What a bucket does with backups, against how long they are kept")
struct BackupGuardsTests {
  private static func guards(_ tags: Value? = nil, prefix: String = "") -> BackupGuards {
    BackupGuards(tags: tags, prefix: prefix)
  }

  @Test(
    "A lock shorter than the retention fails, a longer one is told",
    arguments: [
      ("30d", "7d", .failed), ("7d", "30d", .unlike), ("7d", "7d", .good), ("7d", "168h", .good), (nil, "7d", .good),
      ("7d", nil, .good),
    ] as [(String?, String?, CheckReport.Verdict)])
  func lock(_ retention: String?, _ period: String?, _ verdict: CheckReport.Verdict) {
    let guards = Self.guards(retention.map { ["backupRetention": .string($0)] })
    #expect(guards.lock(period.flatMap { TimeSpan($0) }).verdict == verdict)
  }

  @Test(
    "What locks new objects, in each provider's form",
    arguments: [
      ("objectLock", ["mode": "GOVERNANCE", "retention": "30d"], "30d"),
      ("objectLock", ["mode": "COMPLIANCE", "years": 2], "730d"), ("objectLock", "enabled", nil),
      ("retention", "12h", "12h"), ("retention", "0s", nil), ("retention", ["period": "30d", "locked": true], "30d"),
      ("immutability", ["period": "5d"], "5d"),
    ] as [(String, Value, String?)])
  func period(_ facet: String, _ observed: Value, _ wanted: String?) {
    #expect(BackupGuards.lockedFor(facet, observed) == wanted.flatMap { TimeSpan($0) })
  }

  @Test(
    "A rule counts where its folder and the location's meet, and while it is on",
    arguments: [
      ("nights/", "nights/", true, .failed), ("", "nights/", true, .failed), ("nights/a/", "nights/", true, .failed),
      ("days/", "nights/", true, .good), ("nights/", "nights/", false, .good),
    ] as [(String, String, Bool, CheckReport.Verdict)])
  func lifecycle(_ rule: String, _ prefix: String, _ enabled: Bool, _ verdict: CheckReport.Verdict) {
    let guards = Self.guards(["backupSchedule": "7d"], prefix: prefix)
    let rules: Lifecycle = [
      "r": LifecycleRule(enabled: enabled, prefix: rule, expiration: LifecycleExpiration(after: .days(3)))
    ]
    #expect(guards.lifecycle(rules).verdict == verdict)
  }

  @Test("Deletion by age that is late enough is told and no failure; noncurrent versions are nobody's backup")
  func late() {
    let guards = Self.guards(["backupRetention": "7d"])
    let late: Lifecycle = ["r": LifecycleRule(expiration: LifecycleExpiration(after: .days(30)))]
    #expect(guards.lifecycle(late).verdict == .unlike)
    #expect(guards.lifecycle(["r": LifecycleRule(noncurrentExpiration: NoncurrentExpiration())]).verdict == .good)
  }

  @Test("Steps are at most 80 columns wide, and a step behind a failed one says which")
  func words() {
    let steps = CheckSteps { _ in }
    steps.tell("name", .good, "minio.internal resolves", seconds: 0.012)
    steps.tell(
      "endpoint", .failed, String(repeating: "some words ", count: 20), seconds: nil,
      fix: String(repeating: "more ", count: 40))
    steps.skip(["name", "endpoint", "tls"])
    let lines = steps.steps.flatMap(\.lines)
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(lines.first == "  name        ok     12 ms    minio.internal resolves")
    #expect(lines.last == "  tls         -               not tried, because \"endpoint\" failed")
    #expect(!steps.isGood)
  }

  @Test("Names of canaries are never the same")
  func canaries() {
    let names = Set((0..<100).map { _ in Canary.name() })
    #expect(names.count == 100 && names.allSatisfy { $0.count == "cooper-check-".count + 32 })
  }
}
