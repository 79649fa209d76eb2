import CooperProvider

/// A profile of the shared files, both read as one; keys of the credentials file win, as in the AWS CLI.
struct SharedProfile: Sendable {
  enum Lookup: Sendable {
    case found(SharedProfile)
    /// Why there is none, a line for each file.
    case missing([String])
  }

  let name: String
  private var config: [String: String]?
  private var credentials: [String: String]?
  private var sessions: SharedConfigFile?
  private var configPath: String
  private var credentialsPath: String

  subscript(key: String) -> String? {
    let value = credentials?[key] ?? config?[key]
    return value?.isEmpty == true ? nil : value
  }

  /// True when a key stands in the credentials file.
  func isCredential(_ key: String) -> Bool { credentials?[key]?.isEmpty == false }

  /// The keys of a session of IAM Identity Center.
  func session(_ name: String) -> [String: String]? { sessions?.session(name) }

  /// The file that a key comes from.
  func place(of key: String) -> String { credentials?[key] != nil ? credentialsPath : configPath }

  /// The files that have the profile.
  var places: String {
    [config == nil ? nil : configPath, credentials == nil ? nil : credentialsPath].compactMap { $0 }
      .joined(separator: " and ")
  }

  static func read(_ name: String, _ environment: ProviderEnvironment) -> Lookup {
    let config = file("AWS_CONFIG_FILE", "~/.aws/config", environment)
    let credentials = file("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials", environment)
    let profile = SharedProfile(
      name: name, config: config.content?.configProfile(name),
      credentials: credentials.content?.credentialsProfile(name), sessions: config.content,
      configPath: config.path, credentialsPath: credentials.path)
    if profile.config != nil || profile.credentials != nil { return .found(profile) }
    return .missing(
      [config, credentials].map { file in
        "profile \(name): \(file.content == nil ? "\(file.path) \(file.problem)" : "not in \(file.path)")"
      })
  }

  private static func file(
    _ variable: String, _ standard: String, _ environment: ProviderEnvironment
  ) -> (path: String, content: SharedConfigFile?, problem: String) {
    let path = environment.variable(variable).flatMap { $0.isEmpty ? nil : $0 } ?? standard
    var place = path
    if path.hasPrefix("~/") {
      guard let home = environment.homeDirectory else {
        return (path, nil, "can't be found: there is no home directory")
      }
      place = home + path.dropFirst()
    }
    do {
      guard let bytes = try environment.readFile(place) else { return (path, nil, "is not there") }
      return (path, SharedConfigFile(String(decoding: bytes, as: UTF8.self)), "")
    } catch {
      return (path, nil, "can't be read (\(error))")
    }
  }
}
