import CooperSchema

/// A place in a bucket where a platform keeps backups: Palette's location, Velero's BackupStorageLocation.
public enum BackupLocation {
  public static let section = "backupLocations"

  public static let schema = KindSchema(
    section: section, name: "backupLocation", summary: "A place in a bucket where a platform keeps backups.",
    holdsData: false,
    settings: [
      FieldShape("description", .string(.any), summary: "What the location is for; shown in plans."),
      FieldShape(
        "bucket", .reference(section: BucketKind.section), presence: .required, summary: "The bucket.",
        example: "velero"),
      FieldShape(
        "prefix", .string(TextRule(lengths: 1...1024)),
        summary: "Folder in the bucket; a bucket that others use as well needs one (VL-03).", example: "cluster-a"),
      FieldShape(
        "identity", .reference(section: Identity.section),
        summary: "Who the platform is when it uses the bucket.", example: "velero-key"),
      FieldShape(
        "in", .map(.anything, keys: .any), presence: .required,
        summary: "The platform's connection, with the settings that it has there.",
        example: "{ palette: { scope: tenant } }"),
    ], facets: [], connection: .key(of: "in"))
}
