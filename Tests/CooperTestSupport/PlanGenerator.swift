internal import CooperDiagnostics
public import CooperModel
public import CooperPlan
internal import CooperProvider
public import CooperSchema

/// Random plans with every element and with texts that break careless writers; equal seeds give equal plans.
public struct PlanGenerator {
  private var random: SplitMix64
  private static let texts = [
    "", "a", "no", "1.10", "0123", "ä\u{301}ß", "日本語", "line\nbreak\t\u{1}\"\\/", "$unknown", "🪣", "a | b", "`code`",
    "<script>alert(1)</script>", "</details>", "```", "*bold* _it_ [x](http://y) @team #1", "\u{1B}[31mred",
    "\u{202E}abc",
    "https://shop.acme.example", "arn:aws:iam::333344445555:role/audit", String(repeating: "long ", count: 40),
  ]
  private static let facets = ["cors", "tags", "lifecycle", "policy", "versioning", "encryption", "publicAccess"]

  public init(seed: Int) { random = SplitMix64(seed: UInt64(bitPattern: Int64(seed))) }

  public mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
  public mutating func pick<T>(_ elements: [T]) -> T { elements[Int.random(in: 0..<elements.count, using: &random)] }
  private mutating func text() -> String { pick(Self.texts) }
  /// Text that is no longer than a line.
  private mutating func word() -> String { String(text().prefix(44)) }
  private mutating func few<T>(_ limit: Int = 3, _ make: (inout Self) -> T) -> [T] {
    (0..<Int.random(in: 0...limit, using: &random)).map { _ in make(&self) }
  }
  private mutating func perhaps<T>(_ make: (inout Self) -> T) -> T? { chance(50) ? make(&self) : nil }

  public mutating func value(depth: Int = 3) -> Value {
    switch Int.random(in: 0..<(depth > 0 ? 9 : 7), using: &random) {
    case 0: .null
    case 1: .bool(chance(50))
    case 2: .integer(pick([0, -1, 42, .max, .min, 1 << 53 + 1]))
    case 3: .number(pick([0.5, -1.25e-7, 1e300, 2]))
    case 4, 5: .string(text())
    case 6: .unknown("buckets.hk.bucketName")
    case 7: .list(few { $0.value(depth: depth - 1) })
    default: .map(ValueMap(few { ($0.text(), $0.value(depth: depth - 1)) }))
    }
  }

  private mutating func address() -> Address {
    Address(
      pick(["buckets", "identities"]), pick(["a", "b", "data-eu", "ü", "$unknown", "x_1"]) + String(random.next() % 50))
  }

  private mutating func origin() -> Origin {
    Origin(file: pick(["cooper.yaml", "teams/a b.yaml", "日本.yaml"]), line: Int.random(in: 1...900, using: &random))
  }

  private mutating func contents() -> Contents {
    Contents(objects: pick([0, 1, 18_204]), bytes: pick([0, 1, 44_774_567_936]), complete: chance(70))
  }

  private mutating func facet() -> FacetPlan {
    var facet = FacetPlan(
      name: pick(Self.facets), action: pick([.set, .clear, .release, .record]), reason: pick(Reason.allCases),
      before: perhaps { $0.value() }, after: perhaps { $0.value() }, rank: Int.random(in: -5...50, using: &random),
      origin: perhaps { $0.origin() })
    facet.owned = perhaps { $0.value() }
    return facet
  }

  private mutating func risk() -> Risk { Risk(pick(Risk.Kind.allCases), text(), needsConsent: chance(50)) }

  public mutating func change() -> Change {
    let address = address()
    let site = Site(
      connection: "aws", type: pick(["aws", "local", ""]), endpoint: "https://s3.example",
      region: perhaps { $0.text() },
      account: perhaps { _ in "111122223333" })
    let target = Target(
      address: chance(90) ? address : self.address(),
      identity: PhysicalIdentity(endpoint: "https://s3.example", account: perhaps { $0.text() }, name: text()),
      region: perhaps { _ in "eu-west-1" }, site: site, settings: ValueMap(few { ($0.text(), $0.value(depth: 1)) }))
    var change = Change(
      address: address, kind: "bucket", action: pick(Action.allCases), target: target, connection: text())
    change.reasons = few { $0.pick(Reason.allCases) }
    change.risks = few { $0.risk() }
    change.facets = few(5) { $0.facet() }
    change.calls = few {
      PlannedCall(method: "PUT", url: "https://s3.example/" + $0.word(), permission: $0.perhaps { $0.word() })
    }
    change.dependsOn = few { $0.address() }
    change.origin = perhaps { $0.origin() }
    change.deletion = pick(DeletionPolicy.allCases)
    change.description = perhaps { $0.text() }
    change.contents = perhaps { $0.contents() }
    change.purges = chance(30)
    change.movedFrom = perhaps { $0.address() }
    change.refersOnly = chance(30)
    return change
  }

  public mutating func blocked() -> Blocked {
    Blocked(
      address: address(), facet: perhaps { $0.pick(Self.facets) }, action: pick(Action.allCases),
      why: few { $0.text() },
      consent: few { $0.text() }, origin: perhaps { $0.origin() }, contents: perhaps { $0.contents() })
  }

  public mutating func plan(changes: Int = 4) -> Plan {
    var basis = Basis(
      configDigest: text(), stateLineage: text(), stateSerial: Int.random(in: 0..<1000, using: &random),
      environment: perhaps { $0.word() })
    for _ in 0..<Int.random(in: 0..<3, using: &random) {
      basis.observed[address()] = ["": "present", pick(Self.facets): "00ff", "$unknown": text()]
    }
    var plan = Plan(
      project: word(), cooperVersion: "1.0.0", createdAt: 1_795_219_200, basis: basis, isObserved: chance(80))
    plan.changes = few(changes) { $0.change() }
    plan.recordings = few(2) { $0.change() }
    plan.drift = few {
      Drift(
        address: $0.address(), facet: $0.perhaps { $0.pick(Self.facets) }, recorded: $0.perhaps { $0.value() },
        observed: $0.perhaps { $0.value() }, origin: $0.perhaps { $0.origin() })
    }
    plan.blocked = few { $0.blocked() }
    plan.unsupported = few {
      Unsupported(
        address: $0.address(), facet: $0.pick(Self.facets), reason: $0.text(), nearest: $0.perhaps { $0.text() },
        origin: $0.perhaps { $0.origin() })
    }
    plan.diagnostics = few {
      PlanDiagnostic(
        "PLN0020", $0.pick(Severity.allCases), $0.text(), address: $0.perhaps { $0.address() },
        origin: $0.perhaps { $0.origin() }, notes: $0.few { $0.text() }, fix: $0.few { $0.text() })
    }
    plan.unchanged = Int.random(in: 0..<100, using: &random)
    plan.openIntents = few {
      OpenIntent(address: $0.address(), operation: $0.pick(["create", "delete"]), finding: $0.text())
    }
    plan.connections = few {
      ConnectionReport(
        name: $0.text(), type: "aws", endpoint: $0.text(), account: $0.perhaps { $0.text() },
        principal: $0.perhaps { $0.text() })
    }
    return plan
  }
}
