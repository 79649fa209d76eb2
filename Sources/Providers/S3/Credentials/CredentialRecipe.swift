import CooperProvider
import CooperSchema

/// How a connection comes to its credentials, as declared; a value, before anything is looked up.
indirect enum CredentialRecipe: Sendable, Hashable {
  /// The usual chain of the AWS CLI.
  case usual
  case environment
  /// Nil means `AWS_PROFILE`, or `default`.
  case profile(String?)
  case given(GivenKey)
  case role(RoleRequest, from: CredentialRecipe)
  case webIdentity(WebIdentityRequest)
  case container
  case instance
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
  struct Tag: Sendable, Hashable {
    var key: String
    var value: String
  }

  var arn: String
  var externalId: String?
  var sessionName = "cooper"
  /// Between 900 and 43,200 (STS API Reference, AssumeRole); nil is the service's 3,600.
  var seconds: Int64?
  var tags: [Tag] = []
  var transitiveTags: [String] = []
}

/// What is asked of STS AssumeRoleWithWebIdentity, and where the token comes from.
struct WebIdentityRequest: Sendable, Hashable {
  /// Nil means `AWS_ROLE_ARN`.
  var arn: String?
  /// Nil means `AWS_ROLE_SESSION_NAME`, or `cooper`.
  var sessionName: String?
  var seconds: Int64?
  /// A reference to the token; nil means the machine's file, or GitHub Actions.
  var token: Value?
  /// Given, the token is asked of GitHub Actions.
  var audience: String?
  var field = "access"
}

extension CredentialRecipe {
  /// Longest session of a role that was taken on with another role's keys (IAM User Guide, role chaining).
  private static let longestChained: Int64 = 3_600

  /// Reads a checked `access` block; throws in words what it lacks.
  init(_ access: ValueMap, field: String = "access") throws(AccessProblem) {
    let method = access["method"]?.string ?? "default"
    switch method {
    case "default", "": self = .usual
    case "env": self = .environment
    case "profile": self = .profile(access["profile"]?.string)
    case "static": self = .given(try GivenKey(access, field: field))
    case "container": self = .container
    case "instance": self = .instance
    case "webIdentity": self = .webIdentity(try WebIdentityRequest(access, field: field))
    case "assumeRole": self = try Self.role(access, field: field)
    case let other: throw AccessProblem(words: "\(field).method \(other) is not known here")
    }
  }

  private static func role(_ access: ValueMap, field: String) throws(AccessProblem) -> CredentialRecipe {
    var recipe = CredentialRecipe.usual
    if let source = access["source"]?.map {
      try AccessProblem.refuseStrays(in: source, field: field + ".source")
      recipe = try CredentialRecipe(source, field: field + ".source")
    }
    var steps: [RoleRequest] = []
    for (index, link) in (access["chain"]?.list ?? []).enumerated() {
      steps.append(try RoleRequest(link.map ?? ValueMap(), field: "\(field).chain[\(index)]"))
    }
    steps.append(try RoleRequest(access, field: field))
    var isChained = if case .webIdentity = recipe { true } else { false }
    for step in steps {
      if isChained, let seconds = step.seconds, seconds > Self.longestChained {
        throw AccessProblem(words: "\(field).duration: STS gives a role behind another role an hour at most")
      }
      recipe = .role(step, from: recipe)
      isChained = true
    }
    return recipe
  }
}

extension RoleRequest {
  fileprivate init(_ access: ValueMap, field: String) throws(AccessProblem) {
    guard let arn = access["roleArn"]?.string else { throw AccessProblem(words: "\(field).roleArn is missing") }
    let tags = (access["sessionTags"]?.map ?? ValueMap()).map { Tag(key: $0.key, value: $0.value.string ?? "") }
    guard tags.count <= 50 else { throw AccessProblem(words: "\(field).sessionTags: STS takes 50 at most") }
    let transitive = (access["transitiveTags"]?.list ?? []).compactMap(\.string).sorted()
    // Keys of session tags are told apart without regard to case (IAM User Guide, session tags).
    let keys = Set(tags.map { $0.key.lowercased() })
    if let stray = transitive.first(where: { !keys.contains($0.lowercased()) }) {
      throw AccessProblem(words: "\(field).transitiveTags: \(stray) is none of sessionTags")
    }
    self.init(
      arn: arn, externalId: access["externalId"]?.string, sessionName: access["sessionName"]?.string ?? "cooper",
      seconds: try AccessProblem.seconds(access["duration"], field: field), tags: tags, transitiveTags: transitive)
  }
}

extension WebIdentityRequest {
  fileprivate init(_ access: ValueMap, field: String) throws(AccessProblem) {
    if access["token"] != nil, access["audience"] != nil {
      throw AccessProblem(words: "\(field): audience asks GitHub Actions for a token, so that token has no use")
    }
    self.init(
      arn: access["roleArn"]?.string, sessionName: access["sessionName"]?.string,
      seconds: try AccessProblem.seconds(access["duration"], field: field), token: access["token"],
      audience: access["audience"]?.string, field: field)
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

  fileprivate static func seconds(_ value: Value?, field: String) throws(AccessProblem) -> Int64? {
    guard let text = value?.string else { return nil }
    guard let span = TimeSpan(text) else { throw AccessProblem(words: "\(field).duration is no duration such as 1h") }
    return span.seconds
  }

  /// The fields of a source are flat: one that its method has no use for is a misunderstanding.
  fileprivate static func refuseStrays(in source: ValueMap, field: String) throws(AccessProblem) {
    let used: Set<String>
    switch source["method"]?.string {
    case "profile": used = ["profile"]
    case "static": used = ["accessKeyId", "secretAccessKey", "sessionToken"]
    case "webIdentity": used = ["roleArn", "sessionName", "duration", "audience"]
    default: used = []
    }
    // A default that the schema fills in was written by nobody.
    let written = source.filter { $0.key != "method" && !($0.key == "sessionName" && $0.value == "cooper") }
    guard let stray = written.first(where: { !used.contains($0.key) }) else { return }
    let method = source["method"]?.string ?? "default"
    throw AccessProblem(words: "\(field).\(stray.key) has no use with method: \(method)")
  }
}
