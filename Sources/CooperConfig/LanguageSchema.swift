public import CooperModel
public import CooperSchema

/// One top-level key of the language.
public struct LanguageSection: Sendable {
  public var name: String
  public var summary: String
  /// The shape of everything behind the key; connections, whose fields depend on their type, have `anything`.
  public var shape: Shape
  /// Stands in `cooper.yaml` alone, never in an included file or an overlay.
  public var isRootOnly: Bool
  public var example: String?
}

/// The whole language of a build as data, made from the catalog; the JSON Schema, reference pages and `explain` follow it.
public struct LanguageSchema: Sendable {
  public let catalog: Catalog
  public let sections: [LanguageSection]

  public init(_ catalog: Catalog) {
    self.catalog = catalog
    let found =
      Self.rootSections + [Self.connections, Self.variables] + Self.profiles(catalog)
      + Self.kinds(catalog) + Self.changes(catalog)
    sections = found.enumerated().sorted {
      (Self.place($0.element.name), $0.offset) < (Self.place($1.element.name), $1.offset)
    }.map(\.element)
  }

  /// The order in which a file lists its sections: what the project is, where it works, what it declares, what may
  /// happen to it. Kinds of later providers stand behind the buckets.
  private static let order = [
    "cooper", "name", "description", "include", "state", "variables", "environments", "connections", "profiles",
    "buckets", "policies", "identities", "grants", "backupLocations", "registrations", "documents", "storageAccounts",
    "apiKeys", "", "facets", "safety", "consents", "rules", "moved", "removed", "adopted",
  ]

  private static func place(_ section: String) -> Int {
    order.firstIndex(of: section) ?? order.firstIndex(of: "") ?? order.count
  }

  public subscript(section: String) -> LanguageSection? { sections.first { $0.name == section } }

  // MARK: Sections

