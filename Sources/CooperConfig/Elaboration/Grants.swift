internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema
internal import CooperSyntax

/// Grants on stores with bucket policies: each becomes statements of its bucket's policy, with the grant's key as Sid.
extension Elaborator {
  /// Takes such grants out of what is made, and puts what they mean into the buckets.
  mutating func foldGrants(_ made: inout [ResourceDeclaration], _ givens: inout [ResourceDeclaration]) {
    guard made.contains(where: { $0.address.section == Grant.section }) else { return }
    var places: [String: Int] = [:]
    for (index, resource) in made.enumerated() where resource.address.section == BucketKind.section {
      places[resource.address.name] = index
    }
    let tagged = Set(made.compactMap(\.taggedUse))
    var folded: Set<Address> = []
    var work: [FoldedBucket] = []
    var workPlaces: [Int: Int] = [:]
    // In the order of their names, so that the order of files says nothing.
    for grant in made.filter({ $0.address.section == Grant.section }).sorted(by: { $0.address < $1.address }) {
      guard let type = connections[grant.connection].flatMap({ catalog.connectionTypes[$0.declaration.type] }),
        let make = type.support[BucketKind.section]?.grantStatements
      else { continue }
      folded.insert(grant.address)
      givens.append(grant)
      if grant.settings["through"]?.string == "identityPolicy" {
        checkPolicies(of: grant)
        continue
      }
      for name in bucketNames(of: grant) {
        // A bucket that is faulty itself has been reported.
        guard let place = places[name] else { continue }
        if workPlaces[place] == nil {
          workPlaces[place] = work.count
          work.append(FoldedBucket(place: place, bucket: made[place], make: make, tagged: tagged))
        }
        if let index = workPlaces[place] { work[index].grants.append(grant) }
      }
    }
    for done in foldedBuckets(work) { made[done.place] = done.bucket }
    made.removeAll { folded.contains($0.address) }
  }

  /// On all processors when there are many, as when resources are made.
  private mutating func foldedBuckets(_ work: [FoldedBucket]) -> [FoldedBucket] {
    guard work.count >= parallelThreshold else { return work.map { folded($0) } }
    var empty = self
    empty.dropFindings()
    let start = empty
    let parts = inParallelChunks(work.count) { range in
      var part = start
      return (work[range].map { part.folded($0) }, part)
    }
    for (_, part) in parts { takeFindings(of: part) }
    return parts.flatMap(\.0)
  }

  private mutating func folded(_ work: FoldedBucket) -> FoldedBucket {
    var bucket = work.bucket.whole
    for grant in work.grants { fold(grant, into: &bucket, work.tagged, work.make) }
    var done = work
    done.bucket = ResourceDeclaration(bucket)
    return done
  }

  /// Who gets it through a policy of its own must be made here, on the connection of the bucket.
  private mutating func checkPolicies(of grant: ResourceDeclaration) {
    for entry in grant.settings["to"]?.list ?? [] {
      guard let name = entry["identity"]?.string, let place = draftPlaces[Identity.section]?[name],
        let range = grant.range
      else { continue }
      if !drafts[place].isMade || drafts[place].connection != grant.connection {
        report(.identityWithoutPolicy(grant.address, "\(Identity.section).\(name)", grant.connection, range))
      }
    }
  }

  func bucketNames(of grant: ResourceDeclaration) -> [String] {
    switch grant.settings["bucket"] {
    case .string(let name)?: [name]
    case .list(let names)?: names.compactMap(\.string)
    default: []
    }
  }

  private mutating func fold(
    _ grant: ResourceDeclaration, into bucket: inout ResourceFields, _ tagged: Set<TaggedUse>,
    _ make: @Sendable (GrantFacts) -> [Value]
  ) {
    guard let range = grant.range, let place = draftPlaces[BucketKind.section]?[bucket.address.name],
      let arn = support(of: place)?.arn, let facet = drafts[place].kind.facets[BucketPolicy.facet.name]
    else { return }
    var principals: [GrantFacts.Principal] = []
    for (index, entry) in (grant.settings["to"]?.list ?? []).enumerated() {
      guard let principal = principal(entry, grant, place) else {
        let node = grant.node?["to"]?.value.elements
        let at = node.flatMap { $0.indices.contains(index) ? $0[index].range : nil } ?? range
        report(.grantWithoutPrincipal(grant.address, entry, at))
        return
      }
      principals.append(principal)
    }
    var facts = GrantFacts(
      name: grant.address.name, prefix: grant.settings["prefix"]?.string, allow: grant.settings["allow"] ?? .null,
      principals: principals, bucket: arn(bucket.name, bucket.region))
    facts.tagsObjects = (grant.settings["to"]?.list ?? []).contains { entry in
      entry["identity"]?.string.map { tagged.contains(TaggedUse(identity: $0, bucket: bucket.address.name)) } ?? false
    }
    let known = bucket.facet(facet.name)
    var document = known?.value.map ?? ["Version": "2012-10-17", "Statement": []]
    var statements = document["Statement"]?.list ?? []
    let added = make(facts)
    for statement in added where statements.contains(where: { $0["Sid"] == statement["Sid"] && $0["Sid"] != nil }) {
      report(.sidTwice(grant.address, statement["Sid"]?.string ?? "", range, bucket.address, known?.range))
      return
    }
    statements += added
    document["Statement"] = .list(statements)
    if document["Version"] == nil { document["Version"] = "2012-10-17" }
    let value = canonical(.map(document), facet.shape)
    if let known {
      let problems = value.hasUnknowns ? [] : facet.problems(value)
      if !problems.isEmpty, facet.problems(known.value).isEmpty {
        for problem in problems {
          report(.facet(problem, SyntaxNode.Entry(key: facet.name, keyRange: range, value: .init(.missing, range))))
        }
      }
      bucket.facets.removeAll { $0.name == facet.name }
    }
    bucket.facets.append(FacetDeclaration(name: facet.name, value: value, range: known?.range ?? range))
    bucket.facets.sort { $0.name < $1.name }
    show(added, at: range, in: &bucket, facet.name)
    if let from = draftPlaces[Grant.section]?[grant.address.name] { addEdges(of: from, to: place, principals: grant) }
  }

