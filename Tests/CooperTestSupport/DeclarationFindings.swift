internal import CooperDiagnostics
internal import CooperModel
public import CooperProvider
internal import CooperSchema
internal import CooperSyntax

/// What must hold of any provider's declarations, whether it writes already or not.
public enum DeclarationFindings {
  public static func of(_ provider: any Provider) -> [String] {
    var found: [String] = []
    let schemas = Dictionary(provider.kindSchemas.map { ($0.section, $0) }, uniquingKeysWith: { $1 })
    for type in provider.connectionTypes {
      found += shape(type.settings, type.name)
      for (method, access) in type.accessMethods { found += shape(access, "\(type.name) access \(method)") }
      if type.provider != provider.name { found.append("\(type.name) names provider \(type.provider)") }
      for (section, support) in type.support {
        guard let schema = schemas[section] else {
          found.append("\(type.name) speaks of \(section), which the provider doesn't declare")
          continue
        }
        found += self.support(support, of: schema, type)
      }
    }
    return found
  }

  /// Each facet of the kind is held, or refused with a reason.
  private static func support(_ support: KindSupport, of schema: KindSchema, _ type: ConnectionType) -> [String] {
    var found: [String] = []
    for facet in schema.facets {
      switch support.facets[facet.name] {
      case nil: found.append("\(type.name) says nothing of \(schema.section)/\(facet.name)")
      case .unsupported(let reason, _)? where reason.count < 15:
        found.append("\(type.name): too short a reason for \(facet.name)")
      default: break
      }
    }
    let names = Set(schema.settings.map(\.name)).union(schema.facets.map(\.name))
    for name in support.facets.keys where schema.facet(name) == nil {
      found.append("\(type.name) speaks of \(schema.section)/\(name), which is no facet")
    }
    for name in support.settings.union(support.required).subtracting(names) {
      found.append("\(type.name) speaks of setting \(name), which \(schema.section) has not")
    }
    return found
  }

  /// Fields have names of their own, a summary, and an example that they accept; secrets are marked as such.
  private static func shape(_ object: ObjectShape, _ place: String) -> [String] {
    var found: [String] = []
    if Set(object.fields.map(\.name)).count != object.fields.count { found.append("\(place): a field twice") }
    for field in object.fields {
      if !field.summary.hasSuffix(".") { found.append("\(place).\(field.name): summary without an end") }
      if case .secret = field.shape, field.sensitivity != .sensitive {
        found.append("\(place).\(field.name): a secret that is not marked")
      }
      guard let example = field.example else { continue }
      let parsed = parseYAML("\(field.name): \(example)")
      guard let node = parsed?.entries?.first?.value else {
        found.append("\(place).\(field.name): example is no YAML")
        continue
      }
      if check(node, against: field.shape, named: field.name, key: nil).hasErrors {
        found.append("\(place).\(field.name): example is not accepted")
      }
    }
    return found
  }

  private static func parseYAML(_ text: String) -> SyntaxNode? {
    parse(SourceText(name: "example", bytes: Array(text.utf8)), id: SourceID(0)).value?.first
  }
}
