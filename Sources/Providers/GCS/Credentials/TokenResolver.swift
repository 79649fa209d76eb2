import CooperModel
import CooperProvider
import CooperSchema
import CooperSigning

/// Follows a recipe to a token: references to secrets, files, the metadata server, token endpoints.
struct TokenResolver: Sendable {
  let connection: String
  let environment: ProviderEnvironment

  /// What a source had.
  enum Finding: Sendable {
    case found(AccessToken)
    /// Why there was nothing, one line for each place that was looked at.
    case nothing([String])
  }

  /// Throws `.unauthenticated` that lists every place tried, or why a token endpoint gave nothing.
  func resolve(_ recipe: TokenRecipe) async throws(CallFailure) -> AccessToken {
    switch recipe {
    case .usual: return try await usual()
    case .key(let reference, let field):
      let source = field + Self.suffix(reference)
      guard let key = SecretJSON(try secret(reference, field: field)) else {
        throw .unusable(connection, source, "it is no JSON object; the key of a service account is one")
      }
      guard key.text("type") == "service_account" else {
        throw .unusable(connection, source, "its type is \(key.text("type") ?? "missing"), not service_account")
      }
      return try await serviceAccount(key, source: source)
    case .impersonate(let wanted): return try await impersonate(wanted, as: usual())
    case .workloadIdentity(let audience, let file, let account):
      return try await workload(audience: audience, tokenFile: file, serviceAccount: account)
    case .metadata(let account):
      switch await MetadataServer(environment).token(account) {
      case .found(let token): return token
      case .nothing(let reasons): throw .noCredentials(connection, tried: reasons)
      }
    case .token(let reference, let field):
      let token = try secret(reference, field: field)
      return AccessToken(
        secret: token, expiry: nil, principal: "whoever the token belongs to", source: field + Self.suffix(reference),
        canRenew: false)
    case .anonymous:
      throw .unusable(connection, "access.method", "anonymous has no token")
    }
  }

  // MARK: Application default credentials

  /// The order of Google's own libraries (AIP-4110).
  private func usual() async throws(CallFailure) -> AccessToken {
    var tried: [String] = []
    let variable = "GOOGLE_APPLICATION_CREDENTIALS"
    if let path = environment.given(variable) {
      // Named and not usable is a mistake; falling back to somebody else would hide it.
      guard let bytes = try read(path, variable) else {
        throw .unusable(connection, variable, "\(path) is not there")
      }
      return try await credentials(in: bytes, source: "\(path) (\(variable))")
    }
    tried.append("\(variable) is not set")
    if let path = wellKnownFile {
      if let bytes = try read(path, "gcloud's application default credentials") {
        return try await credentials(in: bytes, source: path)
      }
      tried.append("\(path) is not there (gcloud auth application-default login writes it)")
    } else {
      tried.append("gcloud's application default credentials: there is no home directory")
    }
    if environment.given("NO_GCE_CHECK")?.lowercased() == "true" {
      tried.append("metadata server: NO_GCE_CHECK is set")
    } else {
      switch await MetadataServer(environment).token(nil) {
      case .found(let token): return token
      case .nothing(let reasons): tried += reasons
      }
    }
    throw .noCredentials(connection, tried: tried)
  }

  private var wellKnownFile: String? {
    let name = "application_default_credentials.json"
    if let folder = environment.given("CLOUDSDK_CONFIG") { return folder + "/" + name }
    return environment.homeDirectory.map { $0 + "/.config/gcloud/" + name }
  }

  private func read(_ path: String, _ source: String) throws(CallFailure) -> Secret? {
    do {
      guard var bytes = try environment.readFile(path) else { return nil }
      defer { wipe(&bytes) }
      return Secret(bytes[...])
    } catch {
      throw .unusable(connection, source, "\(path) can't be read (\(error))")
    }
  }

  /// A credential file of any type that Google's tools write (AIP-4111 to AIP-4117).
  func credentials(in file: Secret, source: String) async throws(CallFailure) -> AccessToken {
    guard let json = SecretJSON(file) else { throw .unusable(connection, source, "it is no JSON object") }
    return try await credentials(json, source: source, depth: 0)
  }

  private func credentials(_ json: SecretJSON, source: String, depth: Int) async throws(CallFailure) -> AccessToken {
    switch json.text("type") {
    case "service_account": return try await serviceAccount(json, source: source)
    case "authorized_user", "external_account_authorized_user": return try await user(json, source: source)
    case "external_account": return try await externalAccount(json, source: source)
    case "impersonated_service_account":
      guard depth < 4, let inner = json.object("source_credentials"),
        let url = json.text("service_account_impersonation_url")
      else { throw .unusable(connection, source, "it lacks source_credentials or service_account_impersonation_url") }
      let outer = try await credentials(inner, source: source, depth: depth + 1)
      return try await impersonate(
        Impersonation(
          account: Self.account(in: url), delegates: json.texts("delegates")?.map(Self.withoutPath) ?? [], url: url),
        as: outer)
    case let type:
      throw .unusable(
        connection, source,
        type.map { "credentials of type \($0) can't be used here" } ?? "it has no type, so it is no file of credentials"
      )
    }
  }

