public import CooperDiagnostics

/// What a command asks of the loader.
public struct LoadRequest: Sendable {
  /// The project's directory, absolute; it is shown and kept, the loader itself reads through `ProjectFiles`.
  public var directory: String
  /// From `--environment`.
  public var environment: String?
  /// From `--var name=text`, in order; the last of one name wins.
  public var assignments: [VariableAssignment]
  /// From `--var-file`, in order: YAML maps from name to text.
  public var variableFiles: [SourceText]
  /// The process environment; only names that start with `COOPER_VAR_` are looked at.
  public var processEnvironment: [String: String]

  public init(
    directory: String, environment: String? = nil, assignments: [VariableAssignment] = [],
    variableFiles: [SourceText] = [], processEnvironment: [String: String] = [:]
  ) {
    self.directory = directory
    self.environment = environment
    self.assignments = assignments
    self.variableFiles = variableFiles
    self.processEnvironment = processEnvironment
  }
}

/// One `--var name=text`.
public struct VariableAssignment: Sendable, Hashable {
  public var name: String
  public var text: String

  public init(name: String, text: String) {
    self.name = name
    self.text = text
  }

  /// Reads `name=text`; nil without a name or an equals sign.
  public init?(_ argument: String) {
    guard let sign = argument.firstIndex(of: "="), sign > argument.startIndex else { return nil }
    self.init(name: String(argument[..<sign]), text: String(argument[argument.index(after: sign)...]))
  }
}
