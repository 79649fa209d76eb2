internal import CooperConfig
internal import CooperDiagnostics
internal import CooperModel
internal import CooperProvider
internal import CooperProviders
internal import CooperSchema

/// The pages of `docs/reference/`, made from the schema alone; a test compares them with the committed ones.
enum ReferencePages {
  struct Page {
    var name: String
    var text: String
  }

  static func all() -> [Page] {
    let language = LanguageSchema(AllProviders.registry.catalog)
    return [index(language)]
      + language.catalog.kinds.values.sorted { $0.section < $1.section }.map {
        kind($0, language)
      } + [
        connections(language), Page(name: StorePages.name, text: mark + StorePages.markdown()), changes(language),
        fields(language), codes(),
      ]
  }

  private static let mark = "<!-- Made by  cooper schema --reference docs/reference ; don't edit. -->\n\n"

  private static func index(_ language: LanguageSchema) -> Page {
    var text = mark + "# The language\n\nTop-level keys of `cooper.yaml` and of the files it includes.\n\n"
    text += "| key | meaning |\n|---|---|\n"
    for section in language.sections.sorted(by: { $0.name < $1.name }) {
      let only = section.isRootOnly ? " In `cooper.yaml` only." : ""
      text += "| `\(section.name)` | \(cell(section.summary + only))\(example(section.example)) |\n"
    }
    text += "\nPages: [connections](connections.md), [stores with the S3 protocol](stores.md), "
    text += language.catalog.kinds.keys.sorted().map { "[\($0)](\($0).md)" }.joined(separator: ", ")
    text += ", [changes and safety](changes.md), [index of fields](fields.md), [diagnostic codes](codes.md).\n"
    return Page(name: "README.md", text: text)
  }

  private static func kind(_ kind: KindSchema, _ language: LanguageSchema) -> Page {
    let settings = ObjectShape(kind.section, summary: kind.summary, fields: kind.settings)
    var text = mark + ReferencePage.markdown(for: settings)
    let types = language.catalog.connectionTypes.values.filter { $0.support[kind.section] != nil }
      .sorted { $0.name < $1.name }
    text += held(kind, by: types)
    text += "\n## Facets\n\nAbsent means not managed; present and empty means managed and cleared. *offline*: read, "
    text += "checked and planned with `--no-observe`; this version can't write it yet.\n\n"
    text += "| facet | " + types.map(\.name).joined(separator: " | ") + " |\n|---"
    text += String(repeating: "|---", count: types.count) + "|\n"
    for facet in kind.facets {
      let cells = types.map { type in
        guard case .supported? = type.support[kind.section]?.facets[facet.name] else { return "no" }
        return AllProviders.registry.writes(facet.name, of: kind.section, onType: type.name) ? "yes" : "offline"
      }
      text += "| `\(facet.name)` | \(cells.joined(separator: " | ")) |\n"
    }
    for facet in kind.facets {
      text += "\n### \(facet.name)\n\n\(facet.summary)\n\nValue: \(facet.shape.typeName)."
      text += example(facet.example) + "\n"
      for object in objects(facet.shape) { text += "\n" + ReferencePage.markdown(for: object, level: 4) }
      let lacking = types.compactMap { type -> String? in
        guard case .unsupported(let reason, let nearest)? = type.support[kind.section]?.facets[facet.name] else {
          return nil
        }
        return "- not on `\(type.name)`: \(reason)" + (nearest.map { "; \($0)" } ?? "")
      }
      if !lacking.isEmpty { text += "\n" + lacking.joined(separator: "\n") + "\n" }
      text += problems(of: facet)
    }
    return Page(name: "\(kind.section).md", text: text)
  }

  /// Which types of connection take which settings; those that speak to Cooper itself are taken by all.
  private static func held(_ kind: KindSchema, by types: [ConnectionType]) -> String {
    let settings = kind.settings.map(\.name).filter { name in
      types.contains { $0.support[kind.section]?.settings.contains(name) ?? false }
    }
    guard !settings.isEmpty, !types.isEmpty else { return "" }
    var text = "\n| setting | " + types.map(\.name).joined(separator: " | ") + " |\n|---"
    text += String(repeating: "|---", count: types.count) + "|\n"
    for name in settings {
      let cells = types.map { type in
        guard let support = type.support[kind.section], support.settings.contains(name) else { return "no" }
        return support.required.contains(name) ? "needed, or the connection's" : "yes"
      }
      text += "| `\(name)` | \(cells.joined(separator: " | ")) |\n"
    }
    return text + "\nSettings that are not in this table are taken on every connection.\n"
  }

