internal import CooperConfig
internal import CooperModel
internal import CooperPlan
internal import CooperProvider
internal import CooperSchema
internal import CooperState

// Platforms that an identity trusts: what they say of themselves is asked when the identity is made, and kept with it.

extension ResourceFields {
  /// Connections whose platform is asked, because the trust leaves to it what it says.
  var askedParties: [String] {
    guard address.section == Identity.section else { return [] }
    return ((written["trust"] ?? facet("trust")?.value)?.list ?? []).compactMap { entry in
      entry["externalId"] == nil ? entry["party"]?.string : nil
    }
  }

  /// Puts in the place of facets what the provider's kind makes of them.
  mutating func refine(
    _ refine: @Sendable (Composition) throws(CallFailure) -> [String: Value], _ configuration: Configuration,
    _ recorded: [Address: RecordedResource], _ relations: Relations, _ registry: ProviderRegistry
  ) {
    guard let target = relations.target(of: ResourceDeclaration(self)) else { return }
    var composition = Composition(
      target: target, connection: configuration.connections[connection]?.declaration.settings ?? ValueMap(),
      facets: Dictionary(facets.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }))
    composition.description = description
    let kept = recorded[address]?.outputs["parties"]
    for entry in facet("trust")?.value.list ?? [] {
      guard let name = entry["party"]?.string, let type = configuration.connections[name]?.declaration.type else {
        continue
      }
      let outputs = registry.provider(ofType: type)?.connectionTypes.first { $0.name == type }?.partyOutputs ?? []
      var values = ValueMap()
      for output in outputs { values[output] = kept?[name]?[output] ?? .unknown("connections.\(name).\(output)") }
      composition.parties[name] = Composition.Party(type: type, values: values)
    }
    var unknowns = Set(knownAfterApply.filter { !$0.hasPrefix("connections.") })
    composition.grants = grants(in: configuration, registry)
    do throws(CallFailure) {
      for (name, value) in try refine(composition) {
        if let index = facets.firstIndex(where: { $0.name == name }) {
          written[name] = facets[index].value
          facets[index].value = value
        } else {
          facets.append(FacetDeclaration(name: name, value: value, range: range))
        }
        unknowns.formUnion(value.unknowns)
      }
      facets.sort { $0.name < $1.name }
      knownAfterApply = unknowns.sorted()
    } catch {
      faults.append("\(error.code): \(error.message)")
    }
  }
}

extension ResourceFields {
  /// What grants give this identity through its own policy: the statements of the bucket's, without a principal.
  fileprivate func grants(in configuration: Configuration, _ registry: ProviderRegistry) -> [Value] {
    let given = configuration.givens.filter { grant in
      grant.address.section == Grant.section && grant.settings["through"]?.string == "identityPolicy"
        && (grant.settings["to"]?.list ?? []).contains { $0["identity"]?.string == address.name }
    }.sorted { $0.address < $1.address }
    var known: Set<Value> = []
    return given.flatMap { grant -> [Value] in
      let names =
        grant.settings["bucket"]?.list?.compactMap(\.string) ?? [grant.settings["bucket"]?.string].compactMap { $0 }
      return names.flatMap { name -> [Value] in
        guard let bucket = configuration.resource(Address(BucketKind.section, name)),
          let type = configuration.connections[bucket.connection]?.declaration.type,
          let support = registry.support(section: BucketKind.section, ofType: type), let arn = support.arn,
          let make = support.grantStatements
        else { return [] }
        var facts = GrantFacts(
          name: names.count == 1 ? grant.address.name : "\(grant.address.name)-\(name)",
          prefix: grant.settings["prefix"]?.string, allow: grant.settings["allow"] ?? .null, principals: [],
          bucket: arn(bucket.name, bucket.region))
        facts.isOfIdentity = true
        facts.tagsObjects = tagsObjects(name, in: configuration)
        return make(facts).map(Self.own)
      }
    }.filter { known.insert($0).inserted }
  }

  /// Whether a backup location by which this identity uses the bucket tags what it writes.
  private func tagsObjects(_ bucket: String, in configuration: Configuration) -> Bool {
    configuration.resources.contains { location in
      location.address.section == BackupLocation.section && location.settings["bucket"]?.string == bucket
        && location.settings["identity"]?.string == address.name
        && (location.settings["in"]?.map ?? ValueMap()).contains { VeleroConfig.tagsObjects($0.value) }
    }
  }

  /// Policies of identities name no principal, and their Sids hold letters and digits only (IAM User Guide, "Sid").
  private static func own(_ statement: Value) -> Value {
    guard var fields = statement.map else { return statement }
    fields["Principal"] = nil
    fields["Sid"] = fields["Sid"]?.string.map { sid in
      .string(
        sid.split { !$0.isASCII || !($0.isLetter || $0.isNumber) }.map { $0.prefix(1).uppercased() + $0.dropFirst() }
          .joined())
    }
    return .map(fields)
  }
}

extension OutputBook {
  /// What a platform says of itself, for `connections.NAME.OUTPUT`.
  func askParty(_ name: String) async throws(CallFailure) {
    guard let (address, _) = Self.parts(name) else { return }
    guard let connection = connections.opened[address.name] else {
      if let failure = connections.failures[address.name] { throw failure }
      return
    }
    guard let ask = registry.provider(ofType: connection.site.type)?.party else { return }
    learn(address, try await runner.run(ask(connection.site, "aws"), on: connection))
  }

  /// By connection, what platforms said that a change needs; empty where it needs none.
  func parties(of change: Change) -> ValueMap {
    var parties = ValueMap()
    for name in Set(change.facets.compactMap(\.after).flatMap(\.unknowns)) where name.hasPrefix("connections.") {
      guard let (address, output) = Self.parts(name), let value = value(name) else { continue }
      var values = parties[address.name]?.map ?? ValueMap()
      values[output] = value
      parties[address.name] = .map(values)
    }
    return parties
  }
}
