internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema
internal import CooperSyntax

extension Elaborator {
  /// What a name stands for; nil when it stands for nothing, which is then reported already.
  private enum Answer {
    case text(String)
    /// Known after apply; the name of the output.
    case unknown(String)
    /// A secret, by the name of the output, with the reference to it where there is one.
    case secret(String, reference: String?)
    case failed
  }

  /// A text after substitution.
  enum Substituted {
    case text(String)
    /// Some part of it is known after apply.
    case unknown(String)
    /// The whole of it is a secret output.
    case secret(String, reference: String?)

    /// The text where nothing but a text will do.
    var plain: String? { if case .text(let text) = self { text } else { nil } }

    /// How it stands in a tree that is still to be checked; the marks can't be typed on a keyboard.
    fileprivate var marked: String {
      switch self {
      case .text(let text): text
      case .unknown(let name): "\u{2}" + name
      case .secret(let name, let reference): "\u{3}" + name + (reference.map { "\u{3}" + $0 } ?? "")
      }
    }
  }

  /// The output that a text in a substituted tree stands for, when it is known after apply.
  static func outputBornInApply(_ text: String) -> String? {
    text.utf8.first == 2 ? String(text.dropFirst()) : nil
  }

  /// The secret output that a text in a substituted tree stands for.
  static func secretOutput(_ text: String) -> CheckOptions.SecretOutput? {
    guard text.utf8.first == 3 else { return nil }
    let parts = text.dropFirst().split(separator: "\u{3}", maxSplits: 1).map(String.init)
    guard let name = parts.first else { return nil }
    return .init(name: name, value: parts.count > 1 ? .string(parts[1]) : .unknown(name))
  }

  /// Replaces `$(name)` in all scalars and keys of a tree; places stay where the text was written.
  ///
  /// Returns the tree itself when there is nothing to replace. In documents a substituted text stays text, whatever it
  /// looks like.
  mutating func substituted(_ node: SyntaxNode, of owner: Int? = nil, isDocument: Bool = false) -> SyntaxNode {
    replaced(node, owner, isDocument) ?? node
  }

  private mutating func replaced(_ node: SyntaxNode, _ owner: Int?, _ isDocument: Bool) -> SyntaxNode? {
    switch node.content {
    case .missing: return nil
    case .scalar(var scalar):
      guard Template.isNeeded(for: scalar.text) else { return nil }
      guard let text = text(scalar.text, node.range, owner) else {
        return SyntaxNode(.scalar(.init(Self.poison, style: .doubleQuoted)), node.range)
      }
      scalar.text = text.marked
      if isDocument || scalar.isNull { scalar.style = .doubleQuoted }
      return SyntaxNode(.scalar(scalar), node.range)
    case .sequence(var elements):
      var changed = false
      for index in elements.indices {
        guard let element = replaced(elements[index], owner, isDocument) else { continue }
        elements[index] = element
        changed = true
      }
      return changed ? SyntaxNode(.sequence(elements), node.range) : nil
    case .mapping(var entries):
      var changed = false
      for index in entries.indices {
        if Template.isNeeded(for: entries[index].key) {
          entries[index].key = key(entries[index], owner) ?? Self.poison
          changed = true
        }
        guard let value = replaced(entries[index].value, owner, isDocument) else { continue }
        entries[index].value = value
        changed = true
      }
      return changed ? SyntaxNode(.mapping(entries), node.range) : nil
    }
  }

  /// Stands where a substitution failed; values with it are not judged any further.
  static var poison: String { "\u{1}" }

  static func isPoisoned(_ node: SyntaxNode) -> Bool {
    switch node.content {
    case .missing: false
    case .scalar(let scalar): scalar.text == poison
    case .sequence(let elements): elements.contains { isPoisoned($0) }
    case .mapping(let entries): entries.contains { $0.key == poison || isPoisoned($0.value) }
    }
  }

  /// A key of a map can't wait for apply: what it means depends on it.
  private mutating func key(_ entry: SyntaxNode.Entry, _ owner: Int?) -> String? {
    switch text(entry.key, entry.keyRange, owner) {
    case .text(let text)?: return text
    case .unknown(let name)?, .secret(let name, _)?:
      report(.keyBornInApply(name, entry.keyRange))
      return nil
    case nil: return nil
    }
  }

