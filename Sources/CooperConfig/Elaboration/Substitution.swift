internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema
internal import CooperSyntax

extension Elaborator {
  /// What a name stands for; nil when it stands for nothing, which is then reported already.
  private enum Answer {
    case text(String)
    case failed
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
      scalar.text = text
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
          entries[index].key = text(entries[index].key, entries[index].keyRange, owner) ?? Self.poison
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

  mutating func text(_ written: String, _ range: SourceRange, _ owner: Int?) -> String? {
    let template: Template
    do throws(Template.Problem) {
      template = try Template(written)
    } catch {
      report(.brokenSubstitution(error, range))
      return nil
    }
    var result = ""
    for part in template.parts {
      switch part {
      case .text(let text): result += text
      case .name(let name):
        guard case .text(let text) = answer(name, range, owner) else { return nil }
        result += text
      }
    }
    return result
  }

  private mutating func answer(_ name: String, _ range: SourceRange, _ owner: Int?) -> Answer {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    switch parts.count {
    case 1: return variable(name, range)
    case 2 where parts[0] == "self":
      if let owner { return output(parts[1], of: owner, as: name, range) }
      report(.selfOutsideResource(name, range))
      return .failed
    case 3:
      if let place = draftPlaces[parts[0]]?[parts[1]] { return output(parts[2], of: place, as: name, range) }
      if let section = draftPlaces[parts[0]] {
        let known = section.keys.map { "\(parts[0]).\($0).\(parts[2])" }.sorted()
        report(.unknownName(name, range, known))
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
    variables.names + ["environment", "project"] + (owner == nil ? [] : Self.outputs.map { "self." + $0 })
  }

  static let outputs = ["key", "bucketName", "region", "arn", "connection"]

  private mutating func output(_ output: String, of place: Int, as name: String, _ range: SourceRange) -> Answer {
    switch output {
    case "key": return .text(drafts[place].address.name)
    case "connection":
      if let connection = drafts[place].connection { return .text(connection) }
      return .failed
    case "bucketName": return found(nativeName(of: place, askedAt: range))
    case "region":
      switch region(of: place, askedAt: range) {
      case .text(let region): return .text(region)
      case .none:
        report(.outputWithoutValue(name, "\(drafts[place].address) has no region", range))
        return .failed
      case .untouched, .inProgress, .failed: return .failed
      }
    case "arn": return found(arn(of: place, as: name, range))
    default:
      let prefix = name.dropLast(output.count)
      report(.unknownName(name, range, Self.outputs.map { prefix + $0 }))
      return .failed
    }
  }

  private func found(_ text: String?) -> Answer { text.map { .text($0) } ?? .failed }
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

  static func noEnvironmentHere(_ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .substitutionWithoutValue, .error, "\"$(environment)\" has no value: the project declares no environments",
      at: range, fix: ["declare  environments: { stage: {}, prod: {} }   in cooper.yaml"])
  }

  static func outputWithoutValue(_ name: String, _ reason: String, _ range: SourceRange) -> Diagnostic {
    Diagnostic(.substitutionWithoutValue, .error, "\"$(\(name))\" has no value: \(reason)", at: range)
  }
}
