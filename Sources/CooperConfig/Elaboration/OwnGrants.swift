public import CooperModel
public import CooperSchema

extension Configuration {
  /// What grants give an identity through its own policy: the statements of the bucket's, without a principal.
  public func statements(
    grantedTo identity: Address, support: (_ section: String, _ type: String) -> KindSupport?
  ) -> [Value] {
    let given = grants(through: identity)
    if given.isEmpty { return [] }
    var known: Set<Value> = []
    return given.flatMap { grant -> [Value] in
      let names =
        grant.settings["bucket"]?.list?.compactMap(\.string) ?? [grant.settings["bucket"]?.string].compactMap { $0 }
      return names.flatMap { name -> [Value] in
        guard let bucket = resource(Address(BucketKind.section, name)),
          let type = connections[bucket.connection]?.declaration.type,
          let support = support(BucketKind.section, type), let arn = support.arn,
          let make = support.grantStatements
        else { return [] }
        var facts = GrantFacts(
          name: names.count == 1 ? grant.address.name : "\(grant.address.name)-\(name)",
          prefix: grant.settings["prefix"]?.string, allow: grant.settings["allow"] ?? .null, principals: [],
          bucket: arn(bucket.name, bucket.region))
        facts.isOfIdentity = true
        facts.tagsObjects = tagsObjects(identity, name)
        return make(facts).map(Self.own)
      }
    }.filter { known.insert($0).inserted }
  }

  /// Grants that stand in the identity's own policy, by name.
  func grants(through identity: Address) -> [ResourceDeclaration] {
    givens.filter { grant in
      grant.address.section == Grant.section && grant.settings["through"]?.string == "identityPolicy"
        && (grant.settings["to"]?.list ?? []).contains { $0["identity"]?.string == identity.name }
    }.sorted { $0.address < $1.address }
  }

  /// Whether a backup location by which this identity uses the bucket tags what it writes (P-VELERO).
  public func tagsObjects(_ identity: Address, _ bucket: String) -> Bool {
    resources.contains { $0.taggedUse == TaggedUse(identity: identity.name, bucket: bucket) }
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

/// An identity that tags what it writes into a bucket.
struct TaggedUse: Hashable {
  var identity: String
  var bucket: String
}

extension ResourceDeclaration {
  /// Nil for all but backup locations that tag their objects.
  var taggedUse: TaggedUse? {
    guard self.address.section == BackupLocation.section, let bucket = self.settings["bucket"]?.string,
      let identity = self.settings["identity"]?.string,
      (self.settings["in"]?.map ?? ValueMap()).contains(where: { VeleroConfig.tagsObjects($0.value) })
    else { return nil }
    return TaggedUse(identity: identity, bucket: bucket)
  }
}
