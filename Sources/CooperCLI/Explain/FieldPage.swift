internal import CooperConfig
internal import CooperModel
internal import CooperProvider
internal import CooperProviders
internal import CooperSchema

/// What `explain` says of a field of the language.
struct FieldPage {
  let language: LanguageSchema

  private struct Place {
    var path: String
    var summary: String
    var shape: Shape
    var example: String?
    var presence: Presence?
    /// Section and facet that decide which connections have it.
    var facet: (section: String, name: String)?
    var setting: (section: String, name: String)?
  }

  /// The page of a dotted path; nil when it leads nowhere.
  func page(_ path: String) -> String? { place(path).map(render) }

  /// Every path there is, for suggestions.
  var paths: [String] {
    var found = language.sections.map(\.name)
    for kind in language.catalog.kinds.values {
      let fields = kind.settings.map(\.name) + kind.facets.map(\.name)
      found += fields.map { kind.section + "." + $0 }
      for facet in kind.facets {
        found.append(facet.name)
        for object in ReferencePages.objects(facet.shape) {
          found += object.fields.map { facet.name + "." + $0.name }
        }
      }
    }
    for type in language.catalog.connectionTypes.keys { found.append("connections." + type) }
    return found.sorted()
  }

  private func place(_ path: String) -> Place? {
    var words = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let first = words.first else { return nil }
    if first == "connections", words.count > 1, let type = language.catalog.connectionTypes[words[1]] {
      let start = Place(
        path: "connections." + type.name, summary: type.summary, shape: .object(language.connection(type)))
      return descend(start, Array(words.dropFirst(2)))
    }
    // A facet alone means the bucket's.
    let kinds = language.catalog.kinds.values.sorted { ($0.section == "buckets" ? "" : $0.section) < $1.section }
    if language[first] == nil, let kind = kinds.first(where: { $0.facet(first) != nil }) {
      words.insert(kind.section, at: 0)
    }
    guard let section = language[words[0]] else { return nil }
    let start = Place(
      path: section.name, summary: section.summary, shape: section.shape, example: section.example)
    return descend(start, Array(words.dropFirst()))
  }

  private func descend(_ start: Place, _ words: [String]) -> Place? {
    var place = start
    for word in words {
      guard let field = ReferencePages.objects(place.shape).lazy.compactMap({ $0[word] }).first else { return nil }
      let section = place.path
      let kind = language.catalog.kinds[section]
      place = Place(
        path: place.path + "." + word, summary: field.summary, shape: field.shape, example: field.example,
        presence: field.presence, facet: place.facet, setting: nil)
      guard let kind else { continue }
      if let facet = kind.facet(word) {
        place.facet = (section, word)
        place.example = facet.example
      } else {
        place.setting = (section, word)
      }
    }
    return place
  }

  private func render(_ place: Place) -> String {
    var lines = [place.path, "  " + place.summary, ""]
    let isObject = !ReferencePages.objects(place.shape).isEmpty
    if case .anything = place.shape {} else { lines.append("  value     \(place.shape.typeName)") }
    if let presence = place.presence { lines.append("  presence  \(presence.words)") }
    if let example = place.example {
      let key = place.path.split(separator: ".").last.map(String.init) ?? place.path
      lines.append("  example   \(key): \(example)")
    }
    if isObject {
      lines.append("")
      for object in ReferencePages.objects(place.shape) {
        let rows = object.fields.map { field in
          ["    " + field.name, field.isMandatory ? "required" : "", field.summary]
        }
        lines += ["  \(object.name)", StateTable.columns(rows)]
      }
    }
    if place.path == "connections" {
      let types = language.catalog.connectionTypes.values.sorted { $0.name < $1.name }
      lines += ["", "  types     more with  cooper explain connections.TYPE"]
      lines.append(StateTable.columns(types.map { ["    " + $0.name, $0.summary] }))
    }
    lines += access(place) + support(place)
    return lines.joined(separator: "\n").replacing("`", with: "")
  }

  private func access(_ place: Place) -> [String] {
    let words = place.path.split(separator: ".").map(String.init)
    guard words.count == 2, words[0] == "connections", let type = language.catalog.connectionTypes[words[1]] else {
      return []
    }
    let rows = language.access(type).map { method, shape in
      ["    " + (method.isEmpty ? "(no method)" : method), shape.summary]
        + [shape.fields.filter { $0.name != "method" }.map(\.name).joined(separator: ", ")]
    }
    return ["", "  access and planAccess, by method", StateTable.columns(rows)]
  }

  private func support(_ place: Place) -> [String] {
    var rows: [[String]] = []
    for type in language.catalog.connectionTypes.values.sorted(by: { $0.name < $1.name }) {
      if let facet = place.facet {
        guard let support = type.support[facet.section] else { continue }
        switch support.facets[facet.name] {
        case .supported? where !AllProviders.registry.writes(facet.name, of: facet.section, onType: type.name):
          rows.append(["    " + type.name, "offline", "planned with --no-observe; this version can't write it yet"])
        case .supported?: rows.append(["    " + type.name, "yes"])
        case .unsupported(let reason, let nearest)?:
          rows.append(["    " + type.name, "no", reason + (nearest.map { "; \($0)" } ?? "")])
        case nil: rows.append(["    " + type.name, "no"])
        }
      } else if let setting = place.setting, let support = type.support[setting.section] {
        let isUniversal = ["connection", "profile", "description", "origin", "deletion", "shared"].contains(
          setting.name)
        let isHeld = isUniversal || support.settings.contains(setting.name) || setting.name.hasSuffix("Name")
        rows.append(["    " + type.name, isHeld ? "yes" : "no"])
      }
    }
    return rows.isEmpty ? [] : ["", "  on connections of type", StateTable.columns(rows)]
  }
}
