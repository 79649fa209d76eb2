internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// PA-23, R-08, FF-12, FF-13, R-07: each platform knows its own ways to sign in, and some servers don't check them.
enum PlatformSignIn: ConfigurationRule {
  static let name = "platform-sign-in"
  static let level = RuleLevel.error
  static let entries: [CatalogueEntry] = [
    .init(
      .platformSignIn, "An identity that the platform can't use there (PA-23, R-08, FF-12, FF-13)",
      "Palette takes keys; at AWS roles as well; at Google a JSON key, at Azure a service principal. Flowfile takes keys "
        + "and roles at S3, keys and service principals at Azure, service accounts at Google. InfinStor and Flashback take "
        + "keys and roles at S3. Flowfile's server doesn't check it and fails later.",
      fix: "Name an identity of a type that fits; a service account gets its JSON key by key:.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    (context.resources(in: Registration.section) + context.resources(in: BackupLocation.section)).compactMap {
      user -> Diagnostic? in
      guard let identity = context.reference(user, "identity", in: Identity.section),
        let bucket = context.reference(user, "bucket", in: BucketKind.section),
        let store = context.connectionType(of: bucket), let platform = context.platform(of: user),
        let type = identity.settings["type"]?.string,
        let wanted = wanted(platform, store: store.provider, isAWS: store.name == "aws"),
        !wanted.contains(
          type == "serviceAccount" && identity.settings["key"] != nil ? "serviceAccount with a key" : type)
      else { return nil }
      return Diagnostic(
        .platformSignIn, .error, "\(user.address): \(platform) can't use \(identity.address) for \(bucket.address)",
        at: user.range,
        notes: [
          Diagnostic.Note("there it takes: " + wanted.sorted().joined(separator: ", ")),
          Diagnostic.Note("this is a \(type)", at: identity.range),
        ],
        fix: ["name an identity of another type"])
    }
  }

  /// Types of identities that a platform takes at a store; nil where nobody says.
  private static func wanted(_ platform: String, store: String, isAWS: Bool) -> Set<String>? {
    let keys: Set<String> = ["accessKey", "bucketUser"]
    let isS3 = store == "s3" || store == "kubernetes"
    switch platform {
    case "palette":
      if isS3 { return isAWS ? keys.union(["role"]) : keys }
      return store == "gcs" ? ["serviceAccount with a key"] : store == "azure" ? ["servicePrincipal"] : nil
    case "flowfile":
      // A role at a store of one's own is said by another rule.
      if isS3 { return keys.union(["role"]) }
      return store == "gcs"
        ? ["serviceAccount", "serviceAccount with a key"]
        : store == "azure" ? ["accessKey", "servicePrincipal", "external"] : nil
    case "infinstor", "flashback":
      if isS3 { return keys.union(["role"]) }
      guard platform == "flashback" else { return nil }
      return store == "gcs"
        ? ["serviceAccount", "serviceAccount with a key"] : store == "azure" ? ["accessKey", "external"] : nil
    default: return nil
    }
  }
}

extension DiagnosticCode {
  static let platformSignIn = DiagnosticCode("RUL0064")
}
