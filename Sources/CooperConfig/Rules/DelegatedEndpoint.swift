internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// R-02, FB-25: a role of a cloud means nothing to a server of one's own.
enum DelegatedEndpoint: ConfigurationRule {
  static let name = "delegated-endpoint"
  static let level = RuleLevel.warning
  static let entries: [CatalogueEntry] = [
    .init(
      .delegatedEndpoint, "A role on a server of one's own (R-02, FB-25)",
      "Delegated access works on a cloud's own endpoints. MinIO knows no roles of AWS, and Flashback refuses them with any "
        + "endpoint of one's own: for what platforms are to use, both are errors. InfinStor takes the entry, but what it does "
        + "then isn't documented: a warning. So is a connection of Cooper's own that would sign in to MinIO by a role.",
      fix: "Use an identity of type accessKey for buckets behind an endpoint of one's own.")
  ]

  private static let delegated: Set<String> = ["role", "serviceAccount"]

  static func findings(in context: RuleContext) -> [Diagnostic] { users(context) + signIns(context) }

  /// Platforms that are to use such a bucket by a role.
  private static func users(_ context: RuleContext) -> [Diagnostic] {
    (context.resources(in: "registrations") + context.resources(in: "backupLocations")).compactMap { user in
      guard let identity = context.reference(user, "identity", in: "identities"),
        let type = identity.settings["type"]?.string, delegated.contains(type),
        let bucket = context.reference(user, "bucket", in: BucketKind.section),
        let store = context.configuration.connections[bucket.connection]?.declaration,
        store.settings["endpoint"] != nil, let platform = context.platform(of: user)
      else { return nil }
      let severity: Severity
      if platform == "flashback" || store.type == "minio" {
        severity = .error
      } else if platform == "infinstor" {
        severity = .warning
      } else {
        return nil
      }
      return .delegated(user, identity, bucket, severity)
    }
  }

  /// Cooper itself at MinIO, whose own STS doesn't know roles of AWS.
  private static func signIns(_ context: RuleContext) -> [Diagnostic] {
    context.configuration.connections.sorted { $0.key < $1.key }.compactMap { name, entry in
      let methods = [entry.declaration.access, entry.declaration.planAccess].compactMap { $0?["method"]?.string }
      guard entry.declaration.type == "minio", methods.contains("assumeRole") else { return nil }
      return Diagnostic(
        .delegatedEndpoint, .warning, "Connection \"\(name)\" signs in to MinIO by a role of AWS", at: entry.range,
        notes: [.init("MinIO knows no such roles (R-02); its own STS gives keys for a user, whatever the ARN says")],
        fix: ["write  access: { method: static, … }"])
    }
  }
}

extension RuleContext {
  /// The resource that a field names.
  func reference(_ resource: ResourceDeclaration, _ field: String, in section: String) -> ResourceDeclaration? {
    resource.settings[field]?.string.flatMap { configuration.resource(Address(section, $0)) }
  }
}

extension DiagnosticCode {
  static let delegatedEndpoint = DiagnosticCode("RUL0016")
}

extension Diagnostic {
  fileprivate static func delegated(
    _ user: ResourceDeclaration, _ identity: ResourceDeclaration, _ bucket: ResourceDeclaration, _ severity: Severity
  ) -> Diagnostic {
    Diagnostic(
      .delegatedEndpoint, severity, "\(user.address) would use \(bucket.address) by a role, at an endpoint of its own",
      at: user.range, notes: [Note("the role is \(identity.address)", at: identity.range)],
      fix: ["use an identity of type accessKey"], subject: user.address.description)
  }
}