  /// `…/serviceAccounts/cooper@acme.iam.gserviceaccount.com:generateAccessToken` → the address.
  static func account(in url: String) -> String {
    String(withoutPath(url).prefix { $0 != ":" })
  }

  private static func withoutPath(_ name: String) -> String {
    name.split(separator: "/").last.map(String.init) ?? name
  }

  // MARK: Kinds of credentials

  private func serviceAccount(_ json: SecretJSON, source: String) async throws(CallFailure) -> AccessToken {
    guard let email = json.text("client_email"), let pem = json.secret("private_key") else {
      throw .unusable(connection, source, "it lacks client_email or private_key")
    }
    let url = try endpoint(json.text("token_uri") ?? "https://oauth2.googleapis.com/token", "token_uri", source)
    let assertion: Secret
    do throws(RSAKeyProblem) {
      assertion = try TokenExchange.assertion(
        email: email, keyId: json.text("private_key_id"), key: RSAPrivateKey(pem: pem), audience: url,
        now: environment.now())
    } catch {
      throw .unusable(connection, source, error.words)
    }
    let answer = try await ask(TokenExchange.bearer(url, assertion: assertion), source, hiding: [assertion])
    return token(answer, principal: email, source: source)
  }

  private func user(_ json: SecretJSON, source: String) async throws(CallFailure) -> AccessToken {
    guard let id = json.text("client_id"), let secret = json.secret("client_secret"),
      let refresh = json.secret("refresh_token")
    else { throw .unusable(connection, source, "it lacks client_id, client_secret or refresh_token") }
    let given = json.text("token_url") ?? json.text("token_uri") ?? "https://oauth2.googleapis.com/token"
    let url = try endpoint(given, "token_uri", source)
    let answer = try await ask(
      TokenExchange.refresh(url, id: id, secret: secret, token: refresh), source, hiding: [secret, refresh])
    let name = json.text("account").flatMap { $0.isEmpty ? nil : $0 }
    return token(answer, principal: name ?? "a user of gcloud", source: source)
  }

  func impersonate(_ wanted: Impersonation, as outer: AccessToken) async throws(CallFailure) -> AccessToken {
    var wanted = wanted
    if let url = wanted.url { wanted.url = try endpoint(url, "service_account_impersonation_url", outer.source) }
    let source = "\(wanted.account), by way of \(outer.source)"
    let reply = try await send(TokenExchange.impersonate(wanted, with: outer.secret), hiding: [outer.secret])
    do throws(TokenProblem) {
      let answer = try TokenExchange.impersonationAnswer(reply, now: environment.now())
      return token(answer, principal: wanted.account, source: source)
    } catch {
      throw .noToken(
        connection, source, error.words + "; \(outer.principal) needs roles/iam.serviceAccountTokenCreator on it",
        error.kind)
    }
  }

  // MARK: Requests

  func token(_ answer: TokenExchange.Answer, principal: String, source: String) -> AccessToken {
    AccessToken(
      secret: answer.token, expiry: answer.seconds.map { environment.now() + $0 }, principal: principal, source: source)
  }

  func ask(_ request: HTTPRequest, _ source: String, hiding secrets: [Secret]) async throws(CallFailure)
    -> TokenExchange.Answer
  {
    let reply = try await send(request, hiding: secrets)
    do throws(TokenProblem) {
      return try TokenExchange.answer(reply)
    } catch {
      throw .noToken(connection, source, error.words, error.kind)
    }
  }

  func send(_ request: HTTPRequest, hiding secrets: [Secret]) async throws(CallFailure) -> Reply {
    try await environment.transport.send(request).hiding(secrets)
  }

  /// Credentials are sent there: only over TLS, or to this very machine.
  func endpoint(_ text: String, _ field: String, _ source: String) throws(CallFailure) -> String {
    // Scheme and host alone: a path may hold what an endpoint can't, e.g. the address of an account.
    let parts = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard let endpoint = try? EndpointURL(parts.prefix(3).joined(separator: "/")) else {
      throw .unusable(connection, source, "\(field) is no address")
    }
    let isHere = ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "[fd00:ec2::254]"].contains(endpoint.host)
    guard endpoint.isEncrypted || isHere else {
      throw .unusable(connection, source, "\(field) is not encrypted: credentials go over https:// only")
    }
    return text
  }

  private func secret(_ reference: Value, field: String) throws(CallFailure) -> Secret {
    let secret: Secret
    do throws(CallFailure) {
      secret = try environment.secret(reference, "connections.\(connection).\(field)")
    } catch {
      var failure = error
      failure.message = "connection \"\(connection)\": \(field): \(error.message)"
      throw failure
    }
    guard !secret.isEmpty else { throw .unusable(connection, field + Self.suffix(reference), "it is empty") }
    return secret
  }

  /// ` (env:NAME)` for a reference whose text is safe to repeat.
  private static func suffix(_ reference: Value) -> String {
    guard let text = reference.string, text.hasPrefix("env:") || text.hasPrefix("file:") else { return "" }
    return " (\(text))"
  }
}

extension ProviderEnvironment {
  /// A variable that is set to something.
  func given(_ name: String) -> String? { variable(name).flatMap { $0.isEmpty ? nil : $0 } }
}
