import CooperProvider
import CooperSchema

/// How a connection comes to its credentials, as declared; a value, before anything is looked up.
indirect enum CredentialRecipe: Sendable, Hashable {
  /// The usual chain: environment, then profile.
  case usual
  case environment
  /// Nil means `AWS_PROFILE`, or `default`.
  case profile(String?)
  case given(GivenKey)
  case role(RoleRequest, from: CredentialRecipe)
}

/// A key given by references to secrets.
struct GivenKey: Sendable, Hashable {
  var accessKeyId: Value
  var secretAccessKey: Value
  var sessionToken: Value?
  /// The block that holds them, e.g. `access` or `planAccess.source`.
  var field = "access"
}

/// What is asked of STS AssumeRole.
struct RoleRequest: Sendable, Hashable {
  var arn: String
  var externalId: String?
  var sessionName = "cooper"
  /// Between 900 and 43,200 (STS API Reference, AssumeRole); nil is the service's 3,600.
  var seconds: Int64?
}

extension CredentialRecipe {
  /// Reads a checked `access` block; throws in words what it lacks.
  init(_ access: ValueMap, field: String = "access") throws(AccessProblem) {
    switch access["method"]?.string ?? "default" {
    case "default", "": self = .usual
    case "env": self = .environment
    case "profile": self = .profile(access["profile"]?.string)
    case "static": self = .given(try GivenKey(access, field: field))
    case "assumeRole":
      guard let arn = access["roleArn"]?.string else { throw AccessProblem(words: "access.roleArn is missing") }
      let role = RoleRequest(
        arn: arn, externalId: access["externalId"]?.string, sessionName: access["sessionName"]?.string ?? "cooper",
        seconds: try AccessProblem.seconds(access["duration"]))
      let source = access["source"]?.map
      self = .role(
        role,
        from: try source.map { (source) throws(AccessProblem) in try CredentialRecipe(source, field: field + ".source")
        }
          ?? .usual)
    case let other: throw AccessProblem(words: "access.method \(other) is not known here")
    }
  }
}

extension GivenKey {
  fileprivate init(_ access: ValueMap, field: String) throws(AccessProblem) {
    guard let id = access["accessKeyId"] else { throw AccessProblem(words: "\(field).accessKeyId is missing") }
    guard let secret = access["secretAccessKey"] else {
      throw AccessProblem(words: "\(field).secretAccessKey is missing")
    }
    self.init(accessKeyId: id, secretAccessKey: secret, sessionToken: access["sessionToken"], field: field)
  }
}

/// What is wrong with an `access` block, in words without secrets.
struct AccessProblem: Error {
  var words: String

  fileprivate static func seconds(_ value: Value?) throws(AccessProblem) -> Int64? {
    guard let text = value?.string else { return nil }
    guard let span = TimeSpan(text) else { throw AccessProblem(words: "access.duration is no duration such as 1h") }
    return span.seconds
  }
}
