import CooperModel
import CooperProvider
import CooperSchema
import CooperSigning

/// How a profile signs in by IAM Identity Center, and the session that `aws sso login` keeps for it.
///
/// AWS SDKs and Tools Reference Guide, "IAM Identity Center credential provider".
struct SSOSession: Sendable {
  /// Seconds before the token's end from which a new one is asked for.
  private static let margin: Double = 300

  var profile: String
  /// Nil for the legacy form, whose keys stand in the profile itself.
  var session: String?
  var startURL: String
  var region: String
  var account: String
  var role: String

  /// What `aws sso login` would be called with.
  var login: String {
    session.map { "aws sso login --sso-session \($0)" } ?? "aws sso login --profile \(profile)"
  }

  /// What is wrong with the profile, in words.
  struct Problem: Error {
    var words: String
  }

  /// Nil when the profile has nothing of it.
  init?(_ profile: SharedProfile) throws(Problem) {
    let keys = ["sso_session", "sso_start_url", "sso_region", "sso_account_id", "sso_role_name"]
    guard keys.contains(where: { profile[$0] != nil }) else { return nil }
    let session = profile["sso_session"]
    let shared = session.flatMap { profile.session($0) }
    if let session, shared == nil { throw Problem(words: "there is no [sso-session \(session)]") }
    func value(_ key: String) throws(Problem) -> String {
      guard let value = shared?[key] ?? profile[key], !value.isEmpty else {
        throw Problem(words: "\(key) is missing for a sign-in by IAM Identity Center")
      }
      return value
    }
    self.profile = profile.name
    self.session = session
    startURL = try value("sso_start_url")
    region = try value("sso_region")
    account = try value("sso_account_id")
    role = try value("sso_role_name")
    // It becomes part of a host name.
    guard region.utf8.allSatisfy({ (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d }) else {
      throw Problem(words: "sso_region is no region")
    }
  }

  /// The file of its token; nil where the system forbids SHA-1.
  var cachePath: String? {
    Digest.sha1(Array((session ?? startURL).utf8)).map { "~/.aws/sso/cache/\(Digest.hex($0)).json" }
  }

  /// The address of a service of Identity Center; the user's environment may name another.
  func endpoint(_ service: String, variable: String, _ environment: ProviderEnvironment) throws(OwnEndpoint.Problem)
    -> String
  {
    guard let own = environment.text(variable) else {
      return "https://\(service).\(region).\(AWSPartition(region: region).domain)"
    }
    do throws(OwnEndpoint.Problem) {
      return try OwnEndpoint.endpoint(own).text
    } catch {
      throw OwnEndpoint.Problem(words: "\(variable): \(error.words)")
    }
  }

  /// A token as the cache file has it, with everything else of that file.
  struct Token: Sendable {
    var document: ValueMap
    var access: Secret
    var expiry: Double

    /// Nil when the file holds no token.
    init?(_ document: Value) {
      guard let map = document.map, let token = map["accessToken"]?.string, !token.isEmpty,
        let expiry = map["expiresAt"]?.string.flatMap(ServiceInstant.seconds)
      else { return nil }
      self.document = map
      access = Secret(token)
      self.expiry = expiry
    }

    func isDue(at now: Double) -> Bool { expiry - now < SSOSession.margin }
    func isExpired(at now: Double) -> Bool { expiry <= now }

    /// True when the file has what a new token is asked with.
    func canRefresh(at now: Double) -> Bool {
      guard ["clientId", "clientSecret", "refreshToken"].allSatisfy({ document[$0]?.string?.isEmpty == false }) else {
        return false
      }
      guard let end = document["registrationExpiresAt"]?.string else { return true }
      return ServiceInstant.seconds(end).map { $0 > now } ?? false
    }
  }
}

/// Asks for a new token with the one that renews it (IAM Identity Center OIDC API Reference, CreateToken).
struct SSOTokenRefresh: SignIn {
  let connection: String
  let endpoint: String
  let token: SSOSession.Token
  let now: Double

  /// Done with nil when the service says that the session is over.
  func next(_ reply: Reply?) -> SignInStep<SSOSession.Token?> {
    guard let reply else { return .send(request) }
    if let failure = CallFailure.passing(connection, "IAM Identity Center", reply) { return .failed(failure) }
    guard reply.status == 200, let answer = try? CredentialDocument.value(reply.body),
      let access = answer["accessToken"], access.string?.isEmpty == false,
      let seconds = answer["expiresIn"]?.integer, seconds > 0
    else { return .done(nil) }
    var document = token.document
    document["accessToken"] = access
    document["expiresAt"] = .string(ServiceInstant.text(now + Double(seconds)))
    // A service that turns the token over expects the new one next time.
    if let renewed = answer["refreshToken"], renewed.string?.isEmpty == false { document["refreshToken"] = renewed }
    return .done(SSOSession.Token(.map(document)))
  }

  private var request: HTTPRequest {
    var body = ValueMap([("grantType", "refresh_token")])
    for name in ["clientId", "clientSecret", "refreshToken"] { body[name] = token.document[name] }
    return HTTPRequest(
      .post, endpoint + "/token", headers: [Header("Content-Type", "application/json")],
      body: ValueJSON.encode(.map(body), pretty: false), bodyLimit: 1 << 18, totalTimeout: 30, idempotent: false)
  }
}

/// Asks for the keys of a role (IAM Identity Center Portal API Reference, GetRoleCredentials).
struct SSORoleCredentials: SignIn {
  let connection: String
  let endpoint: String
  let session: SSOSession
  let token: SSOSession.Token
  let now: Double

  func next(_ reply: Reply?) -> SignInStep<CredentialFinding> {
    guard let reply else { return .send(request) }
    if let failure = CallFailure.passing(connection, "IAM Identity Center", reply) { return .failed(failure) }
    let role = "role \(session.role) of account \(session.account)"
    let words: String
    switch reply.status {
    case 200:
      do throws(CredentialDocument.Problem) {
        let document = try CredentialDocument.value(reply.body)
        let keys = try CredentialDocument.credentials(document["roleCredentials"] ?? .null, .portal, now: now)
        return .done(
          .found(ResolvedCredentials(keys, from: "\(role), by IAM Identity Center (profile \(session.profile))")))
      } catch {
        words = "IAM Identity Center gives \(error.words) for \(role)"
      }
    case 401: return .done(session.isOver("its session is no longer good"))
    case 403: words = "IAM Identity Center does not give you \(role)"
    case 404: words = "IAM Identity Center knows no \(role)"
    default: words = "IAM Identity Center answers HTTP \(reply.status) for \(role)"
    }
    return .done(.unusable(["profile \(session.profile): \(words)"]))
  }

  private var request: HTTPRequest {
    let query = CooperSigning.PercentEncoding.query([
      QueryItem("role_name", session.role), QueryItem("account_id", session.account),
    ])
    return HTTPRequest(
      .get, endpoint + "/federation/credentials?" + String(decoding: query, as: UTF8.self),
      headers: [Header("x-amz-sso_bearer_token", token.access.withBytes { String(decoding: $0, as: UTF8.self) })],
      bodyLimit: 1 << 18, totalTimeout: 30)
  }
}

extension SSOSession {
  /// Only a person can go on from here.
  func isOver(_ why: String) -> CredentialFinding {
    .unusable(
      ["profile \(profile): signs in by IAM Identity Center, and \(why); run  \(login)"], code: "AWS0020")
  }
}
