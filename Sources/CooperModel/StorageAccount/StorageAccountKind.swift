public import CooperSchema

/// An Azure storage account: what holds containers, and what CORS, versions, soft delete and lifecycle belong to.
public enum StorageAccountKind {
  public static let section = "storageAccounts"

  /// Facets in the order in which reference pages and plans show them; limits of shared ones are narrowed by Azure.
  public static let facets: [FacetSchema] = [
    AccountSKU.facet, AccessTier.facet, MinimumTLS.facet, AccountPublicAccess.facet, NetworkDefault.facet,
    Versioning.facet, AccountSoftDelete.facet, ChangeFeed.facet, LastAccessTracking.facet, CORSRule.facet,
    LifecycleRule.facet, TagSet.facet,
  ]

  public static let settings: [FieldShape] = [
    FieldShape(
      "description", .string(.any), summary: "What the account is for; shown in plans.", example: "Reports and exports"),
    FieldShape(
      "connection", .reference(section: "connections"), presence: .required,
      mutability: .replaces(because: "an account can't move to another subscription here"),
      summary: "The connection on which the account lives.", example: "azure"),
    FieldShape(
      "storageAccountName", .string(TextRule(lengths: 1...24)),
      mutability: .replaces(because: "a storage account can't be renamed"),
      summary: "Name at Azure, default the key; unique over all of Azure.", example: "acmereports"),
    FieldShape(
      "resourceGroup", .string(TextRule(lengths: 1...90)),
      mutability: .replaces(because: "moving between resource groups is not what Cooper does"),
      summary: "Resource group, default that of the connection.", example: "rg-storage"),
    FieldShape(
      "region", .string(.region),
      mutability: .replaces(because: "a storage account stays in the region it was made in"),
      summary: "Region, default that of the connection.", example: "westeurope"),
    FieldShape(
      "accountKind", .choice(["StorageV2", "BlockBlobStorage", "BlobStorage"]),
      presence: .defaulted("StorageV2"), mutability: .replaces(because: "the kind is chosen when it is made"),
      summary: "What the account can hold.", example: "BlockBlobStorage"),
    FieldShape(
      "deletion", .choice(DeletionPolicy.allCases.map(\.rawValue)), presence: .defaulted("protect"),
      summary: "What may happen when it leaves the YAML; an account takes its containers with it.", example: "allow"),
    FieldShape(
      "origin", .choice(["managed", "existing"]), presence: .defaulted("managed"),
      summary: "An existing account is referred to, never created or deleted.", example: "existing"),
    FieldShape(
      "shared", .set(.choice(["tags"]), identity: []),
      summary: "Facets of which only the entries written here are owned.", example: "[tags]"),
  ]

  public static let schema = KindSchema(
    section: section, name: "storageAccount", summary: "An Azure storage account and how it is set up.",
    holdsData: true, settings: settings, facets: facets)
}
