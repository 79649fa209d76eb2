public import CooperDiagnostics
public import CooperModel
internal import CooperSchema
internal import CooperSyntax

/// Reads a project and turns it into a configuration, with all problems at once.
///
/// Only `ProjectFiles` touches the disk; everything behind it is a function of values.
public struct ConfigLoader: Sendable {
  private let catalog: Catalog
  private let files: any ProjectFiles
  private let shapes: ProjectShapes

  public init(catalog: Catalog, files: any ProjectFiles) {
    self.catalog = catalog
    self.files = files
    shapes = ProjectShapes(catalog)
  }

  /// Loads the project for one environment; a project that declares environments needs one.
  ///
  /// The value is there even with errors, without the faulty parts, as long as there is a file to read: a report needs
  /// its texts.
  public func load(_ request: LoadRequest) -> Diagnosed<Configuration> {
    let read = ReadProject.read(files, catalog)
    guard let text = read.value else { return Diagnosed(nil, read.diagnostics) }
    if request.environment == nil, !text.environmentKeys.isEmpty {
      let needed = Diagnostic.environmentNeeded(text.environmentKeys)
      return Diagnosed(
        Configuration(project: text.name, directory: request.directory, sources: text.sources),
        Self.tidied(text.diagnostics + [needed], text.sources))
    }
    let result = elaborated(text, request, runsGuards: false)
    return Diagnosed(result.configuration, Self.tidied(result.diagnostics, result.configuration.sources))
  }

  /// The files of the project: `cooper.yaml`, what it includes, and the overlays of all environments.
  public func fileNames() -> Diagnosed<[String]> {
    let read = ReadProject.read(files, catalog)
    return Diagnosed(read.value?.sources.all.map(\.name), read.diagnostics)
  }

  /// Checks the project for the environment of the request, or for each one when it names none; guard rules included.
  public func validate(_ request: LoadRequest) -> Diagnosed<[Configuration]> {
    let read = ReadProject.read(files, catalog)
    guard let text = read.value else { return Diagnosed(nil, read.diagnostics) }
    var configurations: [Configuration] = []
    var diagnostics: [Diagnostic] = []
    var results: [ConfigurationRules.Result] = []
    let isOne = request.environment != nil || text.environmentKeys.isEmpty
    for environment in isOne ? [request.environment] : text.environmentKeys.keys.sorted().map({ $0 as String? }) {
      var request = request
      request.environment = environment
      let result = elaborated(text, request, runsGuards: true)
      configurations.append(result.configuration)
      diagnostics += result.diagnostics
      results.append(result.rules)
    }
    // An exception may be for another environment than the one that was asked for.
    if request.environment == nil { diagnostics += ConfigurationRules.unusedExceptions(results) }
    return Diagnosed(configurations, Self.tidied(diagnostics, configurations.first?.sources ?? text.sources))
  }

  private struct Elaborated {
    var configuration: Configuration
    var diagnostics: [Diagnostic]
    var rules: ConfigurationRules.Result
  }

  private func elaborated(_ text: ProjectText, _ request: LoadRequest, runsGuards: Bool) -> Elaborated {
    var found = text.diagnostics
    var sources = text.sources
    if let environment = request.environment, text.environmentKeys[environment] == nil {
      found.append(.unknownEnvironment(environment, text.environmentKeys.keys.sorted()))
    }
    var (layer, variables) = overlaid(text, request.environment, &found)
    found += assignOutside(request, &variables, &sources)
    found += variables.resolve(environment: request.environment, project: text.name)
    var elaborator = Elaborator(
      catalog: catalog, shapes: shapes, layer: layer, projectName: text.name, environment: request.environment,
      variables: variables)
    var configuration = elaborator.configuration(directory: request.directory, sources: sources)
    found += elaborator.diagnostics
    let ground = ProjectGround(directory: request.directory, home: request.processEnvironment["HOME"])
    if let environment = request.environment {
      found += ownership(elaborator.ownedPlaces(ground), environment, text, ground)
    }
    let context = RuleContext(configuration, layer, catalog, home: ground.home)
    let rules = ConfigurationRules.findings(in: context, layer: layer, runsGuards: runsGuards)
    configuration.variables = variables.origins
    configuration.digest = configuration.canonicalDigest()
    found = (found + rules.diagnostics).map { Self.withoutSecrets($0, elaborator.plainSecrets) }
    return Elaborated(configuration: configuration, diagnostics: found, rules: rules)
  }

  /// The layers of an environment laid over each other, with its variables.
  private func overlaid(
    _ text: ProjectText, _ environment: String?, _ found: inout [Diagnostic]
  ) -> (Layer, Variables) {
    var layer = text.base
    var variables = Variables()
    found += variables.declare(layer.named["variables"] ?? [])
    for overlay in environment.flatMap({ text.environments[$0] }) ?? [] {
      found += variables.assign(overlay.named["variables"] ?? [])
      found += layer.overlay(overlay, shapes)
    }
    return (layer, variables)
  }

