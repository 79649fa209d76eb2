internal import CooperConfig
internal import CooperDiagnostics
public import CooperModel
public import CooperProvider
internal import CooperSchema
internal import CooperState

/// Compares the facets of one resource and collects what follows from it.
struct FacetComparison {
  let input: PlanningInput
  let kind: Kind
  let target: Target
  let resource: ResourceDeclaration
  let recorded: RecordedResource?
  /// Made in this plan or by the run it resumes: nothing that others wrote can be lost.
  let isNew: Bool

  private let standings: SecretStandings
  private let support: KindSupport?

  /// Made by an interrupted run and not known to be empty: by now it may hold somebody's data.
  private var mayHoldData = false

  private(set) var facets: [FacetPlan] = []
  private(set) var risks: [Risk] = []
  private(set) var calls: [PlannedCall] = []
  private(set) var drift: [Drift] = []
  private(set) var blocked: [Blocked] = []
  private(set) var unsupported: [Unsupported] = []
  private(set) var diagnostics: [PlanDiagnostic] = []
  /// Planned offline although this version can't write them.
  private(set) var outOfReach: Set<String> = []
  private var patches: [Value] = []

  init(
    input: PlanningInput, kind: Kind, target: Target, resource: ResourceDeclaration, recorded: RecordedResource?,
    isNew: Bool
  ) {
    self.input = input
    self.kind = kind
    var target = target
    target.revision = input.observed.resources[resource.address]?.revision
    self.target = target
    self.resource = resource
    self.recorded = recorded
    self.isNew = isNew
    standings = input.secrets[resource.address] ?? [:]
    support = input.registry.support(section: resource.address.section, ofType: target.site.type)
  }

  var hasUnsupported: Bool { !unsupported.isEmpty }

  mutating func compare(_ observed: ObservedResource, _ forms: inout CanonicalForms) {
    mayHoldData = isNew && recorded != nil && observed.contents.map { $0.objects > 0 } ?? true
    for declaration in resource.facets { compare(declaration, observed, &forms) }
    release(observed)
    addPatchCalls()
  }

  private mutating func compare(
    _ declaration: FacetDeclaration, _ observed: ObservedResource, _ forms: inout CanonicalForms
  ) {
    guard let facet = kind.facet(declaration.name) ?? declaredOnly(declaration) else { return }
    if isSettled(declaration.name, declaration.value, observed) { return }
    guard holds(declaration) else { return }
    guard let desired = canonical(declaration, facet, &forms) else { return }
    if desired.isUnborn { return compareUnborn(declaration, facet, observed) }
    if let value = desired.value, isSettled(declaration.name, value, observed) { return }
    switch observed.facets[declaration.name] ?? .absent {
    case .unsupported(let reason):
      unsupported.append(
        Unsupported(
          address: resource.address, facet: facet.name, reason: reason, origin: origin(declaration.range)))
    case .unknown(let failure):
      blocked.append(
        Blocked(
          address: resource.address, facet: facet.name, action: .update, why: Planner.unreadable(failure), consent: [],
          origin: origin(declaration.range)))
      diagnostics.append(Planner.diagnostic(of: failure, resource.address, facet.name, origin(declaration.range)))
    case .absent:
      if !isNew, desired.value != nil, let reason = support?.onlyAtCreation[facet.name] {
        return unsupported.append(
          Unsupported(
            address: resource.address, facet: facet.name, reason: reason, origin: origin(declaration.range)))
      }
      compare(declaration, facet, desired: desired.value, observed: nil)
    case .present(let value):
      let observed = cleared(facet.comparable(value, to: desired.value, on: target), facet)
      compare(declaration, facet, desired: desired.value, observed: observed)
    }
  }

  /// What the type of connection says that it lacks is never written, whatever the codec could.
  private mutating func holds(_ declaration: FacetDeclaration) -> Bool {
    guard case .unsupported(let reason, _)? = support?.facets[declaration.name] else { return true }
    unsupported.append(
      Unsupported(
        address: resource.address, facet: declaration.name, reason: reason, origin: origin(declaration.range)))
    return false
  }

