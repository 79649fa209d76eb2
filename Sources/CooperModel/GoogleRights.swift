/// What rights are called at Google: roles for the words of grants, members, conditions; documents and calls say the same.
public enum GoogleRights {
  /// FB-32: the account that Flashback acts as.
  public static let flashbackMember =
    "serviceAccount:flashback-network@flashback-network.iam.gserviceaccount.com"
  /// FB-32: what it needs on the customer's account.
  public static let actingRoles = ["roles/iam.serviceAccountTokenCreator", "roles/iam.serviceAccountUser"]

  /// Roles of Cloud Storage ("IAM roles for Cloud Storage") for the words of `allow:`.
  public static func roles(_ level: Grant.Level) -> [String] {
    switch level {
    case .readOnly: ["roles/storage.objectViewer"]
    case .readWrite: ["roles/storage.objectUser"]
    // Section 8: objectAdmin on the bucket.
    case .backup: ["roles/storage.objectAdmin"]
    // Storage Transfer Service documentation, for a bucket that is source and sink.
    case .replicate:
      ["roles/storage.legacyBucketReader", "roles/storage.legacyBucketWriter", "roles/storage.objectViewer"]
    case .admin: ["roles/storage.admin"]
    }
  }

  public static let prefixTitle = "prefix"

  /// Objects below a prefix, and lists of them (Cloud Storage documentation, "Use IAM Conditions on buckets").
  public static func expression(_ bucket: String, _ prefix: String) -> String {
    let text = prefix.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return "resource.name.startsWith(\"projects/_/buckets/\(bucket)/objects/\(text)\") || "
      + "api.getAttribute(\"storage.googleapis.com/objectListPrefix\", \"\").startsWith(\"\(text)\")"
  }

  /// Address of a service account; a project of a domain is written `acme.example:prod` and is `prod.acme.example` in it
  /// (Resource Manager documentation, domain-scoped projects).
  public static func email(_ name: String, project: String) -> String {
    let parts = project.split(separator: ":", maxSplits: 1)
    let place = parts.count == 2 ? "\(parts[1]).\(parts[0])" : project
    return "\(name)@\(place).iam.gserviceaccount.com"
  }

  /// Name and project of an address; nil for what is none.
  public static func account(in email: String) -> (name: String, project: String)? {
    let domain = ".iam.gserviceaccount.com"
    let parts = email.split(separator: "@", maxSplits: 1)
    guard parts.count == 2, parts[1].hasSuffix(domain) else { return nil }
    let place = parts[1].dropLast(domain.count).split(separator: ".", maxSplits: 1)
    return (String(parts[0]), place.count == 2 ? "\(place[1]):\(place[0])" : place.joined())
  }
}
