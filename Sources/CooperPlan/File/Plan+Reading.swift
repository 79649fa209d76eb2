internal import CooperDiagnostics
internal import CooperModel
internal import CooperProvider
public import CooperSchema

extension Plan {
  /// Reads what `value` gives, without loss; counts of the summary are made anew from the lists.
  public init(value: Value) throws(PlanFileProblem) {
    let entry = try PlanEntry(value, at: "")
    let version = try entry.integer("formatVersion")
    guard version == Self.formatVersion else { throw .newerFormat(Int(version)) }
    self.init(
      project: try entry.text("project"), cooperVersion: try entry.text("cooperVersion"),
      createdAt: try entry.integer("createdAt"), basis: try Basis(entry.entry("basis")),
      isObserved: try entry.flag("isObserved"))
    changes = try entry.list("changes", Change.init)
    recordings = try entry.list("recordings", Change.init)
    drift = try entry.list("drift", Drift.init)
    blocked = try entry.list("blocked", Blocked.init)
    unsupported = try entry.list("unsupported", Unsupported.init)
    diagnostics = try entry.list("diagnostics", PlanDiagnostic.init)
    unchanged = try entry.entry("summary").count("unchanged")
    openIntents = try entry.list("openIntents", OpenIntent.init)
    connections = try entry.list("connections", ConnectionReport.init)
  }
}

extension Basis {
  fileprivate init(_ entry: PlanEntry) throws(PlanFileProblem) {
    self.init(
      configDigest: try entry.text("configDigest"), stateLineage: try entry.text("stateLineage"),
      stateSerial: try entry.count("stateSerial"), environment: try entry.optionalText("environment"))
    for pair in try entry.map("observed") {
      guard let address = Address(pair.key), let facets = pair.value.map else {
        throw .notAPlan("basis.observed has no digests of an address at \"\(pair.key)\"")
      }
      var digests: [String: String] = [:]
      for facet in facets {
        guard let digest = facet.value.string else {
          throw .notAPlan("basis.observed.\(pair.key) has no digest of \"\(facet.key)\"")
        }
        digests[facet.key] = digest
      }
      observed[address] = digests
    }
  }
}

extension Change {
  fileprivate init(_ entry: PlanEntry) throws(PlanFileProblem) { self.init(try ChangeFields(entry)) }
}

extension ChangeFields {
  fileprivate init(_ entry: PlanEntry) throws(PlanFileProblem) {
    self.init(
      address: try entry.address("address"), kind: try entry.text("kind"),
      action: try entry.choice("action", as: Action.self), target: try Target(entry.entry("target")),
      connection: try entry.text("connection"))
    for reason in try entry.texts("reasons") {
      guard let reason = Reason(rawValue: reason) else { throw .notAPlan("the reason \"\(reason)\" is not known here") }
      reasons.append(reason)
    }
    for text in try entry.texts("dependsOn") {
      guard let address = Address(text) else { throw .notAPlan("\"\(text)\" is not an address") }
      dependsOn.append(address)
    }
    if entry.value("knownAfterApply") != nil { knownAfterApply = try entry.texts("knownAfterApply") }
    risks = try entry.list("risks", Risk.init)
    facets = try entry.list("facets", FacetPlan.init)
    calls = try entry.list("calls", PlannedCall.init)
    origin = try Origin(ifAny: entry)
    deletion = try entry.choice("deletion", as: DeletionPolicy.self)
    description = try entry.optionalText("description")
    contents = try Contents(ifAny: entry)
    purges = try entry.flag("purges")
    movedFrom = try entry.optionalAddress("movedFrom")
    refersOnly = try entry.flag("refersOnly")
    revision = entry.value("revision")?.string
    startsAfter = try Self.addresses(entry.value("startsAfter"))
    for pair in entry.value("facetWaits")?.map ?? ValueMap() {
      facetWaits[pair.key] = try Self.addresses(pair.value)
    }
    secretsChanged = entry.value("secretsChanged")?.list?.compactMap(\.string) ?? []
  }
}

extension ChangeFields {
  private static func addresses(_ value: Value?) throws(PlanFileProblem) -> [Address] {
    var found: [Address] = []
    for element in value?.list ?? [] {
      guard let address = element.string.flatMap(Address.init) else { throw .notAPlan("a list of addresses is none") }
      found.append(address)
    }
    return found
  }
}

