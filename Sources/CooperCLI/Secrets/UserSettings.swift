internal import CooperDiagnostics
internal import CooperProvider
internal import CooperSchema
internal import CooperSecrets
internal import CooperSyntax

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// What the user, and never the repository, allows: `$XDG_CONFIG_HOME/cooper/settings.yaml` and variables.
///
/// A pull request can change everything in a repository, so nothing of this is ever read from one.
struct UserSettings: Sendable {
  /// Programs that a `command:` reference may start; nil means every one.
  enum Commands: Sendable, Hashable {
    case none, all
    case programs([String])

    func allows(_ program: String) -> Bool {
      switch self {
      case .none: false
      case .all: true
      case .programs(let names): names.contains(program)
      }
    }
  }

  var commands = Commands.none
  /// Directories besides the project and the home directory in which `file:` references may lie.
  var secretRoots: [String] = []
  /// Where sealing keys are; the first one seals.
  var sealingKeys: [SecretReference] = []
  /// Endpoints that may get credentials although no state has them.
  var trustedEndpoints: [String] = []
  /// `COOPER_TRUST_ENDPOINTS` is set: then it and the state are all there is, and no first use is trusted.
  var isStrict = false
  /// The directory of the settings; nil without a home.
  var directory: String?

  static let shownPath = "~/.config/cooper/settings.yaml"

  private static let shape = ObjectShape(
    "userSettings", summary: "What the user allows on this machine.",
    fields: [
      FieldShape(
        "allowCommands", .either(scalar: .bool, long: .list(.string(TextRule(lengths: 1...4096)))),
        summary: "Whether command: references run, or the programs that may.", example: "[op]"),
      FieldShape(
        "secretRoots", .list(.string(TextRule(lengths: 1...4096))),
        summary: "Further directories for file: references.", example: "[/run/secrets]"),
      FieldShape("sealingKeys", .list(.secret), summary: "Keys of sealed secrets; the first seals."),
      FieldShape(
        "trustEndpoints", .list(.string(TextRule(lengths: 1...4096))),
        summary: "Endpoints that may get credentials.", example: "[\"https://minio.internal:9000\"]"),
    ])

  /// `variable` gives variables of the process; `project` is the project's directory.
  static func load(
    project: String, home: String?, variable: (String) -> String?
  ) throws(CallFailure) -> UserSettings {
    var settings = UserSettings()
    if let directory = directory(home, variable) {
      settings.directory = directory
      try settings.read(directory + "/settings.yaml", project: project)
    }
    let allowed = variable("COOPER_ALLOW_COMMANDS") ?? ""
    switch allowed {
    case "": break
    case "0", "false", "no": settings.commands = .none
    case "1", "true", "yes": settings.commands = .all
    default: throw .badSettings("COOPER_ALLOW_COMMANDS takes 1 or 0")
    }
    if let list = variable("COOPER_TRUST_ENDPOINTS") {
      settings.isStrict = true
      settings.trustedEndpoints += list.split { $0 == "," || $0 == " " }.map(String.init)
    }
    return settings
  }

  /// XDG Base Directory Specification: a relative XDG_CONFIG_HOME doesn't count.
  private static func directory(_ home: String?, _ variable: (String) -> String?) -> String? {
    if let given = variable("XDG_CONFIG_HOME"), given.hasPrefix("/") { return given + "/cooper" }
    return home.map { $0 + "/.config/cooper" }
  }

  private mutating func read(_ path: String, project: String) throws(CallFailure) {
    guard let resolved = SecretFile.withoutLinks(path) else {
      guard errno == ENOENT || errno == ENOTDIR else { throw .badSettings("the file can't be read") }
      return
    }
    if let project = SecretFile.withoutLinks(project), SecretFile.isBelow(resolved, project) {
      throw .badSettings("the file lies inside the project, where a pull request could change it")
    }
    let descriptor = open(resolved, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .badSettings("the file can't be read") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .badSettings("it is no regular file")
    }
    guard status.st_mode & 0o022 == 0 else { throw .badSettings("others can write it; run  chmod go-w \(path)") }
    guard let contents = SecretFile.contents(descriptor, limit: 1 << 20) else {
      throw .badSettings("it is larger than 1 MiB, or can't be read")
    }
    try take(SourceText(name: Self.shownPath, bytes: contents.withBytes { Array($0) }))
  }

  private mutating func take(_ text: SourceText) throws(CallFailure) {
    var sources = SourceMap()
    let parsed = parse(text, id: sources.add(text))
    var found = parsed.diagnostics
    var value: Value?
    if let node = parsed.value?.first {
      let checked = check(node, against: .object(Self.shape), named: "settings")
      found += checked.diagnostics
      value = checked.value
    }
    if let problem = found.first(where: { $0.severity == .error }) {
      let line = problem.range.map { "line \($0.start.line): " } ?? ""
      throw .badSettings(line + problem.message)
    }
    switch value?["allowCommands"] {
    case .bool(true): commands = .all
    case .list(let names): commands = .programs(names.compactMap(\.string))
    default: break
    }
    secretRoots = value?["secretRoots"]?.list?.compactMap(\.string) ?? []
    trustedEndpoints = value?["trustEndpoints"]?.list?.compactMap(\.string) ?? []
    sealingKeys = value?["sealingKeys"]?.list?.compactMap { SecretReference($0) } ?? []
  }
}
