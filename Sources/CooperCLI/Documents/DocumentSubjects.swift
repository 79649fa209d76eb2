internal import CooperConfig
internal import CooperDocuments
internal import CooperModel
internal import CooperSchema
internal import CooperState

/// What a project and its state say of a resource, as the facts that documents are made of.
struct DocumentSubjects {
  let configuration: Configuration
  let catalog: Catalog
  /// Nil where nothing was applied, or the state is out of reach.
  let recorded: StateSnapshot?
  /// Reads a file of the project.
  let text: (String) -> String?

  /// The subject at an address; `identity` and `driver` are those of the document.
  func subject(
    _ address: Address, identity: String? = nil, driver: String? = nil, includesSecrets: Bool = false
  ) throws(DocumentProblem) -> DocumentSubject {
    guard let resource = configuration.resource(address) else {
      throw DocumentProblem("DOC0003", "there is no \(address)", fix: "see the addresses:  cooper graph")
    }
    var subject = DocumentSubject(address: address, name: resource.name)
    subject.driver = driver
    subject.includesSecrets = includesSecrets
    switch address.section {
    case BucketKind.section:
      subject.bucket = bucket(resource)
      if subject.bucket?.flavour != .cluster { subject.name = address.name }
      subject.grants = grants { $0.bucket.address == address }
    case BackupLocation.section, Registration.section:
      subject.bucket = reference(resource, "bucket", BucketKind.section).map(bucket)
      subject.prefix = resource.settings["prefix"]?.string
      subject.platform = platform(resource)
    case Identity.section:
      subject.identity = self.identity(resource)
      subject.grants = grants { grant in
        grant.principals.contains {
          if case .identity(let identity) = $0 { identity.address == address } else { false }
        }
      }
      // What another one who gets the same grant does is no matter of this one's own policy.
      for index in subject.grants.indices {
        subject.grants[index].tagsObjects = configuration.tagsObjects(
          address, subject.grants[index].bucket.address.name)
      }
    case Grant.section: subject.grants = grants { $0.name == address.name }
    default: break
    }
    if let user = reference(resource, "identity", Identity.section) { subject.identity = self.identity(user) }
    if let identity, let named = configuration.resource(Address(Identity.section, identity)) {
      subject.identity = self.identity(named)
    }
    return subject
  }

  private func reference(_ resource: ResourceDeclaration, _ field: String, _ section: String) -> ResourceDeclaration? {
    resource.settings[field]?.string.flatMap { configuration.resource(Address(section, $0)) }
  }

  /// An output as recorded, or unknown under its name.
  private func output(_ address: Address, _ name: String) -> Value {
    recorded?.resources[address]?.outputs[name] ?? .unknown("\(address).\(name)")
  }

  // MARK: Buckets

  func bucket(_ resource: ResourceDeclaration) -> BucketFacts {
    let entry = configuration.connections[resource.connection]?.declaration
    let settings = entry?.settings ?? ValueMap()
    let flavour = Self.flavours[entry?.type ?? ""] ?? .s3
    var facts = BucketFacts(
      address: resource.address, flavour: flavour, name: .string(resource.name),
      region: (resource.region ?? settings["region"]?.string).map { .string($0) }, endpoint: settings["endpoint"],
      isPathStyle: settings["pathStyle"]?.bool ?? false,
      facets: ValueMap(resource.facets.map { ($0.name, $0.value) }),
      certificate: settings["caCertificate"]?.string.flatMap(text),
      allowsPlainHTTP: settings["insecure"]?.string == "allow")
    facts.account = settings["account"]?.string
    facts.project = settings["project"]?.string
    if flavour == .cluster { takeOutputs(of: resource.address, &facts) }
    if flavour == .azure { facts.azure = azure(resource, settings) }
    let arn = catalog.connectionTypes[entry?.type ?? ""]?.support[BucketKind.section]?.arn
    if let parts = arn?(resource.name, facts.region?.string).split(separator: ":"), parts.count > 1 {
      facts.partition = String(parts[1])
    }
    return facts
  }

  private static let flavours: [String: BucketFacts.Flavour] = [
    "aws": .aws, "minio": .minio, "ceph": .ceph, "r2": .r2, "b2": .b2, "wasabi": .wasabi, "s3": .s3, "gcs": .google,
    "azure": .azure, "kubernetes": .cluster, "local": .local,
  ]

  /// CZ-06, CZ-09: name and endpoint are born there; the endpoint comes without a scheme, the region may be empty.
  private func takeOutputs(of address: Address, _ facts: inout BucketFacts) {
    facts.name = output(address, "bucketName")
    facts.endpoint = output(address, "endpoint")
    if let text = facts.endpoint?.string, !text.contains("://") { facts.endpoint = .string("https://" + text) }
    facts.region = recorded?.resources[address]?.outputs["region"]
    facts.certificate = nil
    facts.allowsPlainHTTP = false
  }

  private func azure(_ resource: ResourceDeclaration, _ settings: ValueMap) -> BucketFacts.AzurePlace? {
    guard let account = reference(resource, "account", StorageAccountKind.section) else { return nil }
    return BucketFacts.AzurePlace(
      account: account.name,
      resourceGroup: account.settings["resourceGroup"]?.string ?? settings["resourceGroup"]?.string,
      subscription: settings["subscription"]?.string, tenant: settings["tenant"]?.string,
      sku: account.facet("sku")?.value.string, cloud: settings["cloud"]?.string ?? "public")
  }

