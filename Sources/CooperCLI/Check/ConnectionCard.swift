internal import CooperConfig
internal import CooperDiagnostics
internal import CooperModel
internal import CooperProvider
internal import CooperSchema
internal import CooperSecrets

/// What is told of a connection without asking it anything. Secrets stand as their references, in short.
struct ConnectionCard {
  var name: String
  var type: String
  /// `file:line` of its declaration.
  var place: String
  var region: String?
  var settings: ValueMap
  var access: Access
  var planAccess: Access?
  /// Addresses of what uses it, in order.
  var usedBy: [String]
  var lastCheck: CheckRecord.Entry?

  /// How a connection signs in.
  struct Access {
    var method: String
    /// Its fields, each as it can be shown.
    var fields: [(name: String, text: String)]

    var text: String {
      fields.isEmpty ? method : method + " (" + fields.map { "\($0.name) \($0.text)" }.joined(separator: ", ") + ")"
    }

    var value: Value {
      var map = ValueMap([("method", .string(method))])
      for field in fields { map[field.name] = .string(field.text) }
      return .map(map)
    }
  }

  static func all(_ session: Session, _ configuration: Configuration) -> [ConnectionCard] {
    let record = CheckRecord.load(session, configuration)
    let types = session.registry.catalog.connectionTypes
    return configuration.connections.sorted { $0.key < $1.key }.map { name, entry in
      let declaration = entry.declaration
      let methods = types[declaration.type]?.accessMethods ?? [:]
      return ConnectionCard(
        name: name, type: declaration.type, place: entry.range.map { configuration.sources.location(of: $0) } ?? "",
        region: declaration.settings["region"]?.string,
        settings: ValueMap(
          declaration.settings.filter { $0.key != "region" }.map { ($0.key, withoutUserInfo($0.value)) }),
        access: Access(declaration.access, methods), planAccess: declaration.planAccess.map { Access($0, methods) },
        usedBy: (configuration.resources + configuration.givens).filter { $0.connection == name }
          .map(\.address.description).sorted(), lastCheck: record.connections[name])
    }
  }

  /// An address with a name and a password in it is refused when it is used; here it is only shown.
  private static func withoutUserInfo(_ value: Value) -> Value {
    guard let text = value.string, text.contains("://"), text.contains("@") else { return value }
    return .string(text.prefix { $0 != ":" } + "://(hidden)")
  }

  // MARK: Forms

  static func table(_ cards: [ConnectionCard]) -> String {
    guard !cards.isEmpty else { return "the project has no connections" }
    let head = [["connection", "type", "region", "access", "used by", "last check"]]
    return StateTable.columns(
      head
        + cards.map { card in
          [card.name, card.type, card.region ?? "-", card.access.text, "\(card.usedBy.count)", card.checked]
        })
  }

  var text: String {
    var rows = [["type", type], ["declared at", place], ["region", region ?? "-"]]
    for pair in settings { rows.append([pair.key, StateTable.inline(pair.value)]) }
    rows.append(["access", access.text])
    if let planAccess { rows.append(["planAccess", planAccess.text]) }
    rows.append(["last check", checked])
    rows.append(["used by", usedBy.isEmpty ? "nothing" : usedBy[0]])
    for address in usedBy.dropFirst() { rows.append(["", address]) }
    return name + "\n" + StateTable.columns(rows.map { ["  " + $0[0], $0[1]] })
  }

  /// The last check in words.
  private var checked: String {
    guard let lastCheck else { return "never" }
    return lastCheck.isGood
      ? "ok, \(lastCheck.at)" : "FAILED (\(lastCheck.failed.joined(separator: ", "))), \(lastCheck.at)"
  }

  static func document(_ cards: [ConnectionCard]) -> String {
    let document = ValueMap([
      ("formatVersion", .integer(1)), ("connections", .list(cards.map(\.value))),
    ])
    return String(decoding: ValueJSON.encode(.map(document), pretty: true), as: UTF8.self)
  }

  private var value: Value {
    var map = ValueMap([
      ("name", .string(name)), ("type", .string(type)), ("declaredAt", .string(place)),
    ])
    map["region"] = region.map { .string($0) }
    map["settings"] = .map(settings)
    map["access"] = access.value
    map["planAccess"] = planAccess?.value
    map["usedBy"] = .list(usedBy.map { .string($0) })
    map["lastCheck"] = lastCheck?.value
    return .map(map)
  }
}

extension ConnectionCard.Access {
  /// A field that the method doesn't know is left out, and so is what would be a secret itself.
  fileprivate init(_ access: ValueMap, _ methods: [String: ObjectShape]) {
    let written = access["method"]?.string
    method = written ?? "default"
    fields = []
    guard let shape = methods[written ?? ""] else { return }
    for field in shape.fields {
      guard let value = access[field.name] else { continue }
      if let text = Self.shown(value, field) { fields.append((field.name, text)) }
    }
  }

  private static func shown(_ value: Value, _ field: FieldShape) -> String? {
    if case .secret = field.shape { return SecretReference(value)?.label ?? "(secret)" }
    switch field.shape {
    case .object(let shape):
      let inside = shape.fields.compactMap { inner -> String? in
        guard let value = value[inner.name], let text = shown(value, inner) else { return nil }
        return "\(inner.name) \(text)"
      }
      return "{ " + inside.joined(separator: ", ") + " }"
    case .list(.object(let shape)):
      let links = (value.list ?? []).compactMap { entry -> String? in
        shown(entry, FieldShape(field.name, .object(shape), summary: ""))
      }
      return links.joined(separator: ", ")
    default: return field.shape.takesSecret ? "(secret)" : StateTable.inline(value)
    }
  }
}