  mutating func text(_ written: String, _ range: SourceRange, _ owner: Int?) -> Substituted? {
    let template: Template
    do throws(Template.Problem) {
      template = try Template(written)
    } catch {
      report(.brokenSubstitution(error, range))
      return nil
    }
    var result = ""
    var unknown: String?
    for part in template.parts {
      switch part {
      case .text(let text): result += text
      case .name(let name):
        switch answer(name, range, owner) {
        case .text(let text): result += text
        case .unknown(let output): unknown = unknown ?? output
        case .secret(let output, let reference):
          guard template.parts.count == 1 else {
            report(.secretInText(output, range))
            return nil
          }
          return .secret(output, reference: reference)
        case .failed: return nil
        }
      }
    }
    return unknown.map { .unknown($0) } ?? .text(result)
  }

  private mutating func answer(_ name: String, _ range: SourceRange, _ owner: Int?) -> Answer {
    let parts = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
    switch parts.count {
    case 1: return variable(name, range)
    case 2 where parts[0] == "self":
      if let owner { return output(parts[1], of: owner, as: name, range) }
      report(.selfOutsideResource(name, range))
      return .failed
    case 3:
      if let place = draftPlaces[parts[0]]?[parts[1]] {
        let answer = output(parts[2], of: place, as: name, range)
        guard let owner else { return answer }
        switch answer {
        case .text, .secret(_, reference: .some): addEdge(from: owner, to: place, .text(parts[2]), range)
        case .unknown, .secret(_, reference: nil): addEdge(from: owner, to: place, .born(parts[2]), range)
        case .failed: break
        }
        return answer
      }
      if faultyNames[parts[0]]?.contains(parts[1]) ?? false { return .failed }
      if let section = draftPlaces[parts[0]] {
        let known = section.keys.map { "\(parts[0]).\($0).\(parts[2])" }.sorted()
        report(.unknownName(name, range, known))
        return .failed
      }
      // Connections and the project's own settings are read before any resource.
      if draftPlaces.isEmpty, catalog.kinds[parts[0]] != nil {
        report(.resourceTooLate(name, range))
        return .failed
      }
      fallthrough
    default:
      report(.unknownName(name, range, knownNames(owner)))
      return .failed
    }
  }

  private mutating func variable(_ name: String, _ range: SourceRange) -> Answer {
    if name == "project" { return .text(projectName) }
    if name == "environment" {
      if let environment { return .text(environment) }
      report(.noEnvironmentHere(range))
      return .failed
    }
    switch variables.text(name) {
    case .text(let text): return .text(text)
    case .failed: return .failed
    case .undeclared:
      report(.unknownName(name, range, knownNames(nil)))
      return .failed
    // Reported once, where it is declared.
    case .withoutValue: return .failed
    }
  }

  private func knownNames(_ owner: Int?) -> [String] {
    variables.names + ["environment", "project"] + (owner.map { outputs(of: $0).map { "self." + $0 } } ?? [])
  }

  /// What texts may use of a resource.
  private func outputs(of place: Int) -> [String] {
    let kind = drafts[place].kind
    var names = ["key", "connection"]
    if let name = kind.kind.nameField { names.append(name) }
    if kind.settings["region"] != nil { names.append("region") }
    return Set(names + kind.kind.outputs.map(\.name)).sorted()
  }

  private mutating func output(_ output: String, of place: Int, as name: String, _ range: SourceRange) -> Answer {
    let kind = drafts[place].kind
    let address = drafts[place].address
    switch output {
    case "key": return .text(address.name)
    case "connection":
      if let connection = drafts[place].connection { return .text(connection) }
      return .failed
    case kind.nameField where kind.kind.nameField != nil:
      return answer(nativeNameAtProvider(of: place, askedAt: range))
    case "region" where kind.settings["region"] != nil:
      let region = region(of: place, askedAt: range)
      // Where the platform chooses the region, it is an output like others.
      if region == .none, let known = kind.kind.output(output), support(of: place)?.outputs[output] != nil {
        return self.output(known, of: place, as: name, range)
      }
      if region == .none { report(.outputWithoutValue(name, "\(address) has no region", range)) }
      return answer(region)
    default: break
    }
    guard let known = kind.kind.output(output) else {
      let prefix = name.dropLast(output.count)
      report(.unknownName(name, range, outputs(of: place).map { prefix + $0 }))
      return .failed
    }
    return self.output(known, of: place, as: name, range)
  }

