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
      } + [connections(language), changes(language), codes()]
  }

  private static let mark = "<!-- Made by  cooper schema --reference docs/reference ; don't edit. -->\n\n"

  private static func index(_ language: LanguageSchema) -> Page {
    var text = mark + "# The language\n\nTop-level keys of `cooper.yaml` and of the files it includes.\n\n"
    text += "| key | meaning |\n|---|---|\n"
    for section in language.sections.sorted(by: { $0.name < $1.name }) {
      let only = section.isRootOnly ? " In `cooper.yaml` only." : ""
      text += "| `\(section.name)` | \(cell(section.summary + only))\(example(section.example)) |\n"
    }
    text += "\nPages: [connections](connections.md), "
    text += language.catalog.kinds.keys.sorted().map { "[\($0)](\($0).md)" }.joined(separator: ", ")
    text += ", [changes and safety](changes.md), [diagnostic codes](codes.md).\n"
    return Page(name: "README.md", text: text)
  }

  private static func kind(_ kind: KindSchema, _ language: LanguageSchema) -> Page {
    let settings = ObjectShape(kind.section, summary: kind.summary, fields: kind.settings)
    var text = mark + ReferencePage.markdown(for: settings)
    let types = language.catalog.connectionTypes.values.filter { $0.support[kind.section] != nil }
      .sorted { $0.name < $1.name }
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
    }
    return Page(name: "\(kind.section).md", text: text)
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
      text += "\n## \(entry.code): \(entry.title)\n\n\(entry.explanation)\n\nFix: \(entry.fix)\n"
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