  /// A facet that the language knows and this version can't write: planned offline, and never passed over online.
  private mutating func declaredOnly(_ declaration: FacetDeclaration) -> AnyFacet? {
    guard let schema = kind.schema.facet(declaration.name), case .supported? = support?.facets[declaration.name] else {
      var reason = "\(target.site.type) has no \(declaration.name)"
      if case .unsupported(let words, _)? = support?.facets[declaration.name] { reason = words }
      unsupported.append(
        Unsupported(
          address: resource.address, facet: declaration.name, reason: reason, origin: origin(declaration.range)))
      return nil
    }
    guard input.isObserved else {
      outOfReach.insert(declaration.name)
      return AnyFacet(declaredOnly: schema)
    }
    blocked.append(
      Blocked(
        address: resource.address, facet: declaration.name, action: .update,
        why: [
          "this version can't write \(declaration.name) yet, so nothing of \(resource.address) is changed",
          "take \(declaration.name) out to apply the rest, or plan offline with --no-observe",
        ], consent: [], origin: origin(declaration.range)))
    return nil
  }

  /// All three are the same to the letter, which is how nearly every facet of a large project stands; a canonical form
  /// of each would say no more.
  private func isSettled(_ facet: String, _ desired: Value, _ observed: ObservedResource) -> Bool {
    guard !isNew, case .present(let value) = observed.facets[facet], value == desired,
      standings.isEmpty || standings.inside(facet).isEmpty
    else { return false }
    return recorded?.facets[facet]?.value == value
  }

  /// A value that is known after apply: written by the run in which it is born, or by the next one.
  private mutating func compareUnborn(
    _ declaration: FacetDeclaration, _ facet: AnyFacet, _ observed: ObservedResource
  ) {
    guard input.isObserved else { return planFromRecord(declaration) }
    if let stranger = declaration.value.unknowns.sorted().first(where: { !canBeLearned($0) }) {
      blocked.append(
        Blocked(
          address: resource.address, facet: declaration.name, action: .update,
          why: [
            "\(declaration.name) needs \(stranger) which is known after apply",
            "this version of cooper can't make it yet",
          ], consent: [], origin: origin(declaration.range)))
      return
    }
    let entry = recorded?.facets[declaration.name]
    var step = FacetPlan(
      name: declaration.name, action: .set,
      reason: entry == nil ? (isNew ? .declared : .newlyManaged) : .configurationChanged, after: declaration.value,
      origin: origin(declaration.range))
    if case .present(let value) = observed.facets[declaration.name] { step.before = cleared(value, facet) }
    if let replacement = replacement(step, facet) { return blocked.append(replacement) }
    // Where it stands in the order and what is called doesn't depend on the value.
    let stand = FacetChange(before: step.before, after: declaration.value.withPlaceholders)
    if let effect = try? facet.write(stand, target) {
      step.rank = effect.rank
      if case .procedure(let procedure) = effect.content, !isPayloadOfNew(facet) {
        for call in procedure.plannedCalls where !call.reads { calls.append(planned(call)) }
      }
    }
    facets.append(step)
  }

  /// Whether this build can ask for an output when its resource is there.
  private func canBeLearned(_ name: String) -> Bool {
    let parts = name.split(separator: ".", maxSplits: 2).map(String.init)
    if parts.count == 3, parts[0] == "connections" {
      let type = input.desired.connections[parts[1]]?.declaration.type
      return type.flatMap { input.registry.provider(ofType: $0) }?.party != nil
    }
    guard parts.count == 3, let source = input.desired.resource(Address(parts[0], parts[1])),
      let type = input.desired.connections[source.connection]?.declaration.type
    else { return false }
    return input.registry.kind(section: parts[0], ofType: type)?.outputs != nil
  }

  /// The call that makes the resource carries its document; nothing more is sent for it.
  private func isPayloadOfNew(_ facet: AnyFacet) -> Bool {
    isNew && recorded == nil && kind.payload?.facet.name == facet.name
  }

