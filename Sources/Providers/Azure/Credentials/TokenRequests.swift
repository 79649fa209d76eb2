import CooperModel
import CooperProvider
import CooperSchema
import CooperSigning

/// Requests for tokens as values, and what their answers mean.
struct TokenRequests: Sendable {
  let addressing: AzureAddressing
  let caCertificate: String?

  /// The proof that an application is who it says.
  enum Proof {
    case secret(Secret)
    /// A signed token: made with a certificate, or given by a federated issuer.
    case assertion(Secret)
  }

  /// The audience as managed identities name it: the cloud's own address, also when an emulator answers in its place.
  func resource(_ audience: AzureAudience) -> String {
    switch audience {
    case .resourceManager: addressing.cloud.resourceManager.text
    case .storage: AzureCloud.storageAudience
    }
  }

  func tokenURL(_ tenant: String) -> String { addressing.authority.text + "/\(tenant)/oauth2/v2.0/token" }

  /// OAuth 2.0 client credentials (Microsoft identity platform, "client credentials flow").
  func clientCredentials(
    tenant: String, client: String, _ proof: Proof, _ audience: AzureAudience
  ) -> HTTPRequest {
    var items = [
      QueryItem("client_id", client), QueryItem("grant_type", "client_credentials"),
      QueryItem("scope", resource(audience) + "/.default"),
    ]
    switch proof {
    case .secret(let secret): items.append(QueryItem("client_secret", secret.text))
    case .assertion(let token):
      items.append(QueryItem("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"))
      items.append(QueryItem("client_assertion", token.text))
    }
    return HTTPRequest(
      .post, tokenURL(tenant),
      headers: [Header("Content-Type", "application/x-www-form-urlencoded"), Header("Accept", "application/json")],
      body: CooperSigning.PercentEncoding.query(items), caCertificate: caCertificate, totalTimeout: 30)
  }

  /// The claims that an application signs for itself; good for ten minutes.
  func assertionClaims(tenant: String, client: String, id: String, now: Double) -> [UInt8] {
    let start = Int64(now)
    return ValueJSON.encode(
      [
        "aud": .string(tokenURL(tenant)), "iss": .string(client), "sub": .string(client), "jti": .string(id),
        "nbf": .integer(start - 60), "iat": .integer(start), "exp": .integer(start + 600),
      ], pretty: false)
  }

  /// The instance metadata service (Azure documentation, "How to use managed identities on an Azure VM"); a short limit,
  /// because elsewhere nobody answers at its address.
  func instanceMetadata(_ host: String, client: String?, _ audience: AzureAudience) -> HTTPRequest {
    var items = [QueryItem("api-version", "2018-02-01"), QueryItem("resource", resource(audience))]
    if let client { items.append(QueryItem("client_id", client)) }
    return HTTPRequest(
      .get, host + "/metadata/identity/oauth2/token?" + Self.query(items), headers: [Header("Metadata", "true")],
      connectTimeout: 2, totalTimeout: 10)
  }

  /// App Service, Functions and Container Apps (Azure documentation, "managed identities for App Service", REST).
  func appService(_ endpoint: String, header: Secret, client: String?, _ audience: AzureAudience) -> HTTPRequest {
    var items = [QueryItem("api-version", "2019-08-01"), QueryItem("resource", resource(audience))]
    if let client { items.append(QueryItem("client_id", client)) }
    return HTTPRequest(
      .get, endpoint + "?" + Self.query(items), headers: [Header("X-IDENTITY-HEADER", header.text)], connectTimeout: 2,
      totalTimeout: 10)
  }

  /// The token of a pipeline of GitHub Actions (GitHub documentation, "OpenID Connect reference").
  func pipelineToken(_ url: String, bearer: Secret) -> HTTPRequest {
    let mark = url.contains("?") ? "&" : "?"
    return HTTPRequest(
      .get, url + mark + Self.query([QueryItem("audience", "api://AzureADTokenExchange")]),
      headers: [Header("Authorization", "bearer " + bearer.text), Header("Accept", "application/json")],
      totalTimeout: 30)
  }

  private static func query(_ items: [QueryItem]) -> String {
    String(decoding: CooperSigning.PercentEncoding.query(items), as: UTF8.self)
  }

  /// `expires_in` of Entra ID is a number, of metadata services a text; some give `expires_on` alone.
  func token(in reply: Reply, source: String, now: Double) -> AzureToken? {
    guard reply.status == 200, let document = try? ValueJSON.decode(reply.body),
      let text = document["access_token"]?.string, !text.isEmpty
    else { return nil }
    func seconds(_ name: String) -> Double? {
      switch document[name] {
      case .integer(let number)?: Double(number)
      case .number(let number)?: number
      case .string(let text)?: Double(text)
      default: nil
      }
    }
    guard let expiry = seconds("expires_in").map({ now + $0 }) ?? seconds("expires_on") else { return nil }
    return AzureToken(secret: Secret(text), expiry: expiry, source: source)
  }

  /// The reason in an answer without a token: its code and first line, never the whole of it.
  static func refusal(_ reply: Reply) -> String {
    let document = try? ValueJSON.decode(reply.body)
    let code = document?["error"]?.string ?? document?["error"]?["code"]?.string
    let text = document?["error_description"]?.string ?? document?["error"]?["message"]?.string
    let line = text.map { String($0.prefix { !$0.isNewline }.prefix(300)) }
    return (["\(reply.status)", code, line] as [String?]).compactMap { $0 }.joined(separator: " ")
  }
}

extension Secret {
  /// For the one request that carries it.
  var text: String { withBytes { String(decoding: $0, as: UTF8.self) } }
}
