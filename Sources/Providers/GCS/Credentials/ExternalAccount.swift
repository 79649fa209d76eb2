import CooperModel
import CooperProvider
import CooperSchema
import CooperSigning

/// Workload identity federation: a token of another provider is exchanged for one of Google's (AIP-4117).
extension TokenResolver {
  static let jwtType = "urn:ietf:params:oauth:token-type:jwt"
  static let tokenService = "https://sts.googleapis.com/v1/token"

  /// As the YAML declares it: a token from a file, or from the pipeline that this runs in.
  func workload(audience: String, tokenFile: String?, serviceAccount: String?) async throws(CallFailure) -> AccessToken
  {
    let subject: Secret
    let source: String
    if let tokenFile {
      subject = try subjectToken(inFile: tokenFile, format: nil, "access.tokenFile")
      source = "the token in \(tokenFile)"
    } else {
      subject = try await gitHubToken(audience: "https:" + audience)
      source = "the token of the GitHub Actions job"
    }
    let answer = try await ask(
      TokenExchange.exchange(Self.tokenService, audience: audience, subject: subject, type: Self.jwtType), source,
      hiding: [subject])
    let federated = token(answer, principal: audience, source: source)
    guard let serviceAccount else { return federated }
    return try await impersonate(Impersonation(account: serviceAccount), as: federated)
  }

  /// As a file of type `external_account` says it.
  func externalAccount(_ json: SecretJSON, source: String) async throws(CallFailure) -> AccessToken {
    guard let audience = json.text("audience"), let type = json.text("subject_token_type"),
      let credentialSource = json.object("credential_source")
    else { throw .unusable(connection, source, "it lacks audience, subject_token_type or credential_source") }
    let url = try endpoint(json.text("token_url") ?? Self.tokenService, "token_url", source)
    let subject = try await subjectToken(credentialSource, audience: audience, source)
    var request = TokenExchange.exchange(
      url, audience: audience, subject: subject, type: type, userProject: json.text("workforce_pool_user_project"))
    if let id = json.text("client_id"), let secret = json.secret("client_secret") {
      var pair = Array(id.utf8) + [UInt8(ascii: ":")]
      secret.withBytes { pair += $0 }
      request.headers.append(Header("Authorization", "Basic " + Digest.base64(pair)))
      wipe(&pair)
    }
    let answer = try await ask(request, source, hiding: [subject])
    let federated = token(answer, principal: audience, source: source)
    guard let impersonation = json.text("service_account_impersonation_url") else { return federated }
    let lifetime = json.object("service_account_impersonation")?.integer("token_lifetime_seconds")
    return try await impersonate(
      Impersonation(
        account: Self.account(in: impersonation), seconds: lifetime ?? Impersonation.standardSeconds,
        url: impersonation), as: federated)
  }

  private func subjectToken(
    _ credentialSource: SecretJSON, audience: String, _ source: String
  ) async throws(CallFailure) -> Secret {
    let format = credentialSource.object("format")
    if let file = credentialSource.text("file") { return try subjectToken(inFile: file, format: format, source) }
    if credentialSource.text("environment_id")?.hasPrefix("aws") == true {
      return try await AWSSubjectToken(resolver: self, audience: audience, file: source).make(credentialSource)
    }
    if let url = credentialSource.text("url") {
      let headers = credentialSource.object("headers").map { given in
        ["Metadata", "Authorization", "Metadata-Flavor", "Accept", "X-Identity-Header"].compactMap { name in
          given.text(name).map { Header(name, $0) }
        }
      }
      let reply = try await send(
        HTTPRequest(.get, try endpoint(url, "credential_source.url", source), headers: headers ?? []), hiding: [])
      guard 200..<300 ~= reply.status else {
        throw .noToken(connection, source, "\(url) answers \(reply.status)", .unauthenticated)
      }
      return try subjectToken(in: reply.body, format: format, source)
    }
    let words =
      credentialSource.has("executable")
      ? "runs a program for its token, which isn't done here"
      : credentialSource.has("certificate")
        ? "signs in by a certificate, which isn't done here"
        : "has a credential_source without file, url and environment_id"
    throw .unusable(connection, source, "it " + words)
  }

  private func subjectToken(inFile path: String, format: SecretJSON?, _ source: String) throws(CallFailure) -> Secret {
    let bytes: [UInt8]?
    do { bytes = try environment.readFile(path) } catch {
      throw .unusable(connection, source, "\(path) can't be read (\(error))")
    }
    guard let bytes else { throw .unusable(connection, source, "\(path) is not there") }
    return try subjectToken(in: bytes, format: format, source)
  }

  /// Text as it is, or a field of a JSON object.
  private func subjectToken(in bytes: [UInt8], format: SecretJSON?, _ source: String) throws(CallFailure) -> Secret {
    if format?.text("type") == "json" {
      let field = format?.text("subject_token_field_name") ?? "access_token"
      guard let token = SecretJSON(bytes)?.secret(field), !token.isEmpty else {
        throw .unusable(connection, source, "the subject token's JSON has no \(field)")
      }
      return token
    }
    var text = bytes[...]
    while let last = text.last, last <= 0x20 { text.removeLast() }
    guard !text.isEmpty else { throw .unusable(connection, source, "the subject token is empty") }
    return Secret(text)
  }

  /// GitHub documentation, "OpenID Connect": the job asks for its token.
  private func gitHubToken(audience: String) async throws(CallFailure) -> Secret {
    let source = "access.tokenFile is not written, and the GitHub Actions job"
    guard let url = environment.given("ACTIONS_ID_TOKEN_REQUEST_URL"),
      let bearer = environment.given("ACTIONS_ID_TOKEN_REQUEST_TOKEN")
    else {
      throw .noCredentials(
        connection,
        tried: [
          "access.tokenFile is not written",
          "GitHub Actions: ACTIONS_ID_TOKEN_REQUEST_URL and ACTIONS_ID_TOKEN_REQUEST_TOKEN are not set "
            + "(permissions: id-token: write gives them)",
        ])
    }
    let query = String(decoding: PercentEncoding.query([QueryItem("audience", audience)]), as: UTF8.self)
    let request = HTTPRequest(
      .get, try endpoint(url, "ACTIONS_ID_TOKEN_REQUEST_URL", source) + (url.contains("?") ? "&" : "?") + query,
      headers: [.bearer(Secret(bearer))])
    let reply = try await send(request, hiding: [Secret(bearer)])
    guard 200..<300 ~= reply.status, let token = SecretJSON(reply.body)?.secret("value"), !token.isEmpty else {
      throw .noToken(connection, source, "gets no token (\(reply.status))", .unauthenticated)
    }
    return token
  }
}
