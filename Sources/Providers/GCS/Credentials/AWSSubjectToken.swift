import CooperModel
import CooperProvider
import CooperSchema
import CooperSigning

/// The subject token of a machine at AWS: a signed request to STS that Google sends on (AIP-4117, determining the subject
/// token in AWS).
struct AWSSubjectToken: Sendable {
  let resolver: TokenResolver
  let audience: String
  /// The file that asks for it, for messages.
  let file: String

  private var environment: ProviderEnvironment { resolver.environment }

  func make(_ source: SecretJSON) async throws(CallFailure) -> Secret {
    guard let pattern = source.text("regional_cred_verification_url") else {
      throw .unusable(resolver.connection, file, "credential_source lacks regional_cred_verification_url")
    }
    let session = try await sessionHeaders(source)
    let region = try await region(source, session)
    let credentials = try await credentials(source, session)
    return Self.token(
      url: pattern.split(separator: "{region}", omittingEmptySubsequences: false).joined(separator: region),
      region: region, audience: audience, credentials: credentials, now: environment.now())
  }

  /// A JSON text with URL, method and headers of the request, percent-encoded as a whole.
  static func token(
    url: String, region: String, audience: String, credentials: AWSCredentials, now: Double
  ) -> Secret {
    let parts = url.split(separator: "?", maxSplits: 1)
    let host = parts.first.map { String($0.split(separator: "/").dropFirst().first ?? "") } ?? ""
    let query = (parts.count > 1 ? parts[1] : "").split(separator: "&").map { item -> QueryItem in
      let pair = item.split(separator: "=", maxSplits: 1).map(String.init)
      return QueryItem(pair[0], pair.count > 1 ? pair[1] : "")
    }
    let own = [Header("x-goog-cloud-target-resource", audience)]
    let request = SignableRequest(
      .post, host: host, path: [], pathRule: .normalised, query: query, headers: own, payload: .bytes([]))
    let signed = SigV4(scope: SigningScope(region: region, service: "sts")).headers(
      for: request, credentials: credentials, at: SigningTime(now))
    let headers = ([Header("host", host)] + own + signed).map { header -> Value in
      ["key": .string(header.name), "value": .string(header.value)]
    }
    var json = ValueJSON.encode(["url": .string(url), "method": "POST", "headers": .list(headers)], pretty: false)
    defer { wipe(&json) }
    return Secret(PercentEncoding.encode(String(decoding: json, as: UTF8.self)))
  }

  private func sessionHeaders(_ source: SecretJSON) async throws(CallFailure) -> [Header] {
    guard let url = source.text("imdsv2_session_token_url"), environment.given("AWS_ACCESS_KEY_ID") == nil else {
      return []
    }
    let reply = try await fetch(
      HTTPRequest(
        .put, try resolver.endpoint(url, "imdsv2_session_token_url", file),
        headers: [Header("X-aws-ec2-metadata-token-ttl-seconds", "300")]))
    return [Header("X-aws-ec2-metadata-token", String(decoding: reply.body, as: UTF8.self))]
  }

  private func region(_ source: SecretJSON, _ session: [Header]) async throws(CallFailure) -> String {
    if let region = environment.given("AWS_REGION") ?? environment.given("AWS_DEFAULT_REGION") { return region }
    guard let url = source.text("region_url") else {
      throw .unusable(resolver.connection, file, "AWS_REGION is not set, and credential_source has no region_url")
    }
    let reply = try await fetch(HTTPRequest(.get, try resolver.endpoint(url, "region_url", file), headers: session))
    // The answer is a zone, e.g. eu-west-1a.
    return String(String(decoding: reply.body, as: UTF8.self).dropLast())
  }

  private func credentials(_ source: SecretJSON, _ session: [Header]) async throws(CallFailure) -> AWSCredentials {
    if let id = environment.given("AWS_ACCESS_KEY_ID"), let secret = environment.given("AWS_SECRET_ACCESS_KEY") {
      return AWSCredentials(
        accessKeyId: id, secretAccessKey: Secret(secret),
        sessionToken: environment.given("AWS_SESSION_TOKEN").map { Secret($0) })
    }
    guard let given = source.text("url") else {
      throw .unusable(resolver.connection, file, "AWS_ACCESS_KEY_ID is not set, and credential_source has no url")
    }
    let url = try resolver.endpoint(given, "credential_source.url", file)
    let role = String(decoding: try await fetch(HTTPRequest(.get, url, headers: session)).body, as: UTF8.self)
    let reply = try await fetch(HTTPRequest(.get, url + "/" + role, headers: session))
    guard let json = SecretJSON(reply.body), let id = json.text("AccessKeyId"),
      let secret = json.secret("SecretAccessKey")
    else { throw .noToken(resolver.connection, file, "the machine's metadata hold no keys", .unauthenticated) }
    return AWSCredentials(accessKeyId: id, secretAccessKey: secret, sessionToken: json.secret("Token"))
  }

  private func fetch(_ request: HTTPRequest) async throws(CallFailure) -> Reply {
    let reply = try await resolver.send(request, hiding: [])
    guard 200..<300 ~= reply.status else {
      throw .noToken(resolver.connection, file, "\(request.url) answers \(reply.status)", .unauthenticated)
    }
    return reply
  }
}