  /// An output that the kind declares: what is written in a field of that name, what the provider makes of the facts, or
  /// something born in apply.
  private mutating func output(
    _ output: KindOutput, of place: Int, as name: String, _ range: SourceRange
  ) -> Answer {
    let full = "\(drafts[place].address).\(output.name)"
    if let field = field(output.name, of: place) {
      if output.isSecret { return .secret(full, reference: field.value.scalar?.text) }
      return answer(lazyText(output.name, of: place) ?? .failed)
    }
    if output.isSecret { return .secret(full, reference: nil) }
    guard drafts[place].place != .failed else { return .failed }
    guard let support = support(of: place) else { return .unknown(full) }
    guard let native = nativeName(of: place, askedAt: range) else { return .failed }
    if output.name == "arn", let arn = support.arn {
      switch region(of: place, askedAt: range) {
      case .failed, .inProgress, .untouched: return .failed
      case .text(let region): return .text(arn(native, region))
      case .unknown(let name): return .unknown(name)
      case .none: return .text(arn(native, nil))
      }
    }
    if output.name == "arn", support.outputs["arn"] == nil {
      let type = connectionType(of: place)?.name ?? ""
      report(.outputWithoutValue(name, "connections of type \(type) have no ARNs", range))
      return .failed
    }
    if Self.toldByPlatforms.contains(output.name), support.outputs[output.name] == nil {
      let type = connectionType(of: place)?.name ?? ""
      report(.outputWithoutValue(name, "connections of type \(type) tell no \(output.name)", range))
      return .failed
    }
    return support.outputs[output.name]?(outputFacts(native, of: place)).map { .text($0) } ?? .unknown(full)
  }

  private static let toldByPlatforms: Set<String> = ["endpoint", "caCertificate", "pathStyle"]

  private func answer(_ lazy: ResourceDraft.Lazy) -> Answer {
    switch lazy {
    case .text(let text): .text(text)
    case .unknown(let name): .unknown(name)
    case .none, .failed, .inProgress, .untouched: .failed
    }
  }
}

extension Diagnostic {
  static func brokenSubstitution(_ problem: Template.Problem, _ range: SourceRange) -> Diagnostic {
    switch problem {
    case .unclosed:
      Diagnostic(
        .brokenSubstitution, .error, "\"$(\" is not closed", at: range,
        fix: ["write  $(name)   or  $$(   for the two signs themselves"])
    case .notAName(let name):
      Diagnostic(
        .brokenSubstitution, .error, "\"$(\(name))\" holds no name", at: range,
        notes: [Note("names hold letters, digits, dots, hyphens and underscores; there are no functions")],
        fix: ["write  $$(\(name))   for the text itself"])
    }
  }

  static func unknownName(_ name: String, _ range: SourceRange, _ known: [String]) -> Diagnostic {
    .unknown("name", "$(\(name))", like: name, at: range, among: known, code: .unknownSubstitution)
  }

  static func selfOutsideResource(_ name: String, _ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .unknownSubstitution, .error, "\"$(\(name))\" has a meaning inside a bucket or profile only", at: range)
  }

  static func resourceTooLate(_ name: String, _ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .unknownSubstitution, .error, "\"$(\(name))\" can't be used here: resources are read after connections",
      at: range,
      notes: [Note("connections, state and safety may use variables, $(environment) and $(project)")],
      fix: ["write what the resource says itself, e.g. the same  env:NAME"])
  }

  static func noEnvironmentHere(_ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .substitutionWithoutValue, .error, "\"$(environment)\" has no value: the project declares no environments",
      at: range, fix: ["declare  environments: { stage: {}, prod: {} }   in cooper.yaml"])
  }

  static func keyBornInApply(_ name: String, _ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .nameBornInApply, .error, "A key of a map can't be $(\(name)), which is known after apply only", at: range)
  }

  static func secretInText(_ name: String, _ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .secretInText, .error, "$(\(name)) is a secret and can't be a part of a text", at: range,
      notes: [Note("a secret output may only be the whole of a field that takes a reference to a secret")])
  }

  static func outputWithoutValue(_ name: String, _ reason: String, _ range: SourceRange) -> Diagnostic {
    Diagnostic(.substitutionWithoutValue, .error, "\"$(\(name))\" has no value: \(reason)", at: range)
  }
}
