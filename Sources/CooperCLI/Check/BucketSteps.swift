internal import CooperConfig
internal import CooperEngine
internal import CooperModel
internal import CooperProvider
internal import CooperSchema
internal import CooperTransport

/// Whether the bucket is there, where the YAML says, and does with backups what it should; by reading alone.
struct BucketSteps {
  let steps: CheckSteps
  let runner: CallRunner
  let connection: any Connection
  let kind: Kind
  let target: Target
  let bucket: ResourceDeclaration
  let prefix: String

  func isThere() async -> Bool {
    let begun = SystemClock.now()
    let found: Found
    do throws(CallFailure) {
      found = try await runner.run(kind.find(target), on: connection)
    } catch {
      if [TransportCode.resolveFailed, TransportCode.tlsFailed].contains(error.code) {
        steps.failed(
          "addressing", error, since: begun,
          fix: "the store has no name for each bucket: write  pathStyle: true  at the connection")
      } else {
        steps.failed("bucket", error, since: begun)
      }
      return false
    }
    switch found {
    case .absent:
      steps.failed(
        "bucket", CallFailure(.notFound, code: "CON0017", "\(target.name) (\(target.address)) is not there"),
        since: begun, fix: "cooper apply  makes it")
      return false
    case .foreign(let whose):
      steps.failed(
        "bucket", CallFailure(.conflict, code: "CON0016", "\(target.name) belongs to \(whose)"), since: begun,
        fix: "choose another bucketName")
      return false
    case .present(let region):
      steps.tell("bucket", .good, "\(target.name) is there", since: begun)
      return isInRegion(region)
    }
  }

  private func isInRegion(_ region: String?) -> Bool {
    if let region, let declared = target.region, region.lowercased() != declared.lowercased() {
      steps.failed(
        "region", CallFailure(.invalid, code: "CON0018", "the bucket is in \(region), and the YAML says \(declared)"),
        since: nil, fix: "write  region: \(region)  at the bucket or its connection")
      return false
    }
    steps.tell(
      "region", region == nil && target.region == nil ? .skipped : .good,
      region ?? target.region.map { "\($0), as the YAML says; the store names none" } ?? "the store has no regions")
    guard let call = kind.probe?(target, "x", []).list.plannedCalls.first else { return true }
    let url = connection.url(for: call)
    let host = url.split(separator: "/").dropFirst().first ?? ""
    steps.tell(
      "addressing", .good,
      host.hasPrefix(target.name + ".") ? "virtual host: \(host)" : "path: the bucket stands behind \(host)")
    return true
  }

  /// Versioning, lock and lifecycle as the store has them; tells what holds for new objects.
  func guards() async -> NewObjectLock {
    let guards = BackupGuards(tags: bucket.facet("tags")?.value, prefix: prefix)
    if kind.facet("versioning") != nil { await versioning() }
    var lock = NewObjectLock.none
    for name in [ObjectLock.facet.name, RetentionPolicy.facet.name, Immutability.facet.name]
    where kind.facet(name) != nil {
      lock = await self.lock(name, guards)
    }
    if kind.facet("lifecycle") != nil {
      await read("lifecycle", as: "lifecycle") { observed in
        guard let observed, let rules = try? Lifecycle(value: observed) else {
          return BackupGuards.Finding(verdict: .good, detail: "no rules")
        }
        return guards.lifecycle(rules)
      }
    }
    return lock
  }

  private func versioning() async {
    let declared = bucket.facet("versioning")?.value
    await read("versioning", as: "versioning") { observed in
      let isOn = observed == "enabled"
      guard let declared else {
        return BackupGuards.Finding(verdict: .good, detail: isOn ? "on" : "off, and the project doesn't ask for it")
      }
      guard (declared == "enabled") == isOn else {
        return BackupGuards.Finding(
          verdict: .failed, detail: "the YAML says \(declared.string ?? "another"), and it is \(isOn ? "on" : "off")",
          fix: "cooper plan  shows the difference, and an apply mends it")
      }
      return BackupGuards.Finding(verdict: .good, detail: isOn ? "on, as declared" : "off, as declared")
    }
  }

  private func lock(_ facet: String, _ guards: BackupGuards) async -> NewObjectLock {
    var lock = NewObjectLock.none
    let failure = await read(facet, as: "lock") { observed in
      let period = observed.flatMap { BackupGuards.lockedFor(facet, $0) }
      if let period { lock = .period(period) }
      return guards.lock(period)
    }
    return failure.map { .unknown($0) } ?? lock
  }

  /// Reads one facet and tells what a look at it says; what couldn't be read is returned.
  @discardableResult
  private func read(
    _ name: String, as step: String, _ judge: (Value?) -> BackupGuards.Finding
  ) async -> String? {
    guard let facet = kind.facet(name) else { return nil }
    let begun = SystemClock.now()
    let observed: Observed<Value>
    do throws(CallFailure) {
      observed = try await runner.run(facet.read(target), on: connection)
    } catch {
      let fix = error.permission.map { "grant \($0.action) on \($0.resource)" }
      steps.tell(step, .skipped, "can't be read: \(error.code): \(error.message)", since: begun, fix: fix)
      return "whether objects are locked can't be read"
    }
    let value: Value?
    switch observed {
    case .present(let present): value = present
    case .absent: value = nil
    case .unsupported:
      steps.tell(step, .skipped, "this store has no \(name)", since: begun)
      return nil
    }
    let finding = judge(value)
    steps.tell(step, finding.verdict, finding.detail, since: begun, fix: finding.fix)
    return nil
  }
}
