internal import CooperModel
internal import CooperSchema
public import CooperSyntax

extension LanguageSchema {
  /// The order of keys in every file of a project: sections as the language lists them, fields as their schema does.
  ///
  /// Names that users choose, lists, foreign documents and blocks with a key that the schema doesn't have stay as they
  /// are.
  public var mappingOrder: MappingOrder { fileOrder() }

  private func fileOrder() -> MappingOrder {
    let names = sections.map(\.name)
    let shapes = Dictionary(sections.map { ($0.name, $0.shape) }, uniquingKeysWith: { first, _ in first })
    return MappingOrder(
      places: { mapping in Self.places(of: mapping.keys, among: names, free: Self.freePlace(names)) },
      within: { key, _ in
        switch key {
        case "connections": .entries { connectionOrder() }
        case "environments": .entries { fileOrder() }
        default: shapes[key].map { Self.order(of: $0) } ?? .authors
        }
      }, element: { .authors })
  }

  /// `x-` keys hold anchors for the sections below, so they stand in front of the first that may use one.
  private static func freePlace(_ names: [String]) -> Int {
    (names.firstIndex(of: "include") ?? -1) * 2 + 1
  }

  /// Even places for the keys of the schema, an odd one between them for free keys; nil with any other key.
  private static func places(of keys: [String], among names: [String], free: Int) -> [Int]? {
    var places: [Int] = []
    for key in keys {
      if key == "<<" {
        places.append(-2)
      } else if key.hasPrefix("x-") {
        places.append(free)
      } else if let place = names.firstIndex(of: key) {
        places.append(place * 2)
      } else {
        return nil
      }
    }
    return places
  }

  private static func order(of shape: Shape) -> MappingOrder {
    switch shape {
    case .object(let object): order(of: object.fields)
    case .map(let element, _): .entries { order(of: element) }
    case .list(let element), .set(let element, _):
      MappingOrder(places: { _ in nil }, within: { _, _ in .authors }, element: { order(of: element) })
    case .either(_, let long): order(of: long)
    default: .authors
    }
  }

  private static func order(of fields: [FieldShape]) -> MappingOrder {
    let names = fields.map(\.name)
    return MappingOrder(
      places: { places(of: $0.keys, among: names, free: -1) },
      within: { key, _ in fields.first { $0.name == key }.map { order(of: $0.shape) } ?? .authors },
      element: { .authors })
  }

  /// The fields of a connection follow from its type.
  private func connectionOrder() -> MappingOrder {
    MappingOrder(
      places: { mapping in
        guard let type = mapping.texts["type"].flatMap({ catalog.connectionTypes[$0] }) else { return nil }
        return Self.places(of: mapping.keys, among: fields(of: type).map(\.name), free: -1)
      },
      within: { key, mapping in
        guard let type = mapping.texts["type"].flatMap({ catalog.connectionTypes[$0] }) else { return .authors }
        if key == "access" || key == "planAccess" { return accessOrder(type) }
        return fields(of: type).first { $0.name == key }.map { Self.order(of: $0.shape) } ?? .authors
      }, element: { .authors })
  }

  private func fields(of type: ConnectionType) -> [FieldShape] {
    connection(type).fields + ["access", "planAccess"].map { FieldShape($0, .anything, summary: "") }
  }

  private func accessOrder(_ type: ConnectionType) -> MappingOrder {
    let methods = access(type)
    return MappingOrder(
      places: { mapping in
        let method = mapping.texts["method"] ?? ""
        guard let shape = methods.first(where: { $0.method == method })?.shape else { return nil }
        return Self.places(of: mapping.keys, among: shape.fields.map(\.name), free: -1)
      }, within: { _, _ in .authors }, element: { .authors })
  }
}

extension MappingOrder {
  /// A map from names, which stay in their author's order; `x-` keys hold anything.
  fileprivate static func entries(_ inner: @escaping @Sendable () -> MappingOrder) -> MappingOrder {
    MappingOrder(
      places: { _ in nil }, within: { key, _ in key.hasPrefix("x-") ? .authors : inner() }, element: { .authors })
  }
}
