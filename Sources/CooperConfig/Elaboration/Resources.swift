internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema
internal import CooperSyntax

extension Elaborator {
  /// Resources that Cooper makes or refers to, and those that are only used.
  mutating func resource(_ place: Int) -> ResourceDeclaration? {
    let draft = drafts[place]
    let before = diagnostics.count
    let firstEdge = edges.count
    let type = connectionType(of: place)
    let support = type?.support[draft.address.section]
    if let type { checkHeld(draft, type, support) }
    let name = nativeName(of: place, askedAt: draft.keyRange)
    let region = draft.kind.settings["region"] == nil ? .none : region(of: place, askedAt: draft.keyRange)
    var resource = ResourceFields(
      address: draft.address, connection: draft.connection ?? "", name: name ?? draft.address.name,
      range: draft.keyRange)
    if case .text(let text) = region { resource.region = text }
    if let name, let problem = support?.nameProblem(name) {
      report(.badNativeName(name, problem, field(draft.kind.nameField, of: place), draft))
    }
    var effective: [SyntaxNode.Entry] = []
    effective.reserveCapacity(draft.merged.count)
    let shared = inheritedByUse[draft.use]?.values ?? [:]
    for entry in draft.merged {
      if entry.value.isNull { continue }
      openField = entry.key
      guard isOfVariant(entry, draft) else { continue }
      if let facet = draft.kind.facets[entry.key] {
        let isInherited = shared[entry.key] != nil && !draft.own.contains { $0.key == entry.key }
        effective.append(
          self.facet(entry, facet, isInherited ? shared[entry.key] : nil, place, type, support, &resource))
      } else if let setting = draft.kind.settings[entry.key] {
        effective.append(self.setting(entry, setting, place, type, support, &resource))
      } else {
        report(
          .unknown(
            "field", entry.key, at: entry.keyRange, among: draft.kind.fieldNames, code: .unknownResourceField))
      }
    }
    requireFields(draft)
    if let support, let type { requireSettings(support, type, place, resource) }
    guard name != nil, !hasErrors(since: before) else { return nil }
    resource.facets.sort { $0.name < $1.name }
    let node = SyntaxNode(.mapping(effective), draft.range)
    resource.node = node
    let whole = SyntaxNode.Entry(key: draft.address.name, keyRange: draft.keyRange, value: node)
    for problem in draft.kind.kind.problems(resource.settings) { report(.facet(problem, whole)) }
    guard draft.place != .failed else { return nil }
    if let support, !hasErrors(since: before) { complete(&resource, support, place) }
    resource.knownAfterApply = unborn(resource, edges[firstEdge...])
    return hasErrors(since: before) ? nil : ResourceDeclaration(resource)
  }

  /// What it needs and nobody knows before apply.
  private func unborn(_ resource: ResourceFields, _ edges: ArraySlice<ResourceGraph.Edge>) -> [String] {
    var names: Set<String> = []
    for edge in edges where edge.from == resource.address {
      if case .born(let output) = edge.reason { names.insert("\(edge.to).\(output)") }
    }
    if resource.address.section == Identity.section {
      for entry in resource.facet("trust")?.value.list ?? [] where entry["externalId"] == nil {
        guard let party = entry["party"]?.string, let type = connections[party]?.declaration.type else { continue }
        names.formUnion((catalog.connectionTypes[type]?.partyOutputs ?? []).map { "connections.\(party).\($0)" })
      }
    }
    return names.sorted()
  }

  /// Whether the type of connection has such things at all, and of this variant.
  private mutating func checkHeld(_ draft: ResourceDraft, _ type: ConnectionType, _ support: KindSupport?) {
    guard let support else {
      // What is only used asks nothing of the connection; a grant may be a part of its bucket there.
      if draft.isMade, !isFolded(draft, type) {
        report(.kindNotHeld(draft, type, holders(of: draft.address.section)))
      }
      return
    }
    guard let variants = draft.kind.kind.variants, let held = support.variants, draft.isMade else { return }
    guard let field = draft.own.first(where: { $0.key == variants.field }), let word = field.value.scalar?.text,
      !held.contains(word)
    else { return }
    report(.variantNotHeld(draft, type, field, held))
  }

