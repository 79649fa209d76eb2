internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema
internal import CooperSyntax

/// What rules look at.
struct RuleContext {
  let configuration: Configuration
  let catalog: Catalog
  /// Addresses that this environment declares, faulty ones included.
  let declared: Set<Address>
  /// Addresses that the project declares and this environment removes with a null.
  let removedHere: Set<Address>
  let ground: ProjectGround
  let backups: BackupBuckets
  /// The buckets that Cooper sets up; what is only referred to is others' business.
  let ownBuckets: [ResourceDeclaration]

  init(_ configuration: Configuration, _ layer: Layer, _ catalog: Catalog, home: String? = nil) {
    self.configuration = configuration
    self.catalog = catalog
    ground = ProjectGround(directory: configuration.directory, home: home)
    var declared: Set<Address> = []
    var removedHere: Set<Address> = []
    for section in catalog.kinds.keys {
      for entry in layer.named[section] ?? [] {
        let address = Address(section, entry.key)
        if entry.value.isNull { removedHere.insert(address) } else { declared.insert(address) }
      }
    }
    self.declared = declared
    self.removedHere = removedHere
    backups = BackupBuckets(configuration)
    ownBuckets = configuration.resources.filter { $0.address.section == BucketKind.section && $0.origin == .managed }
  }

  func connectionType(of resource: ResourceDeclaration) -> ConnectionType? {
    configuration.connections[resource.connection].flatMap { catalog.connectionTypes[$0.declaration.type] }
  }

  /// The word behind `type:` of a connection.
  func type(ofConnection name: String) -> String? { configuration.connections[name]?.declaration.type }

  /// At AWS every bucket can have every guard without further set-up; elsewhere that is the operator's decision.
  func isAWS(_ resource: ResourceDeclaration) -> Bool { type(ofConnection: resource.connection) == "aws" }

  /// The type of the platform on which a registration or a backup location is made.
  func platform(of resource: ResourceDeclaration) -> String? {
    type(ofConnection: resource.settings["in"]?.string ?? resource.connection)
  }

  func resources(in section: String) -> [ResourceDeclaration] {
    configuration.resources.filter { $0.address.section == section }
  }
}

extension Diagnostic {
  /// A finding of a guard about one resource: the message begins with its address.
  static func guarding(
    _ code: DiagnosticCode, _ resource: ResourceDeclaration, _ words: String, at range: SourceRange? = nil,
    notes: [Note] = [], fix: [String] = []
  ) -> Diagnostic {
    let subject = resource.address.description
    return Diagnostic(
      code, .warning, subject + " " + words, at: range ?? resource.range, notes: notes, fix: fix, subject: subject)
  }
}