  /// Finds buckets that another environment declares as well.
  ///
  /// What the command line and the process say of variables is meant for the environment at hand; the others are taken as
  /// they are written, and what can't be known of them that way is left out.
  private func ownership(_ own: [OwnedPlace], _ environment: String, _ text: ProjectText, _ ground: ProjectGround)
    -> [Diagnostic]
  {
    var others: [String: [OwnedPlace]] = [:]
    for other in text.environmentKeys.keys where other != environment && !own.isEmpty {
      var ignored: [Diagnostic] = []
      var (layer, variables) = overlaid(text, other, &ignored)
      _ = variables.resolve(environment: other, project: text.name)
      var elaborator = Elaborator(
        catalog: catalog, shapes: shapes, layer: layer, projectName: text.name, environment: other,
        variables: variables)
      elaborator.draft()
      others[other] = elaborator.ownedPlaces(ground)
    }
    return OwnedPlace.conflicts(own, environment, others)
  }

  private func assignOutside(
    _ request: LoadRequest, _ variables: inout Variables, _ sources: inout SourceMap
  ) -> [Diagnostic] {
    var found: [Diagnostic] = []
    for file in request.variableFiles {
      let parsed = parse(file, id: sources.add(file))
      found += parsed.diagnostics
      for document in parsed.value ?? [] {
        if let entries = document.entries {
          found += variables.assign(entries)
        } else if !document.isNull {
          found.append(.variableFileIsNoMap(document.range))
        }
      }
    }
    let prefix = "COOPER_VAR_"
    for (name, text) in request.processEnvironment.sorted(by: { $0.key < $1.key }) where name.hasPrefix(prefix) {
      let suffix = String(name.dropFirst(prefix.count))
      guard let variable = variables.name(forProcessVariable: suffix) else {
        found.append(.strayProcessVariable(name, closestMatch(to: suffix, in: variables.names)))
        continue
      }
      _ = variables.assign(variable, text: text, by: name)
    }
    for assignment in request.assignments where !variables.assign(assignment.name, text: assignment.text, by: "--var") {
      found.append(.unknownAssignment(assignment.name, variables.names))
    }
    return found
  }

  /// A finding that would show a line with a secret in plain text shows none.
  private static func withoutSecrets(_ diagnostic: Diagnostic, _ secrets: [SourceRange]) -> Diagnostic {
    guard !secrets.isEmpty else { return diagnostic }
    let ranges = [diagnostic.range].compactMap { $0 } + diagnostic.notes.compactMap(\.range)
    let isNear = ranges.contains { range in
      secrets.contains {
        $0.source == range.source && $0.start.line <= range.end.line && range.start.line <= $0.end.line
      }
    }
    guard isNear else { return diagnostic }
    var diagnostic = diagnostic
    diagnostic.hidesSource = true
    return diagnostic
  }

  /// Sorts by place, drops what several resources found at one place alike, and hides lines with plain secrets.
  private static func tidied(_ diagnostics: [Diagnostic], _ sources: SourceMap) -> [Diagnostic] {
    struct Key: Hashable {
      var code: DiagnosticCode
      var range: SourceRange?
      var message: String
    }
    var seen: Set<Key> = []
    let unique = diagnostics.filter {
      seen.insert(Key(code: $0.code, range: $0.range, message: $0.message)).inserted
    }
    let shown = hidingPlainSecrets(unique, in: sources)
    return shown.enumerated().sorted { a, b in
      switch (a.element.range, b.element.range) {
      case (nil, nil): a.offset < b.offset
      case (nil, _): true
      case (_, nil): false
      case (let first?, let second?): first == second ? a.offset < b.offset : first < second
      }
    }.map(\.element)
  }
}

extension Diagnostic {
  static func environmentNeeded(_ keys: [String: SourceRange]) -> Diagnostic {
    Diagnostic(
      .environmentNeeded, .error, "This project has environments: say which one", at: keys.values.min(),
      notes: [Note("declared: " + keys.keys.sorted().joined(separator: ", "))],
      fix: ["add  --environment \(keys.keys.sorted().first ?? "NAME")"])
  }

  static func unknownEnvironment(_ name: String, _ known: [String]) -> Diagnostic {
    let match = closestMatch(to: name, in: known)
    return Diagnostic(
      .unknownEnvironment, .error, "Unknown environment \"\(name)\"",
      notes: [Note(known.isEmpty ? "the project declares none" : "declared: " + known.joined(separator: ", "))],
      fix: match.map { ["did you mean \"\($0)\"?"] } ?? [])
  }

  static func variableFileIsNoMap(_ range: SourceRange) -> Diagnostic {
    Diagnostic(.fileIsNoMap, .error, "A file of variables must be a map from names to texts", at: range)
  }

  static func strayProcessVariable(_ name: String, _ match: String?) -> Diagnostic {
    Diagnostic(
      .strayProcessVariable, .warning, "\(name) is set, but the project has no such variable",
      fix: match.map { ["did you mean COOPER_VAR_\($0)?"] } ?? [])
  }

  static func unknownAssignment(_ name: String, _ known: [String]) -> Diagnostic {
    let match = closestMatch(to: name, in: known)
    return Diagnostic(
      .unknownVariable, .error, "Unknown variable \"\(name)\"",
      notes: [Note(known.isEmpty ? "the project declares none" : "declared: " + known.joined(separator: ", "))],
      fix: match.map { ["did you mean \"\($0)\"?"] } ?? [])
  }
}
