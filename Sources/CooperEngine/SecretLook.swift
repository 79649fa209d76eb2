public import CooperConfig
public import CooperModel
public import CooperPlan
public import CooperProvider
public import CooperSchema
public import CooperSecrets
public import CooperState

/// Compares the secrets that resources refer to with what is recorded of them. Which fields hold one comes from the
/// schema alone.
public struct SecretLook: Sendable {
  /// Follows a reference; the text is the field's place, e.g. `identities.fb-key.secretAccessKey`.
  public typealias Resolve = @Sendable (Value, String) throws(CallFailure) -> Secret

  /// By address and place in the resource.
  public private(set) var standings: [Address: SecretStandings] = [:]
  /// The key of the lineage, or a new one when a state has none yet and something was fingerprinted.
  public private(set) var key: FingerprintKey?

  public init() {}

  /// Looks up the secrets of declared resources whose connection can be used; those of others are unknown.
  public init(
    _ desired: Configuration, _ recorded: StateSnapshot, _ registry: ProviderRegistry, failures: [String: CallFailure],
    _ resolve: Resolve
  ) {
    let entries = Moves.resolve(desired, recorded).resources
    let fields = registry.catalog.kinds.mapValues { SecretFields($0) }
    let types = desired.connections.mapValues(\.declaration.type)
    for resource in desired.resources {
      if resource.keyGeneration != nil {
        key = key ?? recorded.fingerprintKey.flatMap(FingerprintKey.init) ?? .generate()
      }
      let document = types[resource.connection].flatMap {
        registry.kind(section: resource.address.section, ofType: $0)?.payload?.facet.schema
      }
      guard let fields = fields[resource.address.section]?.adding(document), !fields.isEmpty else { continue }
      let before = entries[resource.address]?.secrets ?? [:]
      // What a platform makes is asked of it when a call carries it; nothing in the YAML refers to it.
      for slot in fields.slots(of: resource) {
        let output = SecretUse(slot.reference, field: "").output
        // A key that Cooper makes is another one when it was made more often; the key itself needn't be at hand.
        let isCounted = output != nil && slot.reference.string?.contains("#") == true
        if output != nil, !isCounted { continue }
        let key = self.key ?? recorded.fingerprintKey.flatMap(FingerprintKey.init) ?? .generate()
        self.key = key
        let standing: SecretStanding
        do throws(CallFailure) {
          if let failure = failures[resource.connection] { throw failure }
          let secret =
            if isCounted, let text = slot.reference.string { Secret(text) } else {
              try resolve(slot.reference, "\(resource.address).\(slot.path)")
            }
          if let known = before[slot.path] {
            standing = key.matches(secret, known) ? .unchanged(known) : .changed(key.fingerprint(secret))
          } else {
            standing = .first(key.fingerprint(secret))
          }
        } catch {
          standing = .unknown(error.message)
        }
        standings[resource.address, default: [:]][slot.path] = standing
      }
    }
  }

  /// Notes that something of a resource can't be told here; nothing is changed for it.
  mutating func note(unknown place: String, of address: Address, _ why: String) {
    standings[address, default: [:]][place] = .unknown(why)
  }

  /// What to record of one setting or facet; nil when a secret of it could not be had, and what is recorded stays.
  func event(_ address: Address, _ part: String) -> Event? {
    let inside = (standings[address] ?? [:]).inside(part)
    let fingerprints = inside.compactMapValues(\.fingerprint)
    guard !inside.isEmpty, fingerprints.count == inside.count else { return nil }
    return .secrets(address, part, fingerprints)
  }
}

/// The settings and facets of a kind in which a reference to a secret may stand; looked up once, not for each resource.
private struct SecretFields {
  private let settings: [FieldShape]
  private var facets: [FacetSchema]

  init(_ kind: KindSchema) {
    settings = kind.settings.filter { $0.shape.takesSecret }
    facets = kind.facets.filter(\.takesSecret)
  }

  /// With the document that the kind is at its provider.
  func adding(_ document: FacetSchema?) -> SecretFields {
    guard let document, document.takesSecret else { return self }
    var fields = self
    fields.facets.append(document)
    return fields
  }

  var isEmpty: Bool { settings.isEmpty && facets.isEmpty }

  /// The references in a resource's settings and facets; places start with the name of the setting or facet.
  func slots(of resource: ResourceDeclaration) -> [SecretSlot] {
    let inSettings = settings.flatMap { field in
      resource.settings[field.name].map { secretSlots(in: $0, field.shape, at: [field.name]) } ?? []
    }
    let inFacets = facets.flatMap { facet in
      resource.facet(facet.name).map { secretSlots(in: $0.value, facet.shape, at: [facet.name]) } ?? []
    }
    return inSettings + inFacets
  }
}