  private mutating func planFromRecord(_ declaration: FacetDeclaration) {
    let entry = recorded?.facets[declaration.name]
    if let entry, entry.value == declaration.value { return }
    facets.append(
      FacetPlan(
        name: declaration.name, action: .set,
        reason: entry == nil ? (isNew ? .declared : .newlyManaged) : .configurationChanged, before: entry?.value,
        after: declaration.value, origin: origin(declaration.range)))
  }

  private mutating func compare(
    _ declaration: FacetDeclaration, _ facet: AnyFacet, desired: Value?, observed: Value?
  ) {
    let entry = recorded?.facets[facet.name]
    let ownership = partialOwnership(facet)
    var wanted = desired
    var own = observed
    if let ownership {
      let merged = ownership.merged(desired: desired, observed: observed, recorded: entry?.value)
      wanted = merged.flatMap { try? facet.canonical($0, target.site) }.flatMap { cleared($0, facet) }
      own = ownership.restricted(observed: observed, desired: desired, recorded: entry?.value)
    }
    let drifted = entry.map { Self.shown($0.value, facet.schema) != Self.shown(own, facet.schema) } ?? false
    let secrets = standings.inside(facet.name)
    // What a provider holds in secret can't be compared: it is Cooper's own only if Cooper wrote it.
    let mustWrite = !secrets.changedPlaces.isEmpty || !secrets.isEmpty && entry == nil
    var step = FacetPlan(
      name: facet.name, action: wanted == nil ? .clear : .set, reason: .configurationChanged, before: observed,
      after: wanted, origin: origin(declaration.range))
    step.owned = ownership == nil ? nil : desired
    if wanted == observed, !mustWrite {
      if entry == nil || drifted || isNew || !secrets.isEmpty && (entry?.value != own || secrets.hasFirst) {
        step.action = .record
        facets.append(step)
      }
      return
    }
    if drifted, let entry {
      drift.append(
        Drift(
          address: resource.address, facet: facet.name, recorded: entry.value, observed: own, origin: step.origin))
    }
    if let replacement = replacement(step, facet) { return blocked.append(replacement) }
    step.reason = reason(entry, desired: desired, drifted: drifted)
    plan(
      &step, facet, FacetChange(before: observed, after: wanted),
      overwrites: entry == nil && !isNew && (ownership?.isShared == true ? own : observed) != nil)
  }

  /// Nil where the facet is the project's as a whole, as nearly all are.
  private func partialOwnership(_ facet: AnyFacet) -> Ownership? {
    let isShared = resource.shared.contains(facet.name)
    let ignored = facet.schema.honoursIgnoreTags ? input.desired.safety.ignoreTags : []
    return isShared || !ignored.isEmpty
      ? Ownership(schema: facet.schema, isShared: isShared, ignoredPrefixes: ignored) : nil
  }

  /// Without references to secrets, which may change while the secret stays, and which no provider shows.
  private static func shown(_ value: Value?, _ facet: FacetSchema) -> Value? {
    facet.takesSecret ? value.map { withoutSecrets($0, facet.shape) } : value
  }

  private func reason(_ entry: RecordedFacet?, desired: Value?, drifted: Bool) -> Reason {
    guard let entry else { return isNew ? .declared : .newlyManaged }
    return drifted && entry.value == desired ? .drifted : .configurationChanged
  }

