import CooperModel
import CooperProvider
import CooperSchema
import CooperSigning

/// Requests to token endpoints and what their answers mean; pure.
enum TokenExchange {
  /// What a token endpoint gave.
  struct Answer: Sendable {
    var token: Secret
    /// Seconds from now.
    var seconds: Double?
  }

  /// Seconds that an assertion is good for, the most that Google takes (OAuth 2.0 for server to server applications).
  private static let assertionSeconds: Int64 = 3600

  /// The assertion of a service account (OAuth 2.0 for server to server applications, "Forming the JWT claim set").
  static func assertion(
    email: String, keyId: String?, key: RSAPrivateKey, audience: String, now: Double
  ) throws(RSAKeyProblem) -> Secret {
    let issued = Int64(now)
    var header = ValueMap()
    if let keyId { header["kid"] = .string(keyId) }
    return try OAuthAssertion.token(
      header: header,
      claims: [
        "iss": .string(email), "sub": .string(email), "aud": .string(audience), "scope": .string(Scope.cloudPlatform),
        "iat": .integer(issued), "exp": .integer(issued + assertionSeconds),
      ], key: key)
  }

  /// RFC 7523 section 2.1.
  static func bearer(_ url: String, assertion: Secret) -> HTTPRequest {
    form(
      url,
      [
        ("grant_type", .plain("urn:ietf:params:oauth:grant-type:jwt-bearer")), ("assertion", .secret(assertion)),
      ])
  }

  /// RFC 6749 section 6.
  static func refresh(_ url: String, id: String, secret: Secret, token: Secret) -> HTTPRequest {
    form(
      url,
      [
        ("grant_type", .plain("refresh_token")), ("client_id", .plain(id)), ("client_secret", .secret(secret)),
        ("refresh_token", .secret(token)),
      ])
  }

  /// RFC 8693; Security Token Service API, token.
  static func exchange(
    _ url: String, audience: String, subject: Secret, type: String, userProject: String? = nil
  ) -> HTTPRequest {
    var fields: [(String, Field)] = [
      ("grant_type", .plain("urn:ietf:params:oauth:grant-type:token-exchange")), ("audience", .plain(audience)),
      ("scope", .plain(Scope.cloudPlatform)),
      ("requested_token_type", .plain("urn:ietf:params:oauth:token-type:access_token")),
      ("subject_token_type", .plain(type)), ("subject_token", .secret(subject)),
    ]
    if let userProject {
      let options = ValueJSON.encode(["userProject": .string(userProject)], pretty: false)
      fields.append(("options", .plain(String(decoding: options, as: UTF8.self))))
    }
    return form(url, fields)
  }

  static func impersonate(_ wanted: Impersonation, with token: Secret) -> HTTPRequest {
    let body: Value = [
      "scope": [.string(Scope.cloudPlatform)], "lifetime": .string("\(wanted.seconds)s"),
      "delegates": .list(wanted.delegates.map { .string("projects/-/serviceAccounts/" + $0) }),
    ]
    let account = PercentEncoding.encode(wanted.account)
    let url =
      wanted.url
      ?? "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/\(account):generateAccessToken"
    return HTTPRequest(
      .post, url, headers: [.bearer(token), Header("Content-Type", "application/json")], body: GCSJSON.body(body))
  }

  private enum Field {
    case plain(String)
    case secret(Secret)
  }

  private static func form(_ url: String, _ fields: [(String, Field)]) -> HTTPRequest {
    let items = fields.map { name, field -> QueryItem in
      switch field {
      case .plain(let text): QueryItem(name, text)
      case .secret(let secret): QueryItem(name, secret.withBytes { String(decoding: $0, as: UTF8.self) })
      }
    }
    return HTTPRequest(
      .post, url, headers: [Header("Content-Type", "application/x-www-form-urlencoded")],
      body: Array(PercentEncoding.query(items)))
  }

  // MARK: Answers

  /// Of OAuth: `access_token` and `expires_in`.
  static func answer(_ reply: Reply) throws(TokenProblem) -> Answer {
    let json = try document(reply)
    guard let token = json.secret("access_token"), !token.isEmpty else {
      throw TokenProblem(.protocolBroken, "the answer holds no access_token")
    }
    return Answer(token: token, seconds: json.integer("expires_in").map(Double.init))
  }

  /// Of generateAccessToken: `accessToken` and `expireTime`.
  static func impersonationAnswer(_ reply: Reply, now: Double) throws(TokenProblem) -> Answer {
    let json = try document(reply)
    guard let token = json.secret("accessToken"), !token.isEmpty else {
      throw TokenProblem(.protocolBroken, "the answer holds no accessToken")
    }
    let end = json.text("expireTime").flatMap { Instant($0) }
    return Answer(token: token, seconds: end.map { Double($0.epochSeconds) - now })
  }

  /// A JSON object with a good status, or what the refusal says.
  static func document(_ reply: Reply) throws(TokenProblem) -> SecretJSON {
    let json = SecretJSON(reply.body)
    guard 200..<300 ~= reply.status else { throw TokenProblem(reply, json) }
    guard let json else { throw TokenProblem(.protocolBroken, "the answer is no JSON object") }
    return json
  }
}

/// Why a token endpoint gave nothing, in words without secrets.
struct TokenProblem: Error {
  var kind: CallFailure.Kind
  var words: String

  init(_ kind: CallFailure.Kind, _ words: String) {
    self.kind = kind
    self.words = words
  }

  /// Both spellings of a refusal: `{"error": "invalid_grant", "error_description"}` and that of Google's APIs.
  init(_ reply: Reply, _ json: SecretJSON?) {
    switch reply.status {
    case 429: kind = .throttled(retryAfter: nil)
    case 500...: kind = .unavailable
    default: kind = .unauthenticated
    }
    let nested = json?.object("error")
    let code = json?.text("error") ?? nested?.text("status")
    let text = json?.text("error_description") ?? nested?.text("message")
    let said = [code, text].compactMap { $0 }.joined(separator: ": ")
    let line = said.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    words = "the token endpoint answers \(reply.status)" + (line.isEmpty ? "" : " (\(line.prefix(300)))")
  }
}