extension Origin {
  fileprivate init?(ifAny parent: PlanEntry) throws(PlanFileProblem) {
    guard let entry = try parent.optionalEntry("origin") else { return nil }
    self.init(file: try entry.text("file"), line: try entry.count("line"))
  }
}

extension Contents {
  fileprivate init?(ifAny parent: PlanEntry) throws(PlanFileProblem) {
    guard let entry = try parent.optionalEntry("contents") else { return nil }
    self.init(
      objects: try entry.count("objects"), bytes: try entry.integer("bytes"), complete: try entry.flag("complete"))
  }
}

extension Risk {
  fileprivate init(_ entry: PlanEntry) throws(PlanFileProblem) {
    self.init(
      try entry.choice("kind", as: Risk.Kind.self), try entry.text("message"),
      needsConsent: try entry.flag("needsConsent"))
  }
}

extension Target {
  fileprivate init(_ entry: PlanEntry) throws(PlanFileProblem) {
    let site = try entry.entry("site")
    self.init(
      address: try entry.address("address"),
      identity: PhysicalIdentity(
        endpoint: try entry.text("endpoint"), account: try entry.optionalText("account"),
        scope: entry.value("scope")?.string, name: try entry.text("name")),
      region: try entry.optionalText("region"),
      site: Site(
        connection: try site.text("connection"), type: try site.text("type"), endpoint: try site.text("endpoint"),
        region: try site.optionalText("region"), account: try site.optionalText("account"),
        partition: try site.text("partition"), access: site.value("access")?.string),
      settings: try entry.map("settings"))
  }
}

extension FacetPlan {
  fileprivate init(_ entry: PlanEntry) throws(PlanFileProblem) {
    self.init(
      name: try entry.text("name"), action: try entry.choice("action", as: FacetPlan.Action.self),
      reason: try entry.choice("reason", as: Reason.self), before: entry.value("before"), after: entry.value("after"),
      rank: try entry.count("rank"), origin: try Origin(ifAny: entry))
    owned = entry.value("owned")
  }
}

extension PlannedCall {
  fileprivate init(_ entry: PlanEntry) throws(PlanFileProblem) {
    self.init(
      method: try entry.text("method"), url: try entry.text("url"), permission: try entry.optionalText("permission"))
  }
}

extension Drift {
  fileprivate init(_ entry: PlanEntry) throws(PlanFileProblem) {
    self.init(
      address: try entry.address("address"), facet: try entry.optionalText("facet"), recorded: entry.value("recorded"),
      observed: entry.value("observed"), origin: try Origin(ifAny: entry))
  }
}

extension Blocked {
  fileprivate init(_ entry: PlanEntry) throws(PlanFileProblem) {
    self.init(
      address: try entry.address("address"), facet: try entry.optionalText("facet"),
      action: try entry.choice("action", as: CooperPlan.Action.self), why: try entry.texts("why"),
      consent: try entry.texts("consent"), origin: try Origin(ifAny: entry), contents: try Contents(ifAny: entry))
  }
}

extension Unsupported {
  fileprivate init(_ entry: PlanEntry) throws(PlanFileProblem) {
    self.init(
      address: try entry.address("address"), facet: try entry.text("facet"), reason: try entry.text("reason"),
      nearest: try entry.optionalText("nearest"), origin: try Origin(ifAny: entry))
  }
}

extension PlanDiagnostic {
  fileprivate init(_ entry: PlanEntry) throws(PlanFileProblem) {
    self.init(
      try entry.text("code"), try entry.choice("severity", as: Severity.self), try entry.text("message"),
      address: try entry.optionalAddress("address"), origin: try Origin(ifAny: entry),
      notes: try entry.texts("notes"), fix: try entry.texts("fix"))
  }
}

extension OpenIntent {
  fileprivate init(_ entry: PlanEntry) throws(PlanFileProblem) {
    self.init(
      address: try entry.address("address"), operation: try entry.text("operation"),
      finding: try entry.text("finding"))
  }
}

extension ConnectionReport {
  fileprivate init(_ entry: PlanEntry) throws(PlanFileProblem) {
    self.init(
      name: try entry.text("name"), type: try entry.text("type"), endpoint: try entry.text("endpoint"),
      account: try entry.optionalText("account"), principal: try entry.optionalText("principal"))
  }
}
