internal import CooperDiagnostics
internal import CooperSchema
internal import CooperSyntax

/// The variables of a project with their texts; all are text, whatever they look like.
struct Variables: Sendable {
  enum Lookup { case text(String), failed, undeclared, withoutValue }

  private struct Variable: Sendable {
    var declared: SourceRange
    /// As written, with its place; nil from the command line.
    var written: SyntaxNode?
    var text: String?
    var kind = Kind.string
    /// Who outside the project gave the text, e.g. `--var account`.
    var giver: String?
  }

  private var variables: [String: Variable] = [:]
  /// Variables whose texts need themselves; the first of each circle is reported.
  private var circular: Set<String> = []

  static let reserved: Set<String> = ["environment", "project", "self"]

  var names: [String] { variables.keys.sorted() }

  func text(_ name: String) -> Lookup {
    guard let variable = variables[name] else { return .undeclared }
    if let text = variable.text { return .text(text) }
    return variable.written == nil ? .withoutValue : .failed
  }

  /// What may be written of a variable: its text alone, or a block.
  static let declaration = Shape.either(
    scalar: .string(.any),
    long: .object(
      ObjectShape(
        "variable", summary: "A text that environments and callers may give.",
        fields: [
          FieldShape("description", .string(.any), summary: "What it is for."),
          FieldShape(
            "type", .choice(Kind.allCases.map(\.rawValue)), presence: .defaulted("string"),
            summary: "What its text must look like.", example: "integer"),
          FieldShape(
            "default", .string(.any), summary: "Its text when nobody gives one; without it somebody has to."),
        ])))

  /// What a variable's text must look like; it is put into other texts as it was written.
  enum Kind: String, CaseIterable {
    case string, integer, boolean

    func holds(_ text: String) -> Bool {
      switch self {
      case .string: true
      case .integer: Int64(text) != nil && text.first != "+"
      case .boolean: text == "true" || text == "false"
      }
    }

    var words: String {
      switch self {
      case .string: "a text"
      case .integer: "a whole number"
      case .boolean: "true or false"
      }
    }
  }

  mutating func declare(_ entries: [SyntaxNode.Entry]) -> [Diagnostic] {
    var found: [Diagnostic] = []
    for entry in entries {
      if Self.reserved.contains(entry.key) {
        found.append(.reservedVariable(entry))
        continue
      }
      let checked = check(entry.value, against: Self.declaration, named: entry.key, key: entry.keyRange)
      found += checked.diagnostics
      var variable = Variable(declared: entry.keyRange)
      variable.written = entry.value.scalar == nil ? entry.value["default"]?.value : entry.value
      variable.kind = checked.value?["type"]?.string.flatMap { Kind(rawValue: $0) } ?? .string
      if checked.hasErrors { variable.written = entry.value }
      variables[entry.key] = variable
    }
    return found
  }

  /// Takes values from a map in a file: an environment's `variables` or a `--var-file`.
  mutating func assign(_ entries: [SyntaxNode.Entry]) -> [Diagnostic] {
    var found: [Diagnostic] = []
    for entry in entries where !entry.key.hasPrefix("x-") {
      guard variables[entry.key] != nil else {
        found.append(
          .unknown("variable", entry.key, at: entry.keyRange, among: names, code: .unknownVariable))
        continue
      }
      guard entry.value.scalar != nil, !entry.value.isNull else {
        found += check(entry.value, against: .string(.any), named: entry.key, key: entry.keyRange).diagnostics
        continue
      }
      variables[entry.key]?.written = entry.value
    }
    return found
  }

  /// Takes a value from outside the project; its text is taken as it is. False when there is no such variable.
  mutating func assign(_ name: String, text: String, by giver: String) -> Bool {
    guard variables[name] != nil else { return false }
    variables[name]?.text = text
    // What is written elsewhere has no effect any more, so no finding may point there.
    variables[name]?.written = nil
    variables[name]?.giver = giver
    return true
  }