  /// Fields of another variant are an error that names the variant.
  private mutating func isOfVariant(_ entry: SyntaxNode.Entry, _ draft: ResourceDraft) -> Bool {
    guard let variants = draft.kind.kind.variants, let variant = draft.variant else { return true }
    guard draft.kind.shape(of: entry.key) != nil, entry.key != variants.field, entry.key != "description",
      !variant.fields.contains(entry.key)
    else { return true }
    let owners = variants.cases.filter { $0.value.fields.contains(entry.key) }.map(\.key).sorted()
    let word = draft.own.first { $0.key == variants.field }?.value.scalar?.text ?? ""
    report(.fieldOfOtherVariant(entry, draft.address, variants.field, word, owners))
    return false
  }

  /// Fields without which a resource means nothing anywhere; what a provider needs besides is asked of its support.
  private mutating func requireFields(_ draft: ResourceDraft) {
    let sources = Set((draft.variant?.connection ?? draft.kind.kind.connection).fields)
    var needed = draft.kind.kind.settings.filter { field in
      if case .required = field.presence {
        !(field.name == "connection" && sources.contains("connection"))
      } else {
        false
      }
    }.map(\.name)
    needed += draft.required.sorted()
    let variantField = draft.kind.kind.variants?.field
    for name in needed where name != variantField {
      if draft.merged.contains(where: { $0.key == name && !$0.value.isNull }) { continue }
      report(.missingField(name, draft, draft.kind.settings[name]?.summary ?? draft.kind.facets[name]?.summary))
    }
  }

  /// True when grants are made of the bucket's policy on this type of connection.
  func isFolded(_ draft: ResourceDraft, _ type: ConnectionType) -> Bool {
    draft.address.section == Grant.section && type.support[BucketKind.section]?.grantStatements != nil
  }

  private func holders(of section: String) -> [String] {
    catalog.connectionTypes.values.filter { $0.support[section] != nil }.map(\.name).sorted()
  }

  // MARK: Settings

  private mutating func setting(
    _ written: SyntaxNode.Entry, _ field: FieldShape, _ place: Int, _ type: ConnectionType?, _ support: KindSupport?,
    _ resource: inout ResourceFields
  ) -> SyntaxNode.Entry {
    let kind = drafts[place].kind
    var entry = written
    if entry.key == kind.nameField {
      entry.value = SyntaxNode(.scalar(.init(resource.name)), entry.value.range)
      return entry
    }
    let isHeld = support?.settings.contains(entry.key) ?? true
    if let type, !isHeld, !KindIndex.universal.contains(entry.key), !kind.connectionFields.contains(entry.key),
      entry.key != kind.kind.variants?.field
    {
      report(.settingNotHeld(entry, drafts[place].address, type))
      return entry
    }
    if entry.key == "region" {
      if let region = resource.region { entry.value = SyntaxNode(.scalar(.init(region)), entry.value.range) }
      return entry
    }
    // Both were looked at when the resource was drafted.
    if entry.key == "profile" || entry.key == "connection" { return entry }
    entry.value = substituted(entry.value, of: place)
    guard let value = checked(entry.value, field.shape, named: entry.key, key: entry.keyRange) else { return entry }
    if kind.referring.contains(entry.key) {
      if kind.kind.addresses.contains(entry.key) {
        guard follow(address: value.string ?? "", entry.value.range, of: place) else { return entry }
      } else if !follow(entry.value, field.shape, of: place) {
        return entry
      }
    }
    if case .key(of: entry.key) = kind.kind.connection, let placement = support?.placement {
      return self.placement(entry, placement, &resource)
    }
    switch entry.key {
    case "description": resource.description = value.string
    case "origin": resource.origin = value.string.flatMap { ResourceDeclaration.Origin(rawValue: $0) } ?? .managed
    case RuleFields.name: resource.rules = value.map ?? ValueMap()
    case "shared": resource.shared = Set((value.list ?? []).compactMap(\.string))
    case "deletion":
      resource.deletion = value.string.flatMap { DeletionPolicy(rawValue: $0) } ?? .protect
      if resource.deletion == .purge, !drafts[place].own.contains(where: { $0.key == "deletion" }) {
        report(.purgeFromProfile(entry.value.range))
      }
    default: resource.settings[entry.key] = canonical(value, field.shape)
    }
    return entry
  }

  /// The map behind the connection's name, checked by what the connection's type says of it.
  private mutating func placement(
    _ entry: SyntaxNode.Entry, _ shape: ObjectShape, _ resource: inout ResourceFields
  ) -> SyntaxNode.Entry {
    guard let block = entry.value.entries?.first(where: { !$0.key.hasPrefix("x-") && !$0.value.isNull }),
      let value = checked(block.value, .object(shape), named: block.key, key: block.keyRange)
    else { return entry }
    resource.settings[entry.key] = .map(ValueMap([(block.key, canonical(value, .object(shape)))]))
    return entry
  }

