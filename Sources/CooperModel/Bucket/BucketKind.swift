public import CooperSchema

/// The bucket as the language sees it: its settings and the facets that all providers share, declared once.
public enum BucketKind {
  public static let section = "buckets"

  /// Facets in the order in which reference pages and plans show them; a provider says which of them it holds.
  public static let facets: [FacetSchema] = [
    Versioning.facet, Encryption.facet, PublicAccess.facet, Ownership.facet, UniformAccess.facet, CORSRule.facet,
    LifecycleRule.facet, SoftDelete.facet, BucketPolicy.facet, Replication.facet, AccessLogging.facet, TagSet.facet,
    ObjectLock.facet, RetentionPolicy.facet, Notifications.facet, Website.facet, CannedACL.facet, RequestPayment.facet,
    Acceleration.facet, IntelligentTiering.facet, Inventory.facet, RequestMetrics.facet, StorageAnalytics.facet,
    StorageClass.facet, Autoclass.facet, EventHolds.facet, RecoveryPoint.facet,
    HierarchicalNamespace.facet, IAMBinding.facet, AnonymousAccess.facet,
    ContainerMetadata.facet, Immutability.facet, LegalHold.facet, CozystackBucket.facet, COSIBucket.facet,
  ]

  public static let settings: [FieldShape] = [
    FieldShape(
      "description", .string(.any), summary: "What the bucket is for; shown in plans.",
      example: "Landing zone for partner data"),
    FieldShape(
      "connection", .reference(section: "connections"), presence: .required,
      mutability: .replaces(because: "a bucket can't move to another store"),
      summary: "The connection on which the bucket lives.", example: "aws"),
    FieldShape(
      "region", .string(.region),
      mutability: .replaces(because: "a bucket stays in the region it was made in"),
      summary: "Region, default that of the connection.", example: "eu-west-1"),
    FieldShape(
      "account", .reference(section: StorageAccountKind.section),
      mutability: .replaces(because: "a container can't move to another account"),
      summary: "The Azure storage account that holds the container; it brings the connection with it.",
      example: "acmereports"),
    FieldShape(
      "bucketName", .string(TextRule(lengths: 1...222)),
      mutability: .replaces(because: "a bucket can't be renamed"),
      summary: "Name at the provider, default the key.", example: "acme-$(self.key)-$(environment)"),
    FieldShape(
      "profile",
      .either(
        scalar: .reference(section: "profiles"), long: .list(.reference(section: "profiles"))),
      summary: "Profiles whose fields it takes over; later ones win.", example: "[protected, eu]"),
    FieldShape(
      "deletion", .choice(DeletionPolicy.allCases.map(\.rawValue)), presence: .defaulted("protect"),
      summary: "What may happen when it leaves the YAML: nothing, deletion when empty, or emptying and deletion.",
      example: "allow"),
    FieldShape(
      "origin", .choice(["managed", "existing"]), presence: .defaulted("managed"),
      summary: "An existing bucket is referred to, never created or deleted.", example: "existing"),
    FieldShape(
      "shared", .set(.choice(["iam", "policy", "tags"]), identity: []),
      summary: "Facets of which only the entries written here are owned.", example: "[policy, tags]"),
  ]

  public static let schema = KindSchema(
    section: section, name: "bucket", summary: "A bucket and how it is set up.", holdsData: true, settings: settings,
    facets: facets,
    connection: .first([.field("connection"), .resource(field: "account", section: "storageAccounts")]),
    outputs: [
      KindOutput("arn", summary: "ARN of the bucket, where the store has such names."),
      KindOutput("endpoint", summary: "Address of its store, with the scheme (R-06)."),
      KindOutput("region", summary: "Region that a client signs for."),
      KindOutput(
        "caCertificate",
        summary: "Authority of its store in PEM form, as COSI v1alpha2 tells it; empty where it tells none."),
      KindOutput(
        "pathStyle",
        summary: "true where the bucket stands in the path, false where before the host, as COSI v1alpha2 tells it."),
    ])
}