  /// Beginnings of the codes of facets whose codes don't begin as their name.
  private static let prefixes = ["objectLock": "OLK", "intelligentTiering": "ITI", "cozystack": "CZK"]

  /// The codes of a facet's own rules begin with the first letters of its name, nearly always.
  private static func problems(of facet: FacetSchema) -> String {
    let prefix = prefixes[facet.name] ?? facet.name.prefix(3).uppercased()
    let codes = AllDiagnostics.catalogue.entries.filter { $0.code.text.hasPrefix(prefix) }
    guard !codes.isEmpty else { return "" }
    return "\nRules of its own: "
      + codes.map { "[\($0.code)](codes.md#\($0.code)) \($0.title)" }.joined(separator: ", ")
      + ".\n"
  }

  /// Every field of the language and the page that it stands on.
  private static func fields(_ language: LanguageSchema) -> Page {
    var rows: Set<[String]> = []
    func add(_ object: ObjectShape, _ page: String, _ depth: Int = 0) {
      for field in object.fields {
        rows.insert([field.name, object.name, page])
        if depth < 8 { for inner in objects(field.shape) { add(inner, page, depth + 1) } }
      }
    }
    for kind in language.catalog.kinds.values {
      let page = kind.section + ".md"
      add(ObjectShape(kind.section, summary: "", fields: kind.settings), page)
      for facet in kind.facets {
        rows.insert([facet.name, kind.section, page])
        for object in objects(facet.shape) { add(object, page) }
      }
    }
    for type in language.catalog.connectionTypes.values {
      var shape = language.connection(type)
      shape.name = type.name
      add(shape, "connections.md")
      for (_, access) in language.access(type) { add(access, "connections.md") }
    }
    for name in ["moved", "removed", "adopted", "consents", "safety", "rules"] {
      for object in language[name].map({ objects($0.shape) }) ?? [] { add(object, "changes.md") }
    }
    var text = mark + "# Index of fields\n\n| field | of | page |\n|---|---|---|\n"
    for row in rows.sorted(by: { ($0[0].lowercased(), $0[1], $0[2]) < ($1[0].lowercased(), $1[1], $1[2]) }) {
      text += "| `\(row[0])` | \(cell(row[1])) | [\(row[2].dropLast(3))](\(row[2])) |\n"
    }
    return Page(name: "fields.md", text: text)
  }

  private static func connections(_ language: LanguageSchema) -> Page {
    var text = mark + "# connections\n\nWhere Cooper works, and how Cooper itself signs in.\n"
    for type in language.catalog.connectionTypes.values.sorted(by: { $0.name < $1.name }) {
      var shape = language.connection(type)
      shape.name = type.name
      text += "\n" + ReferencePage.markdown(for: shape, level: 2)
      text += "\n`access` and `planAccess`:\n\n"
      for (method, access) in language.access(type) {
        let fields = access.fields.map { "`\($0.name)`" + ($0.isMandatory ? "" : "?") }.joined(separator: ", ")
        text += "- \(method.isEmpty ? "without a method" : "`\(method)`"): \(access.summary)"
        text += (fields.isEmpty ? "" : " Fields: \(fields).") + "\n"
      }
    }
    return Page(name: "connections.md", text: text)
  }

  private static func changes(_ language: LanguageSchema) -> Page {
    var text = mark + "# Changes and safety\n"
    for name in ["moved", "removed", "adopted", "consents", "safety", "rules"] {
      guard let section = language[name] else { continue }
      text += "\n## \(name)\n\n\(section.summary)\(example(section.example))\n"
      for object in objects(section.shape) { text += "\n" + ReferencePage.markdown(for: object, level: 3) }
    }
    return Page(name: "changes.md", text: text)
  }

  private static func codes() -> Page {
    var text = mark + "# Diagnostic codes\n\nThe same as `cooper explain CODE` says.\n"
    for entry in AllDiagnostics.catalogue.entries {
      text +=
        "\n<a id=\"\(entry.code)\"></a>\n\n## \(entry.code): \(entry.title)\n\n\(entry.explanation)\n\nFix: \(entry.fix)\n"
    }
    return Page(name: "codes.md", text: text)
  }

  private static func example(_ text: String?) -> String { text.map { " Example: `\(cell($0))`." } ?? "" }

  private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }

  static func objects(_ shape: Shape) -> [ObjectShape] {
    switch shape {
    case .object(let object): [object]
    case .list(let element), .set(let element, _), .map(let element, _): objects(element)
    case .either(let scalar, let long): objects(scalar) + objects(long)
    default: []
    }
  }
}

extension FieldShape {
  var isMandatory: Bool { if case .required = presence { true } else { false } }
}
