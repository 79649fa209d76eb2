internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema
internal import CooperSyntax

/// Turns the sections of one environment into a configuration: profiles, substitution, checks.
///
/// The steps stand in files of their own as extensions; all of them only read what earlier steps have filled in.
struct Elaborator: Sendable {
  let catalog: Catalog
  let kinds: [String: KindIndex]
  let shapes: ProjectShapes
  let layer: Layer
  let projectName: String
  let environment: String?
  let variables: Variables

  private(set) var diagnostics: [Diagnostic] = []
  var connections: [String: ConnectionEntry] = [:]
  /// Connections that are declared but faulty; naming one is no further error.
  var faultyConnections: Set<String> = []
  var profiles: [String: SyntaxNode.Entry] = [:]
  var inheritedByUse: [ProfileUse: Inherited] = [:]
  var facetCache = FacetCache()
  var drafts: [ResourceDraft] = []
  /// As many as `drafts`.
  var texts: [DraftTexts] = []
  /// Texts of resources that are being made, the outermost first.
  var openTexts: [String] = []
  /// Resources that are declared but could not even be drafted, by section; naming one is no further error.
  var faultyNames: [String: Set<String>] = [:]
  /// Where something stands in a field for secrets that is no reference to one; no line of these is ever printed.
  var plainSecrets: [SourceRange] = []
  /// What texts and references of resources lead to.
  var edges: [ResourceGraph.Edge] = []
  /// The field that is being made; edges name it.
  var openField = ""
  /// Index into `drafts` by section and name.
  var draftPlaces: [String: [String: Int]] = [:]

  init(
    catalog: Catalog, shapes: ProjectShapes, layer: Layer, projectName: String, environment: String?,
    variables: Variables
  ) {
    self.catalog = catalog
    self.shapes = shapes
    self.layer = layer
    self.projectName = projectName
    self.environment = environment
    self.variables = variables
    kinds = catalog.kinds.mapValues { KindIndex($0) }
  }

  mutating func report(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }

  /// Makes room for what a part of the resources adds.
  mutating func dropFindings() {
    diagnostics = []
    edges = []
    plainSecrets = []
  }

  /// Parts may have asked the same of a third resource; what it had to say is told once.
  mutating func takeFindings(of part: Elaborator) {
    if !part.diagnostics.isEmpty {
      let known = Set(diagnostics)
      diagnostics += part.diagnostics.filter { !known.contains($0) }
    }
    edges += part.edges
    plainSecrets += part.plainSecrets
  }

  /// Checks a substituted node; a node in which a substitution failed has been reported already.
  mutating func checked(
    _ node: SyntaxNode, _ shape: Shape, named name: String, key: SourceRange?
  ) -> Value? {
    if Self.isPoisoned(node) { return nil }
    let result = check(node, against: shape, named: name, key: key, options: Self.options)
    diagnostics += result.diagnostics
    return result.hasErrors ? nil : result.value
  }

  private static let options = CheckOptions(
    knownAfterApply: { Elaborator.outputBornInApply($0) }, secretOutput: { Elaborator.secretOutput($0) })

  /// The first steps: what is there, and where it lives.
  mutating func draft() {
    elaborateConnections()
    collectProfiles()
    draftResources()
  }

  mutating func configuration(directory: String, sources: SourceMap) -> Configuration {
    draft()
    var (resources, givens) = elaborateResources()
    foldGrants(&resources, &givens)
    joinGrants(&resources)
    resources.sortByAddress()
    givens.sortByAddress()
    let graph = ResourceGraph(addresses: resources.map(\.address) + givens.map(\.address), edges: edges)
    for circle in graph.impossibleCircles() { report(.circleOfBirths(circle)) }
    var configuration = Configuration(
      project: projectName, environment: environment, directory: directory, connections: connections,
      resources: resources, givens: givens, graph: graph, sources: sources)
    elaborateChanges(into: &configuration)
    return configuration
  }
}

extension [ResourceDeclaration] {
  /// Sorts places and moves each declaration once, as they are large.
  fileprivate mutating func sortByAddress() {
    let places = indices.sorted { self[$0].address < self[$1].address }
    if zip(places, indices).allSatisfy(==) { return }
    self = places.map { self[$0] }
  }
}

/// A kind with its fields by name, so that 10,000 resources don't search lists.
final class KindIndex: Sendable {
  let kind: KindSchema
  let settings: [String: FieldShape]
  let facets: [String: FacetSchema]
  /// The field that holds the native name, e.g. `bucketName`; the key is the name where there is no such field.
  var nameField: String { kind.nameField ?? "name" }
  let fieldNames: [String]
  /// Facets and settings that may name other resources; the others are not searched for names.
  let referring: Set<String>
  /// Settings that take secrets.
  let secretFields: Set<String>
  /// Fields that say where the resource lives; they are read before all others.
  let connectionFields: Set<String>

  init(_ kind: KindSchema) {
    self.kind = kind
    let fields = kind.settings + [RuleFields.field]
    settings = Dictionary(fields.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    facets = Dictionary(kind.facets.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    fieldNames = (fields.map(\.name) + kind.facets.map(\.name)).sorted()
    let shapes = kind.settings.map { ($0.name, $0.shape) } + kind.facets.map { ($0.name, $0.shape) }
    let own: Set<String> = ["profiles", "connections"]
    secretFields = Set(shapes.filter { $0.1.mayHoldSecret }.map(\.0))
    referring = Set(shapes.filter { $0.1.namesSections(besides: own) || kind.addresses.contains($0.0) }.map(\.0))
    connectionFields = Set(kind.connection.fields).union(
      kind.variants?.cases.values.flatMap(\.connection.fields) ?? [])
  }

  func shape(of field: String) -> Shape? { settings[field]?.shape ?? facets[field]?.shape }

  /// Fields that every type of connection takes, because they speak to Cooper and not to the provider.
  static let universal: Set<String> = [
    "connection", "profile", "description", "origin", "deletion", "shared", RuleFields.name,
  ]
}
