internal import CooperModel
internal import CooperSchema

extension Elaborator {
  /// Settings that a resource has without writing them: needed ones that its connection gives, and those of what it stands
  /// in, as far as the provider asks for them.
  mutating func complete(_ resource: inout ResourceDeclaration, _ support: KindSupport, _ place: Int) {
    let kind = drafts[place].kind
    let given = connections[resource.connection]?.declaration.settings ?? ValueMap()
    for name in support.required.sorted()
    where name != "region" && name != kind.nameField && kind.settings[name] != nil && resource.settings[name] == nil {
      resource.settings[name] = given[name]
    }
    for (reference, names) in support.carries.sorted(by: { $0.key < $1.key }) {
      guard case .reference(section: let section)? = kind.settings[reference]?.shape,
        let key = resource.settings[reference]?.string, let other = draftPlaces[section]?[key]
      else { continue }
      for name in names {
        if let text = effectiveText(name, of: other) { resource.settings["\(reference).\(name)"] = .string(text) }
      }
    }
  }

  /// What a setting of another resource is: written, or that of its connection; of its name the one at the provider.
  private mutating func effectiveText(_ name: String, of place: Int) -> String? {
    if name == drafts[place].kind.nameField { return nativeName(of: place, askedAt: drafts[place].keyRange) }
    if case .text(let text)? = lazyText(name, of: place) { return text }
    return drafts[place].connection.flatMap { connections[$0]?.declaration.settings[name]?.string }
  }
}
