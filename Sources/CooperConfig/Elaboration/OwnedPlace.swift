internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema
internal import CooperSyntax

/// Where a thing that holds data stands in the world, as far as the YAML says it.
struct OwnedPlace: Hashable, Sendable {
  /// What two declarations have in common that mean one thing; accounts are compared apart, since one may be unknown.
  struct Key: Hashable, Sendable {
    var section: String
    var store: String
    var scope: [String]
    var name: String
  }

  var key: Key
  var account: String?
  var address: Address
  var range: SourceRange

  /// One finding for each of an environment's things that other environments declare as well.
  static func conflicts(
    _ own: [OwnedPlace], _ environment: String, _ others: [String: [OwnedPlace]]
  ) -> [Diagnostic] {
    var known: [Key: [(environment: String, place: OwnedPlace)]] = [:]
    for (other, places) in others.sorted(by: { $0.key < $1.key }) {
      for place in places { known[place.key, default: []].append((other, place)) }
    }
    guard !known.isEmpty else { return [] }
    return own.compactMap { place in
      let same = (known[place.key] ?? []).filter {
        $0.place.account == nil || place.account == nil || $0.place.account == place.account
      }
      guard !same.isEmpty else { return nil }
      let names = (same.map(\.environment) + [environment]).sorted()
      let elsewhere = same.filter { $0.place.address != place.address || $0.place.range != place.range }
      return .twoOwners(place, names, elsewhere)
    }
  }
}

extension Elaborator {
  /// Places of all things that this environment owns and that hold data; only what is referred to is left out.
  mutating func ownedPlaces(_ ground: ProjectGround) -> [OwnedPlace] {
    var places: [OwnedPlace] = []
    var stores: [String: String] = [:]
    for place in drafts.indices where drafts[place].kind.kind.holdsData {
      if field("origin", of: place)?.value.scalar?.text == ResourceDeclaration.Origin.existing.rawValue { continue }
      guard let connectionName = drafts[place].connection, let connection = connections[connectionName]?.declaration,
        let type = catalog.connectionTypes[connection.type],
        case .text(let name) = texts[place].nativeName == .untouched ? named(place) : texts[place].nativeName
      else { continue }
      let scope = (support(of: place)?.scope ?? []).map { part($0, of: place) ?? "" }
      let store = stores[connectionName] ?? DuplicateIdentity.store(of: connection, type, ground)
      stores[connectionName] = store
      let key = OwnedPlace.Key(
        section: drafts[place].address.section, store: store, scope: scope, name: name)
      places.append(
        OwnedPlace(
          key: key, account: DuplicateIdentity.account(of: connection), address: drafts[place].address,
          range: drafts[place].keyRange))
    }
    return places
  }

  private mutating func named(_ place: Int) -> ResourceDraft.Lazy {
    _ = nativeName(of: place, askedAt: drafts[place].keyRange)
    return texts[place].nativeName
  }

  /// The text at a dotted path of fields.
  private mutating func part(_ path: String, of place: Int) -> String? {
    let steps = path.split(separator: ".").map(String.init)
    guard let first = steps.first, let field = field(first, of: place) else { return nil }
    var node = substituted(field.value, of: place)
    // A container's account is known to the world by its own name.
    if steps.count == 1, let shape = drafts[place].kind.shape(of: first), case .reference(section: let section) = shape,
      let other = draftPlaces[section]?[node.scalar?.text ?? ""]
    {
      return nativeName(of: other, askedAt: field.keyRange)
    }
    for step in steps.dropFirst() {
      guard let entry = node[step] else { return nil }
      node = entry.value
    }
    return node.scalar?.text
  }
}

extension Diagnostic {
  fileprivate static func twoOwners(
    _ place: OwnedPlace, _ environments: [String], _ others: [(environment: String, place: OwnedPlace)]
  ) -> Diagnostic {
    Diagnostic(
      .twoOwners, .error,
      "\(place.address) is one and the same \"\(place.key.name)\" in the environments "
        + environments.joined(separator: " and "), at: place.range,
      notes: [
        Note("each environment has a state of its own, so a thing that holds data has one owner over all of them")
      ]
        + others.map { Note("\($0.place.address) of environment \($0.environment)", at: $0.place.range) },
      fix: ["put  $(environment)  into its name, or write  origin: existing  in all environments but one"])
  }
}