  /// What became of each variable, for `explain`.
  var origins: [String: VariableOrigin] {
    variables.compactMapValues { variable in
      variable.text.map { VariableOrigin(text: $0, range: variable.written?.range, giver: variable.giver) }
    }
  }

  /// The declared name that an environment variable's suffix means: hyphens can't stand there.
  func name(forProcessVariable suffix: String) -> String? {
    if variables[suffix] != nil { return suffix }
    return names.first { name in String(name.map { $0 == "-" ? "_" : $0 }) == suffix }
  }

  /// Puts variables into the texts of others; a cycle is an error.
  mutating func resolve(environment: String?, project: String) -> [Diagnostic] {
    var found = variables.filter { $0.value.text == nil && $0.value.written == nil }.map {
      Diagnostic.variableWithoutValue($0.key, $0.value.declared)
    }
    for name in names {
      var open: [String] = []
      if !circular.contains(name) { resolve(name, environment, project, &open, &found) }
    }
    for name in names {
      guard let variable = variables[name], let text = variable.text, !variable.kind.holds(text) else { continue }
      found.append(.wrongVariableType(name, variable.kind, variable.written?.range, variable.declared, variable.giver))
      variables[name]?.text = nil
    }
    return found
  }

  private mutating func resolve(
    _ name: String, _ environment: String?, _ project: String, _ open: inout [String], _ found: inout [Diagnostic]
  ) {
    guard let variable = variables[name], variable.text == nil, let node = variable.written else { return }
    guard let written = node.scalar?.text else { return }
    guard Template.isNeeded(for: written) else {
      variables[name]?.text = written
      return
    }
    if let start = open.firstIndex(of: name) {
      circular.formUnion(open[start...])
      return found.append(.substitutionCycle(open[start...] + [name], node.range))
    }
    open.append(name)
    defer { open.removeLast() }
    let template: Template
    do throws(Template.Problem) { template = try Template(written) } catch {
      return found.append(.brokenSubstitution(error, node.range))
    }
    var text = ""
    for part in template.parts {
      switch part {
      case .text(let plain): text += plain
      case .name("project"): text += project
      case .name("environment"):
        guard let environment else { return found.append(.noEnvironmentHere(node.range)) }
        text += environment
      case .name(let other):
        guard variables[other] != nil else {
          return found.append(.unknownName(other, node.range, names + ["environment", "project"]))
        }
        resolve(other, environment, project, &open, &found)
        guard let value = variables[other]?.text else { return }
        text += value
      }
    }
    variables[name]?.text = text
  }
}

extension Diagnostic {
  static func wrongVariableType(
    _ name: String, _ kind: Variables.Kind, _ written: SourceRange?, _ declared: SourceRange, _ giver: String?
  ) -> Diagnostic {
    Diagnostic(
      .wrongVariableType, .error, "Variable \"\(name)\" must be \(kind.words)", at: written ?? declared,
      notes: written == nil
        ? [Note("the text came from outside the project, by \(giver ?? "the caller")")]
        : [Note("its type is declared here", at: declared)])
  }

  static func variableWithoutValue(_ name: String, _ declared: SourceRange) -> Diagnostic {
    Diagnostic(
      .variableWithoutValue, .error, "Variable \"\(name)\" has no value", at: declared,
      notes: [Note("it has no default, and neither the environment nor the caller gives one")],
      fix: ["give it with  --var \(name)=…   or in an environment's \"variables\""])
  }

  static func reservedVariable(_ entry: SyntaxNode.Entry) -> Diagnostic {
    Diagnostic(
      .reservedVariable, .error, "\"\(entry.key)\" can't be the name of a variable: it has a meaning of its own",
      at: entry.keyRange)
  }

  static func substitutionCycle(_ names: some Collection<String>, _ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .substitutionCycle, .error, "The text of \"\(names.first ?? "")\" needs itself", at: range,
      notes: [Note(names.joined(separator: " → "))])
  }
}
