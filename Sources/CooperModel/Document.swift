import CooperSchema

/// A file that `cooper emit` writes from a resource: manifests, policies, settings of clients.
public enum Document {
  public static let section = "documents"

  private static let path = TextRule(
    lengths: 1...1024, expectation: "a path inside the project, such as out/velero.yaml",
    matches: { text in
      !text.hasPrefix("/") && !text.hasPrefix("~") && !text.split(separator: "/").contains("..")
    })

  private static let resourceName = TextRule(lengths: 1...253)

  public static let schema = KindSchema(
    section: section, name: "document", summary: "A file that is written from a resource.", holdsData: false,
    settings: [
      FieldShape("description", .string(.any), summary: "What the document is for."),
      FieldShape(
        "from", .string(TextRule(lengths: 3...256)), presence: .required, summary: "Address of the resource.",
        example: "backupLocations.main"),
      FieldShape(
        "as", .choice(DocumentForm.allCases.map(\.rawValue)), presence: .required, summary: "What is made of it.",
        example: "velero"),
      FieldShape(
        "path", .string(path), presence: .required, summary: "Where it is written, from the project directory.",
        example: "out/velero.yaml"),
      FieldShape(
        "secrets", .choice(["omit", "include"]), presence: .defaulted("omit"),
        summary: "Whether secrets are written into it; without them the document names where they go.",
        example: "omit"),
      FieldShape(
        "identity", .reference(section: Identity.section),
        summary: "Whose credentials it is about, where the resource itself names nobody.", example: "velero-key"),
      FieldShape(
        "driver", .string(resourceName),
        summary: "With as: cosi: the driver; its classes are then written as well.", example: "s3.acme.example"),
    ], facets: [], connection: .none, addresses: ["from"], isMade: false)
}
