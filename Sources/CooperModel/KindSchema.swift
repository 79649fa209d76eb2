public import CooperSchema

/// A kind of resource as the language sees it; providers that share a section merge their settings and facets.
public struct KindSchema: Sendable {
  public var section: String
  /// Singular, e.g. `bucket`.
  public var name: String
  public var summary: String
  public var holdsData: Bool
  /// Fields that are no facets, e.g. `connection`, `region`, `bucketName`.
  public var settings: [FieldShape]
  public var facets: [FacetSchema]
  /// Where its resources have their connection from.
  public var connection: ConnectionSource
  /// The field that holds the native name; the key is the name where it isn't written, or where there is no such field.
  public var nameField: String?
  /// Fields that depend on a word in one of them.
  public var variants: KindVariants?
  /// Settings that hold the address of a resource of any section.
  public var addresses: Set<String>
  /// What texts elsewhere may use, besides `key`, `connection`, `region` and the native name.
  public var outputs: [KindOutput]
  /// False for what is only used or emitted: no plan has a change for it.
  public var isMade: Bool
  /// Rules over its settings that their shapes can't say.
  public var problems: @Sendable (ValueMap) -> [FacetProblem]

  public init(
    section: String, name: String, summary: String, holdsData: Bool, settings: [FieldShape], facets: [FacetSchema],
    connection: ConnectionSource = .field("connection"), variants: KindVariants? = nil, addresses: Set<String> = [],
    outputs: [KindOutput] = [], isMade: Bool = true,
    problems: @escaping @Sendable (ValueMap) -> [FacetProblem] = { _ in [] }
  ) {
    self.section = section
    self.name = name
    self.summary = summary
    self.holdsData = holdsData
    self.settings = settings
    self.facets = facets
    self.connection = connection
    nameField = settings.first { $0.name == name + "Name" }?.name
    self.variants = variants
    self.addresses = addresses
    self.outputs = outputs
    self.isMade = isMade
    self.problems = problems
  }

  public func facet(_ name: String) -> FacetSchema? { facets.first { $0.name == name } }

  public func output(_ name: String) -> KindOutput? { outputs.first { $0.name == name } }

  /// Whether what left the YAML stays until `deletion:` or `removed:` lets it go.
  public var isKeptUnasked: Bool { settings.contains { $0.name == "deletion" } }

  mutating func merge(_ other: KindSchema) {
    for field in other.settings where !settings.contains(where: { $0.name == field.name }) { settings.append(field) }
    for facet in other.facets where self.facet(facet.name) == nil { facets.append(facet) }
    for output in other.outputs where self.output(output.name) == nil { outputs.append(output) }
    nameField = nameField ?? other.nameField
  }
}