  /// The bucket's policy needs whom the grant names.
  private mutating func addEdges(of grant: Int, to bucket: Int, principals: ResourceDeclaration) {
    openField = BucketPolicy.facet.name
    for entry in principals.settings["to"]?.list ?? [] {
      guard let name = entry["identity"]?.string, let identity = draftPlaces[Identity.section]?[name] else { continue }
      addEdge(from: bucket, to: identity, .names, drafts[grant].keyRange)
    }
  }

  private mutating func principal(
    _ entry: Value, _ grant: ResourceDeclaration, _ bucket: Int
  ) -> GrantFacts.Principal? {
    if let name = entry["aws"] { return .init(.aws, name) }
    if let name = entry["service"] { return .init(.service, name) }
    guard let name = entry["identity"]?.string, let place = draftPlaces[Identity.section]?[name] else { return nil }
    let address = "\(Identity.section).\(name).arn"
    guard field("arn", of: place) != nil || support(of: place)?.outputs["arn"] != nil else { return nil }
    switch text("$(\(address))", drafts[place].keyRange, nil) {
    case .text(let text)?: return .init(.aws, .string(text))
    case .unknown(let output)?: return .init(.aws, .unknown(output))
    case .secret?, nil: return nil
    }
  }

  /// Puts the statements into the effective tree, so that `explain` shows where they come from.
  private func show(
    _ statements: [Value], at range: SourceRange, in bucket: inout ResourceFields, _ facet: String
  ) {
    guard let node = bucket.node, var entries = node.entries else { return }
    let added = statements.map { SyntaxNode($0, at: range) }
    if let index = entries.firstIndex(where: { $0.key == facet }),
      case .mapping(var fields) = entries[index].value.content,
      let list = fields.firstIndex(where: { $0.key == "Statement" })
    {
      let known = fields[list].value.elements ?? [fields[list].value]
      fields[list].value.content = .sequence(known + added)
      entries[index].value.content = .mapping(fields)
    } else {
      let list = SyntaxNode.Entry(key: "Statement", keyRange: range, value: SyntaxNode(.sequence(added), range))
      entries.removeAll { $0.key == facet }
      entries.append(SyntaxNode.Entry(key: facet, keyRange: range, value: SyntaxNode(.mapping([list]), range)))
    }
    bucket.node = SyntaxNode(.mapping(entries), node.range)
  }
}

/// A bucket with the grants that become statements of its policy.
private struct FoldedBucket: Sendable {
  /// Among what is made.
  var place: Int
  var bucket: ResourceDeclaration
  var make: @Sendable (GrantFacts) -> [Value]
  /// Who tags what it writes into which bucket (P-VELERO).
  var tagged: Set<TaggedUse>
  var grants: [ResourceDeclaration] = []
}

extension SyntaxNode {
  /// A tree that says what a value says, all of it at one place.
  init(_ value: Value, at range: SourceRange) {
    switch value {
    case .null: self.init(.scalar(.init("null")), range)
    case .bool(let flag): self.init(.scalar(.init(flag ? "true" : "false")), range)
    case .integer(let number): self.init(.scalar(.init(String(number))), range)
    case .number(let number): self.init(.scalar(.init("\(number)")), range)
    case .string(let text): self.init(.scalar(.init(text, style: .doubleQuoted)), range)
    case .unknown(let name): self.init(.scalar(.init("$(\(name))", style: .doubleQuoted)), range)
    case .list(let elements): self.init(.sequence(elements.map { SyntaxNode($0, at: range) }), range)
    case .map(let map):
      self.init(
        .mapping(map.map { Entry(key: $0.key, keyRange: range, value: SyntaxNode($0.value, at: range)) }), range)
    }
  }
}

extension Diagnostic {
  static func sidTwice(
    _ grant: Address, _ sid: String, _ range: SourceRange, _ bucket: Address, _ policy: SourceRange?
  ) -> Diagnostic {
    Diagnostic(
      .sidTwice, .error, "\(grant) would be a second statement \"\(sid)\" in the policy of \(bucket)", at: range,
      notes: policy.map { [Note("the policy is here", at: $0)] } ?? [], fix: ["give the grant another name"])
  }

  static func identityWithoutPolicy(
    _ grant: Address, _ identity: String, _ connection: String, _ range: SourceRange
  ) -> Diagnostic {
    Diagnostic(
      .grantWithoutPrincipal, .error,
      "\(grant): \(identity) has no policy that Cooper writes on connection \"\(connection)\"", at: range,
      fix: ["take out  through: identityPolicy ; the policy of the bucket can name it by its ARN"])
  }

  static func grantWithoutPrincipal(_ grant: Address, _ entry: Value, _ range: SourceRange) -> Diagnostic {
    let who = entry["identity"]?.string.map { "identities.\($0)" } ?? entry.map?.first?.key ?? "this"
    return Diagnostic(
      .grantWithoutPrincipal, .error, "\(grant): the policy of a bucket can't name \(who)", at: range,
      notes: [Note("it names roles, users, accounts and services of AWS")],
      fix: ["grant it to an identity of type role, or write  aws: arn:…"])
  }
}
