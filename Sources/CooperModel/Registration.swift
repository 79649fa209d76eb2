import CooperSchema

/// An entry of a bucket in the table of a platform: Flashback, InfinStor, Flowfile, Palette.
public enum Registration {
  public static let section = "registrations"

  public static let schema = KindSchema(
    section: section, name: "registration", summary: "An entry of a bucket in the table of a platform.",
    holdsData: false,
    settings: [
      FieldShape("description", .string(.any), summary: "What the entry is for; shown in plans."),
      FieldShape(
        "in", .reference(section: "connections"), presence: .required,
        mutability: .replaces(because: "an entry can't move to another platform"),
        summary: "The platform's connection.", example: "flashback"),
      FieldShape(
        "registrationName", .string(TextRule(lengths: 1...128)),
        mutability: .replaces(because: "platforms find entries by name"),
        summary: "Name of the entry there, default the key.", example: "data-eu"),
      FieldShape(
        "bucket", .reference(section: BucketKind.section), presence: .required, summary: "The bucket.",
        example: "data-eu"),
      FieldShape(
        "identity", .reference(section: Identity.section), presence: .required,
        summary: "Who the platform is when it uses the bucket.", example: "flashback"),
    ], facets: [], connection: .field("in"))
}