  /// `overwrites`: what is replaced was written by others.
  private mutating func plan(
    _ step: inout FacetPlan, _ facet: AnyFacet, _ change: FacetChange<Value>, overwrites: Bool
  ) {
    let (risks, effect) = facet.consider(change, target)
    var found = risks
    if overwrites {
      found.append(
        Risk(
          .overwrites, "\(facet.name) holds settings that Cooper didn't write",
          needsConsent: facet.schema.overwriteNeedsConsent))
    }
    for risk in found {
      var risk = risk
      if isNew, !(mayHoldData && risk.kind == .losesData) { risk.needsConsent = false }
      self.risks.append(risk)
      if risk.needsConsent, !hasConsent(risk.kind) { block(step, facet, risk) }
    }
    do {
      let effect = try effect.get()
      step.rank = effect.rank
      switch effect.content {
      case .procedure(let procedure):
        guard !isPayloadOfNew(facet) else { break }
        for call in procedure.plannedCalls where !call.reads { calls.append(planned(call)) }
      case .patch(let fragment): patches.append(fragment)
      }
      facets.append(step)
    } catch {
      let message = (error as? CallFailure)?.message ?? "\(error)"
      blocked.append(
        Blocked(
          address: resource.address, facet: facet.name, action: .update, why: [message], consent: [],
          origin: step.origin))
    }
  }

  private mutating func block(_ step: FacetPlan, _ facet: AnyFacet, _ risk: Risk) {
    blocked.append(
      Blocked(
        address: resource.address, facet: facet.name, action: .update,
        why: ["\(risk.kind.words): \(risk.message)"] + endedConsent(risk.kind),
        consent: ["consents: [{ address: \(resource.address), risk: \(risk.kind.rawValue), reason: … }]"],
        origin: step.origin))
  }

  private func hasConsent(_ kind: Risk.Kind) -> Bool {
    let today = CalendarDate(secondsSince1970: input.now).text
    return input.desired.consents.contains {
      $0.address == resource.address && $0.risk == kind.rawValue && ($0.until.map { $0 >= today } ?? true)
    }
  }

  /// The consent that is there and no longer holds.
  private func endedConsent(_ kind: Risk.Kind) -> [String] {
    let ended = input.desired.consents.first { $0.address == resource.address && $0.risk == kind.rawValue }
    return ended?.until.map { ["the consent in consents: ended on \($0)"] } ?? []
  }

  /// Facets that were managed and are no longer written: left as they are.
  private mutating func release(_ observed: ObservedResource) {
    guard let recorded else { return }
    for name in recorded.facets.keys.sorted() where resource.facet(name) == nil {
      var step = FacetPlan(name: name, action: .release, reason: .released, origin: origin(resource.range))
      if case .present(let value) = observed.facets[name] {
        step.before = kind.facet(name).flatMap { cleared(value, $0) } ?? value
      }
      facets.append(step)
    }
  }

  private mutating func addPatchCalls() {
    guard !patches.isEmpty, case .resource(let combine) = kind.granularity else { return }
    let revision = input.observed.resources[resource.address]?.revision
    for call in combine(patches, target, revision).plannedCalls where !call.reads { calls.append(planned(call)) }
  }

  private mutating func canonical(
    _ declaration: FacetDeclaration, _ facet: AnyFacet, _ forms: inout CanonicalForms
  ) -> CanonicalForms.Form? {
    do {
      return try forms.form(of: declaration.value, facet, target.site)
    } catch {
      diagnostics.append(
        PlanDiagnostic(
          "PLN0021", .error, "\(facet.name) does not have the shape of its schema: expected \(error.expected)",
          address: resource.address, origin: origin(declaration.range)))
      return nil
    }
  }

  /// The cleared spelling and absence are one.
  private func cleared(_ value: Value, _ facet: AnyFacet) -> Value? { value == facet.schema.cleared ? nil : value }

  private func planned(_ call: Call) -> PlannedCall {
    PlannedCall(
      method: call.method.rawValue, url: input.url(resource.connection, call),
      permission: call.permissions.first?.action)
  }

  private func origin(_ range: SourceRange?) -> Origin? {
    guard let range = range ?? resource.range else { return nil }
    return Origin(file: input.desired.sources.name(of: range.source) ?? "?", line: Int(range.start.line))
  }
}

extension Risk.Kind {
  /// How plans name the risk.
  public var words: String {
    switch self {
    case .losesData: "loses data"
    case .irreversible: "irreversible"
    case .widensAccess: "widens access"
    case .locksOut: "locks out"
    case .locksRetention: "locks retention"
    case .overwrites: "overwrites"
    }
  }
}