  private static let text = Shape.string(TextRule(lengths: 1...1024))
  /// A path below the project; the words of the refusal are the loader's.
  private static let path = Shape.string(
    TextRule(
      lengths: 1...1024, pattern: #"^(?!/)(?!(.*/)?\.\.(/|$)).+$"#, expectation: "a path below the project's directory")
  )

  private static let rootSections = [
    LanguageSection(
      name: "cooper", summary: "Version of the language; required in cooper.yaml.", shape: .integer(1...1),
      isRootOnly: true, example: "1"),
    LanguageSection(
      name: "name", summary: "Name of the project; required in cooper.yaml.",
      shape: .string(
        TextRule(
          lengths: 1...64, pattern: "^[A-Za-z0-9_-]+$", expectation: "1 to 64 letters, digits, hyphens or underscores")
      ), isRootOnly: true, example: "acme-storage"),
    LanguageSection(
      name: "description", summary: "What the project is for.", shape: .string(.any), isRootOnly: true),
    LanguageSection(
      name: "include", summary: "Files that belong to the project; paths start at it, with * and **.",
      shape: .either(scalar: path, long: .list(path)), isRootOnly: true, example: "[\"buckets/*.yaml\"]"),
    LanguageSection(
      name: "environments", summary: "The environments, each with what it sets differently.", shape: .anything,
      isRootOnly: true, example: "{ stage: { variables: { account: \"222233334444\" } } }"),
    LanguageSection(
      name: "state", summary: "Where the state is kept; without it in .cooper/ of the project.",
      shape: .map(.anything, keys: .any), isRootOnly: false,
      example: "{ connection: aws, bucket: acme-state, key: acme.json }"),
  ]

  private static let connections = LanguageSection(
    name: "connections", summary: "Where Cooper works, and how Cooper itself signs in.",
    shape: .map(.anything, keys: .any), isRootOnly: false, example: "{ aws: { type: aws, region: eu-west-1 } }")

  private static let variables = LanguageSection(
    name: "variables", summary: "Texts that environments and callers may give; used as $(name).",
    shape: .map(Variables.declaration, keys: .any), isRootOnly: false,
    example: "{ account: { description: AWS account } }")

  private static func profiles(_ catalog: Catalog) -> [LanguageSection] {
    guard let shape = ProjectShapes(catalog).ofEntries(in: "profiles") else { return [] }
    return [
      LanguageSection(
        name: "profiles", summary: "Fields that several buckets share; of several profiles the later wins.",
        shape: .map(withoutPurge(optional(shape, named: "profile")), keys: .any), isRootOnly: false,
        example: "{ protected: { versioning: enabled } }")
    ]
  }

  /// What lets objects be destroyed stands at the bucket itself.
  private static func withoutPurge(_ shape: Shape) -> Shape {
    guard case .object(var object) = shape else { return shape }
    for index in object.fields.indices where object.fields[index].name == "deletion" {
      guard case .choice(let words) = object.fields[index].shape else { continue }
      object.fields[index].shape = .choice(words.filter { $0 != "purge" })
    }
    return .object(object)
  }

  private static func kinds(_ catalog: Catalog) -> [LanguageSection] {
    let shapes = ProjectShapes(catalog)
    var sections = catalog.kinds.values.sorted { $0.section < $1.section }.compactMap { kind in
      shapes.ofEntries(in: kind.section).map { shape in
        LanguageSection(
          name: kind.section, summary: kind.summary, shape: .map(optional(shape, named: kind.name), keys: .any),
          isRootOnly: false)
      }
    }
    guard let bucket = catalog.kinds["buckets"] else { return sections }
    let facets = ObjectShape(
      "facets", summary: "Facets of a bucket that another file declares.",
      fields: bucket.facets.map { FieldShape($0.name, $0.shape, summary: $0.summary, example: $0.example) })
    sections.append(
      LanguageSection(
        name: "facets", summary: "Adds facets to buckets that are declared elsewhere, by bucket.",
        shape: .map(.object(facets), keys: .any), isRootOnly: false,
        example: "{ data-eu: { tags: { team: web } } }"))
    return sections
  }

  private static func changes(_ catalog: Catalog) -> [LanguageSection] {
    [
      LanguageSection(
        name: "moved", summary: "Resources that got another address.", shape: .list(.object(SectionShapes.move)),
        isRootOnly: false, example: "[{ from: buckets.logs, to: buckets.audit-logs }]"),
      LanguageSection(
        name: "removed", summary: "What may happen to something that is no longer declared, by address.",
        shape: .map(SectionShapes.removal, keys: .any), isRootOnly: false, example: "{ buckets.old-logs: forget }"),
      LanguageSection(
        name: "adopted", summary: "Existing things that become declared resources: address and native name.",
        shape: .map(SectionShapes.adoption, keys: .any), isRootOnly: false,
        example: "{ buckets.velero: acme-velero-prod }"),
      LanguageSection(
        name: "consents", summary: "Named risks that reviewers accepted.",
        shape: .list(.object(SectionShapes.consent)), isRootOnly: false,
        example: "[{ address: buckets.data-eu, risk: widensAccess, until: 2026-12-01, reason: PLAT-881 }]"),
      LanguageSection(
        name: "safety", summary: "Thresholds of the project.", shape: .object(SectionShapes.safety),
        isRootOnly: false, example: "{ maxDestroy: { count: 3, percent: 10 } }"),
      LanguageSection(
        name: "rules", summary: "How serious the findings of a rule are, by rule.",
        shape: .map(SectionShapes.rule, keys: .any), isRootOnly: false, example: "{ shared-name: off }"),
    ]
  }

  /// A field that a resource needs may come from a profile, so none is required where it is written.
  private static func optional(_ shape: Shape, named name: String) -> Shape {
    guard case .object(var object) = shape else { return shape }
    object.name = name
    for index in object.fields.indices {
      if case .required = object.fields[index].presence { object.fields[index].presence = .optional }
      if case .object = object.fields[index].shape, object.fields[index].summary.hasPrefix("For buckets on") {
        object.fields[index].shape = optional(object.fields[index].shape, named: "profileBlock")
      }
    }
    return .object(object)
  }

  // MARK: Connections

  /// All fields of a connection of one type but `access` and `planAccess`.
  public func connection(_ type: ConnectionType) -> ObjectShape {
    ObjectShape(
      type.name + "Connection", summary: type.summary,
      fields: [
        FieldShape("type", .choice([type.name]), presence: .required, summary: "The kind of store."),
        FieldShape("description", .string(.any), summary: "What it is for."),
      ] + type.settings.fields)
  }

  /// What may stand in `access`, a shape for each method with the method's own word among its fields.
  public func access(_ type: ConnectionType) -> [(method: String, shape: ObjectShape)] {
    type.accessMethods.sorted { $0.key < $1.key }.map { method, shape in
      var shape = shape
      if !method.isEmpty, shape["method"] == nil {
        shape.fields.insert(
          FieldShape("method", .choice([method]), presence: .required, summary: "How Cooper signs in."), at: 0)
      }
      return (method, shape)
    }
  }
}
