internal import CooperProvider

/// The answers S3 gives for what was never set, and a bucket that keeps what it is sent.
public enum S3Store {
  /// Codes of the table in provider-quirks section 1.
  public static let absentCodes = [
    "cors": "NoSuchCORSConfiguration", "lifecycle": "NoSuchLifecycleConfiguration", "policy": "NoSuchBucketPolicy",
    "encryption": "ServerSideEncryptionConfigurationNotFoundError", "tagging": "NoSuchTagSet",
    "publicAccessBlock": "NoSuchPublicAccessBlockConfiguration", "ownershipControls": "OwnershipControlsNotFoundError",
    "replication": "ReplicationConfigurationNotFoundError", "website": "NoSuchWebsiteConfiguration",
    "object-lock": "ObjectLockConfigurationNotFoundError",
  ]

  /// Documents of what was never set, where S3 answers one.
  public static let unsetDocuments = [
    "versioning": "<VersioningConfiguration/>", "logging": "<BucketLoggingStatus/>",
    "notification": "<NotificationConfiguration/>", "accelerate": "<AccelerateConfiguration/>",
    "requestPayment": "<RequestPaymentConfiguration><Payer>BucketOwner</Payer></RequestPaymentConfiguration>",
    "acl": accessControl([]),
  ]

  /// Root of the listing and of one document, by sub-resource.
  public static let lists = [
    "intelligent-tiering": "ListBucketIntelligentTieringConfigurationsOutput",
    "inventory": "ListInventoryConfigurationsResult", "metrics": "ListMetricsConfigurationsResult",
    "analytics": "ListBucketAnalyticsConfigurationResult",
  ]

  /// A bucket's ACL with grants to groups besides the owner's own.
  public static func accessControl(_ groups: [(uri: String, permission: String)]) -> String {
    func grant(_ grantee: String, _ permission: String) -> String {
      "<Grant><Grantee>\(grantee)</Grantee><Permission>\(permission)</Permission></Grant>"
    }
    let others = groups.map { grant("<URI>http://acs.amazonaws.com/groups/\($0.uri)</URI>", $0.permission) }
    return "<AccessControlPolicy><Owner><ID>75aa</ID><DisplayName>web</DisplayName></Owner><AccessControlList>"
      + others.joined() + grant("<ID>75aa</ID><DisplayName>other</DisplayName>", "FULL_CONTROL")
      + "</AccessControlList></AccessControlPolicy>"
  }

  /// What S3 makes of the names of ready-made ACLs (S3 User Guide, "Canned ACL").
  private static let cannedGrants: [String: [(uri: String, permission: String)]] = [
    "private": [], "public-read": [("global/AllUsers", "READ")],
    "public-read-write": [("global/AllUsers", "READ"), ("global/AllUsers", "WRITE")],
    "authenticated-read": [("global/AuthenticatedUsers", "READ")],
    "log-delivery-write": [("s3/LogDelivery", "WRITE"), ("s3/LogDelivery", "READ_ACP")],
  ]

  /// Keeps what it is sent, expands ready-made ACLs, and lists documents with ids one a page.
  public static let store: FacetConformance.Store = {
    var store = FacetConformance.Store { name in
      absentCodes[name].map { .error(404, $0) } ?? Reply(200, unsetDocuments[name] ?? "")
    }
    store.kept = { call in
      guard let name = call.headers.first(where: { $0.name == "x-amz-acl" })?.value else { return call.body }
      return Array(accessControl(cannedGrants[name] ?? []).utf8)
    }
    store.listing = { name, documents, call in
      guard let root = lists[name] else { return nil }
      let start = call.query.first { $0.name == "continuation-token" }?.value.flatMap { Int($0) } ?? 0
      let rest = documents.dropFirst(start)
      let isTruncated = rest.count > 1
      let more = isTruncated ? "<NextContinuationToken>\(start + 1)</NextContinuationToken>" : ""
      let one = rest.first.map { String(decoding: $0, as: UTF8.self) } ?? ""
      return Reply(200, "<\(root)>\(one)<IsTruncated>\(isTruncated)</IsTruncated>\(more)</\(root)>")
    }
    return store
  }()
}
