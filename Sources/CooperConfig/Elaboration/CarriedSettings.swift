internal import CooperDiagnostics
public import CooperModel
public import CooperSchema
internal import CooperSyntax

extension Elaborator {
  /// What a resource has without writing it: needed settings that its connection gives, those of what it stands in as far
  /// as the provider asks for them, and facets that its settings say.
  mutating func complete(_ resource: inout ResourceFields, _ support: KindSupport, _ place: Int) {
    let kind = drafts[place].kind
    let given = connections[resource.connection]?.declaration.settings ?? ValueMap()
    for name in support.givenByConnection(kind.nameField)
    where kind.settings[name] != nil && resource.settings[name] == nil {
      resource.settings[name] = given[name]
    }
    for (reference, paths) in support.carries.sorted(by: { $0.key < $1.key }) {
      if carryInList(reference, paths, &resource, kind) { continue }
      guard let section = kind.settings[reference]?.shape.referredSection else { continue }
      for path in paths {
        switch resource.settings[reference] {
        case .string(let key)?:
          resource.settings["\(reference).\(path)"] = effective(path, of: key, in: section).map { .string($0) }
        case .list(let keys)?:
          let texts = keys.compactMap { key in key.string.flatMap { effective(path, of: $0, in: section) } }
          if texts.count == keys.count { resource.settings["\(reference).\(path)"] = .list(texts.map { .string($0) }) }
        default: break
        }
      }
    }
    guard let derived = support.derived?(resource.settings) else { return }
    resource.shared.formUnion(derived.shared)
    for problem in derived.problems { report(.derived(problem, resource)) }
    for (name, value) in derived.values.sorted(by: { $0.key < $1.key }) {
      resource.facets.append(FacetDeclaration(name: name, value: value, range: resource.range))
    }
  }

  /// Of references inside a list of objects, written `to.identity`: texts by what is named.
  private mutating func carryInList(
    _ reference: String, _ paths: [String], _ resource: inout ResourceFields, _ kind: KindIndex
  ) -> Bool {
    let steps = reference.split(separator: ".").map(String.init)
    guard steps.count == 2 else { return false }
    guard let section = kind.settings[steps[0]]?.shape.element?[steps[1]]?.shape.referredSection else { return true }
    for path in paths {
      var texts = ValueMap()
      for entry in resource.settings[steps[0]]?.list ?? [] {
        guard let key = entry[steps[1]]?.string, let text = effective(path, of: key, in: section) else { continue }
        texts[key] = .string(text)
      }
      if !texts.isEmpty { resource.settings["\(reference).\(path)"] = .map(texts) }
    }
    return true
  }

  /// What a setting of another resource is, or one of what that resource refers to: written, or that of its connection; of
  /// a name the one at the provider.
  private mutating func effective(_ path: String, of key: String, in section: String) -> String? {
    guard let place = draftPlaces[section]?[key] else { return nil }
    let steps = path.split(separator: ".", maxSplits: 1).map(String.init)
    if steps.count == 2 {
      guard let next = drafts[place].kind.settings[steps[0]]?.shape.referredSection,
        case .text(let key)? = lazyText(steps[0], of: place)
      else { return nil }
      return effective(steps[1], of: key, in: next)
    }
    if path == drafts[place].kind.nameField { return nativeName(of: place, askedAt: drafts[place].keyRange) }
    if case .text(let text)? = lazyText(path, of: place) { return text }
    return drafts[place].connection.flatMap { connections[$0]?.declaration.settings[path]?.string }
  }
}

extension KindSupport {
  /// Settings that a resource needs and has from its connection where it doesn't say them; the region is a field of its own.
  fileprivate func givenByConnection(_ nameField: String?) -> [String] {
    required.sorted().filter { $0 != "region" && $0 != nameField }
  }

  /// Settings as a resource without a block has them: those that are known of it, and what its connection gives.
  public func completed(_ known: ValueMap, of kind: KindSchema, on connection: ValueMap) -> ValueMap {
    var settings = known
    for name in givenByConnection(kind.nameField)
    where kind.settings.contains(where: { $0.name == name }) && settings[name] == nil {
      settings[name] = connection[name]
    }
    return settings
  }
}

extension Shape {
  /// The section that a reference, or each of a list of references, leads into.
  fileprivate var referredSection: String? {
    switch self {
    case .reference(section: let section): section
    case .either(let scalar, _): scalar.referredSection
    default: nil
    }
  }
}

extension Shape {
  /// The objects that a list holds.
  fileprivate var element: ObjectShape? {
    switch self {
    case .list(.object(let object)), .set(.object(let object), identity: _): object
    default: nil
    }
  }
}

extension Diagnostic {
  /// At the setting that the path names, or else at the resource.
  fileprivate static func derived(_ problem: FacetProblem, _ resource: ResourceFields) -> Diagnostic {
    let field = problem.path.first ?? ""
    let range = resource.node?.entries?.first { $0.key == field }?.value.range ?? resource.range
    return Diagnostic(
      DiagnosticCode(problem.code), .error, "\(resource.address): \(problem.message)", at: range,
      fix: problem.fix.map { [$0] } ?? [])
  }
}