  // MARK: Identities

  func identity(_ resource: ResourceDeclaration) -> IdentityFacts {
    let settings = resource.settings
    let connection = configuration.connections[resource.connection]?.declaration
    var facts = IdentityFacts(
      address: resource.address, kind: .init(rawValue: settings["type"]?.string ?? "") ?? .external,
      name: resource.name,
      trust: (resource.facet("trust")?.value.list ?? []).compactMap { party($0, resource.address) },
      maxSession: resource.facet("maxSession").flatMap { try? TimeSpan(value: $0.value) },
      secrets: Set(["accessKeyId", "secretAccessKey", "clientSecret", "key"].filter { settings[$0] != nil }))
    facts.description = resource.description
    facts.objectId = settings["objectId"]?.string
    facts.clientId = settings["clientId"]?.string
    facts.tenant = connection?.settings["tenant"]?.string
    facts.home = connection?.settings["account"]?.string ?? connection?.settings["project"]?.string
    switch facts.kind {
    case .role: facts.arn = made("arn", resource, connection)
    case .serviceAccount: facts.email = made("email", resource, connection)
    case .external:
      facts.arn = settings["arn"]
      facts.email = settings["email"]
    default: break
    }
    if let parts = facts.arn?.string?.split(separator: ":"), parts.count > 1 { facts.partition = String(parts[1]) }
    return facts
  }

  /// What was recorded goes before what would be made.
  private func made(_ name: String, _ resource: ResourceDeclaration, _ connection: ConnectionDeclaration?) -> Value {
    if let known = recorded?.resources[resource.address]?.outputs[name] { return known }
    let make = catalog.connectionTypes[connection?.type ?? ""]?.support[Identity.section]?.outputs[name]
    let facts = OutputFacts(
      name: resource.name, region: resource.region ?? connection?.settings["region"]?.string,
      connection: connection?.settings ?? ValueMap(), settings: resource.settings)
    return make?(facts).map { .string($0) } ?? .unknown("\(resource.address).\(name)")
  }

  private func party(_ entry: Value, _ address: Address) -> TrustedParty? {
    if let name = entry["party"]?.string {
      guard let type = configuration.connections[name]?.declaration.type else { return nil }
      let isAsked = catalog.connectionTypes[type]?.partyOutputs.isEmpty == false
      return .platform(
        type: type, account: isAsked ? output(address, "accountId") : nil,
        externalId: entry["externalId"] ?? (isAsked ? output(address, "externalId") : nil))
    }
    if let principal = entry["aws"]?.string { return .aws(principal, externalId: entry["externalId"]?.string) }
    if let service = entry["service"]?.string { return .service(service) }
    guard let host = entry["oidc"]?.string else { return nil }
    return .oidc(host: host, subject: entry["subject"]?.string ?? "*", audience: entry["audience"]?.string)
  }

  // MARK: Platforms and grants

  private func platform(_ resource: ResourceDeclaration) -> DocumentSubject.Platform? {
    let place = resource.settings["in"]?.map?.first
    let name = place?.key ?? resource.settings["in"]?.string ?? resource.connection
    guard let connection = configuration.connections[name]?.declaration else { return nil }
    var settings = place?.value.map ?? resource.settings
    for field in ["namespace", "workspace"] where settings[field] == nil {
      settings[field] = connection.settings[field]
    }
    return DocumentSubject.Platform(type: connection.type, settings: settings)
  }

  private func grants(_ isWanted: (DocumentSubject.Grant) -> Bool) -> [DocumentSubject.Grant] {
    (configuration.resources + configuration.givens).filter { $0.address.section == Grant.section }
      .sorted { $0.address < $1.address }.flatMap(self.grants).filter(isWanted)
  }

  /// A grant on several buckets is one for each.
  private func grants(of resource: ResourceDeclaration) -> [DocumentSubject.Grant] {
    let names = resource.settings["bucket"]?.list?.compactMap(\.string) ?? [resource.settings["bucket"]?.string ?? ""]
    let principals = (resource.settings["to"]?.list ?? []).compactMap(principal)
    return names.compactMap { name in
      configuration.resource(Address(BucketKind.section, name)).map { found in
        var grant = DocumentSubject.Grant(
          name: resource.address.name, bucket: bucket(found), prefix: resource.settings["prefix"]?.string,
          allow: resource.settings["allow"] ?? .null, principals: principals)
        grant.tagsObjects = principals.contains {
          if case .identity(let identity) = $0 { configuration.tagsObjects(identity.address, name) } else { false }
        }
        return grant
      }
    }
  }

  private func principal(_ entry: Value) -> DocumentSubject.Principal? {
    if let name = entry["identity"]?.string {
      return configuration.resource(Address(Identity.section, name)).map { .identity(identity($0)) }
    }
    if let name = entry["aws"]?.string { return .aws(name) }
    if let name = entry["service"]?.string { return .service(name) }
    if let name = entry["gcp"]?.string { return .google(name) }
    return entry["azure"]?.string.map { .azure($0) }
  }
}