  private mutating func requireSettings(
    _ support: KindSupport, _ type: ConnectionType, _ place: Int, _ resource: ResourceFields
  ) {
    let draft = drafts[place]
    for name in support.required.sorted() {
      // What is there already needs nothing that only its making needs.
      if resource.origin == .existing, name == "region" || draft.kind.facets[name] != nil { continue }
      let isThere =
        switch name {
        case "region": texts[place].region != .none
        case draft.kind.nameField: true
        default: field(name, of: place) != nil || connections[resource.connection]?.declaration.settings[name] != nil
        }
      if !isThere, draft.kind.facets[name] == nil || field(name, of: place) == nil {
        report(.missingSetting(name, draft, type))
      }
    }
  }

  // MARK: Facets

  private mutating func facet(
    _ written: SyntaxNode.Entry, _ facet: FacetSchema, _ shared: SharedFacet?, _ place: Int, _ type: ConnectionType?,
    _ support: KindSupport?, _ resource: inout ResourceFields
  ) -> SyntaxNode.Entry {
    var entry = written
    if let type, let support {
      switch support.facets[facet.name] {
      case .supported?: break
      case .unsupported(let reason, let nearest)?:
        report(.facetNotHeld(entry, drafts[place], type, reason, nearest))
        return entry
      case nil:
        report(.facetNotHeld(entry, drafts[place], type, "the provider has no such thing", nil))
        return entry
      }
    }
    if case .missing = entry.value.content {
      report(.emptyFacet(entry, facet, inherited: inheritedPlace(of: entry.key, place)))
      return entry
    }
    let isPolicy = if case .document(.iamPolicy) = facet.shape { true } else { false }
    let isReferring = drafts[place].kind.referring.contains(entry.key)
    // Names of other resources are followed for each resource anew: each is an edge of its own.
    let shared = isReferring ? nil : shared
    let written: Value
    var problems: [FacetProblem]
    var key: FacetCache.Key?
    if let shared {
      (written, problems) = (shared.written, shared.problems)
    } else {
      entry.value = substituted(entry.value, of: place, isDocument: isPolicy)
      // Policies name their bucket, so hardly two are alike, and what they may name depends on it.
      if !isPolicy, !isReferring {
        let newKey = FacetCache.key(entry.value, facet: facet.name, connectionType: type?.name ?? "")
        if let value = facetCache[newKey] {
          resource.facets.append(FacetDeclaration(name: facet.name, value: value, range: entry.keyRange))
          return entry
        }
        key = newKey
      }
      let before = diagnostics.count
      guard let checked = checked(entry.value, facet.shape, named: entry.key, key: entry.keyRange) else { return entry }
      if diagnostics.count > before { key = nil }
      if isReferring, !follow(entry.value, facet.shape, of: place) { return entry }
      problems = facet.problems(checked) + (support?.facetProblem(facet.name, checked) ?? [])
      written = checked
    }
    if isPolicy, let arn = support?.arn, !written.hasUnknowns {
      problems += foreignResources(in: written, own: arn(resource.name, resource.region), bucket: resource.name)
    }
    for problem in problems { report(.facet(problem, entry)) }
    var value = shared?.value ?? canonical(written, facet.shape)
    if isReferring { value = nativeNames(in: value, facet.shape, of: place, entry.keyRange) }
    if let key, problems.isEmpty { facetCache[key] = value }
    resource.facets.append(FacetDeclaration(name: facet.name, value: value, range: entry.keyRange))
    return entry
  }

  /// A bucket policy speaks of its own bucket only; the partition is the second part of the bucket's ARN.
  private func foreignResources(in policy: Value, own: String, bucket: String) -> [FacetProblem] {
    let parts = own.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count > 1 else { return [] }
    return BucketPolicy(policy).foreignResources(bucket: bucket, partition: String(Substring(parts[1])))
  }

  /// Where a profile gives what a bucket leaves empty.
  private func inheritedPlace(of facet: String, _ place: Int) -> SourceRange? {
    inheritedByUse[drafts[place].use]?.entries.first { $0.key == facet && !$0.value.isNull }?.keyRange
  }
}
