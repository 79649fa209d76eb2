internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema
internal import CooperSyntax

extension Elaborator {
  /// Reads `moved`, `removed`, `adopted`, `consents`, `safety` and `state`.
  mutating func elaborateChanges(into configuration: inout Configuration) {
    configuration.moved = (layer.lists["moved"] ?? []).compactMap { move($0) }
    configuration.removed = changes("removed").compactMap { removal($0) }.sorted { $0.address < $1.address }
    configuration.adopted = changes("adopted").compactMap { adoption($0) }.sorted { $0.address < $1.address }
    configuration.consents = (layer.lists["consents"] ?? []).compactMap { consent($0) }
    if let entry = layer.singles["safety"], !entry.value.isNull { configuration.safety = safety(entry) }
    if let entry = layer.singles["state"], !entry.value.isNull { configuration.state = state(entry) }
  }

  private func changes(_ section: String) -> [SyntaxNode.Entry] {
    (layer.named[section] ?? []).filter { !$0.value.isNull }
  }

  private mutating func address(_ text: String?, _ range: SourceRange) -> Address? {
    guard let text else { return nil }
    guard let address = Address(text) else {
      report(.badAddress(text, range))
      return nil
    }
    guard kinds[address.section] != nil else {
      let known = kinds.keys.sorted()
      report(
        .unknown("section", address.section, at: range, among: known, code: .badAddress))
      return nil
    }
    return address
  }

  private mutating func move(_ element: SyntaxNode) -> Move? {
    let node = substituted(element)
    guard let value = checked(node, .object(SectionShapes.move), named: "moved", key: nil) else { return nil }
    let from = address(value["from"]?.string, node["from"]?.value.range ?? node.range)
    let to = address(value["to"]?.string, node["to"]?.value.range ?? node.range)
    guard let from, let to else { return nil }
    return Move(from: from, to: to, range: node.range)
  }

  private mutating func removal(_ entry: SyntaxNode.Entry) -> Removal? {
    let node = substituted(entry.value)
    let value = checked(node, SectionShapes.removal, named: entry.key, key: entry.keyRange)
    guard let address = address(entry.key, entry.keyRange), let value else { return nil }
    guard let action = (value.string ?? value["action"]?.string).flatMap({ RemovalAction(rawValue: $0) }) else {
      return nil
    }
    return Removal(
      address: address, action: action, until: value["until"]?.string, reason: value["reason"]?.string,
      range: entry.keyRange)
  }

  private mutating func adoption(_ entry: SyntaxNode.Entry) -> Adoption? {
    let node = substituted(entry.value)
    let name = checked(node, SectionShapes.adoption, named: entry.key, key: entry.keyRange)?.string
    guard let address = address(entry.key, entry.keyRange), let name else { return nil }
    return Adoption(address: address, name: name, range: entry.keyRange)
  }

  private mutating func consent(_ element: SyntaxNode) -> Consent? {
    let node = substituted(element)
    guard let value = checked(node, .object(SectionShapes.consent), named: "consents", key: nil),
      let address = address(value["address"]?.string, node["address"]?.value.range ?? node.range),
      let risk = value["risk"]?.string
    else { return nil }
    var consent = Consent(
      address: address, risk: risk, until: value["until"]?.string, reason: value["reason"]?.string, range: node.range)
    consent.riskRange = node["risk"]?.value.range
    return consent
  }

  private mutating func safety(_ entry: SyntaxNode.Entry) -> Safety {
    var safety = Safety()
    let node = substituted(entry.value)
    guard let value = checked(node, .object(SectionShapes.safety), named: "safety", key: entry.keyRange) else {
      return safety
    }
    let limits = value["maxDestroy"]
    safety.maxDestroyCount = limits?["count"]?.integer.map { Int($0) }
    safety.maxDestroyPercent = limits?["percent"]?.integer.map { Int($0) }
    if let minimum = limits?["minimum"]?.integer { safety.maxDestroyMinimum = Int(minimum) }
    if let prefixes = value["ignoreTags"]?.list { safety.ignoreTags = prefixes.compactMap(\.string).sorted() }
    return safety
  }

  /// What stands in `state` is the business of the store that its connection leads to.
  private mutating func state(_ entry: SyntaxNode.Entry) -> ValueMap? {
    let node = substituted(entry.value)
    guard let map = checked(node, .map(.anything, keys: .any), named: "state", key: entry.keyRange)?.map else {
      return nil
    }
    if let field = node["connection"], let name = field.value.scalar?.text, connections[name] == nil,
      !faultyConnections.contains(name)
    {
      report(
        .unknown(
          "connection", name, at: field.value.range, among: connections.keys.sorted(), code: .unknownConnection))
    }
    return map
  }
}

extension Diagnostic {
  static func badAddress(_ text: String, _ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .badAddress, .error, "\"\(text)\" is no address", at: range,
      notes: [Note("addresses are written section.name, e.g. buckets.logs")])
  }
}
