import CooperModel
import CooperProvider
import CooperSchema
import CooperSigning

/// Follows a recipe to a token: variables, files, references to secrets, Entra ID, metadata services.
struct TokenResolver: Sendable {
  let connection: String
  let field: String
  let tenant: String?
  let recipe: AzureRecipe
  let environment: ProviderEnvironment
  let requests: TokenRequests

  /// Throws `.unauthenticated` that lists every place tried, or why Entra ID gave no token.
  func resolve(_ audience: AzureAudience) async throws(CallFailure) -> AzureToken {
    switch try await find(audience) {
    case .found(let token): return token
    case .nothing(let tried):
      throw CallFailure(
        .unauthenticated, code: "AZU0003",
        (["connection \"\(connection)\" (\(field)): no credentials; tried"] + tried.map { "  - " + $0 })
          .joined(separator: "\n"))
    }
  }

  private func find(_ audience: AzureAudience) async throws(CallFailure) -> AzureFinding {
    switch recipe {
    case .accountKey, .sas: return .nothing(["a key or a signature is no way to a token"])
    case .secret(let client, let reference):
      let secret = try secret(reference, "clientSecret")
      return .found(
        try await exchange(try neededTenant(), client, .secret(secret), audience, "\(field).clientSecret"))
    case .certificate(let client, let reference):
      let tenant = try neededTenant()
      let proof = try assertion(try secret(reference, "certificate"), tenant, client, "\(field).certificate")
      return .found(try await exchange(tenant, client, proof, audience, "\(field).certificate"))
    case .managedIdentity(let client): return try await managedIdentity(client, audience)
    case .workloadIdentity(let client, let file): return try await workloadIdentity(client, file, audience)
    case .usual:
      var tried: [String] = []
      for step in [
        fromEnvironment, { try await workloadIdentity(nil, nil, $0) }, { try await managedIdentity(nil, $0) },
      ]
        as [(AzureAudience) async throws -> AzureFinding]
      {
        switch try await typed(step, audience) {
        case .found(let token): return .found(token)
        case .nothing(let reasons): tried += reasons
        }
      }
      return .nothing(tried)
    }
  }

  /// Elements of a list of functions lose the type of what they throw.
  private func typed(
    _ step: (AzureAudience) async throws -> AzureFinding, _ audience: AzureAudience
  ) async throws(CallFailure) -> AzureFinding {
    do {
      return try await step(audience)
    } catch let failure as CallFailure {
      throw failure
    } catch {
      throw CallFailure(.unavailable, code: "AZU0003", "\(error)")
    }
  }

  private func variable(_ name: String) -> String? { environment.variable(name).flatMap { $0.isEmpty ? nil : $0 } }

  // MARK: Applications

  private func fromEnvironment(_ audience: AzureAudience) async throws(CallFailure) -> AzureFinding {
    guard let client = variable("AZURE_CLIENT_ID") else { return .nothing(["environment: AZURE_CLIENT_ID is not set"]) }
    guard let tenant = tenant ?? variable("AZURE_TENANT_ID") else {
      return .nothing(["environment: AZURE_TENANT_ID is not set, and the connection names no tenant"])
    }
    if let secret = variable("AZURE_CLIENT_SECRET") {
      return .found(
        try await exchange(
          tenant, client, .secret(Secret(secret)), audience, "the environment (AZURE_CLIENT_SECRET)"))
    }
    guard let path = variable("AZURE_CLIENT_CERTIFICATE_PATH") else {
      return .nothing([
        "environment: neither AZURE_CLIENT_SECRET nor AZURE_CLIENT_CERTIFICATE_PATH is set"
      ])
    }
    let source = "AZURE_CLIENT_CERTIFICATE_PATH"
    guard let pem = try file(path, source) else { return .nothing(["environment: \(source): the file is not there"]) }
    let proof = try assertion(pem, tenant, client, source)
    return .found(try await exchange(tenant, client, proof, audience, "the environment (\(source))"))
  }

  private func neededTenant() throws(CallFailure) -> String {
    if let tenant = tenant ?? variable("AZURE_TENANT_ID") { return tenant }
    throw .azureSetting(connection, "tenant", "an application signs in to a tenant; write it, or set AZURE_TENANT_ID")
  }

  private func assertion(
    _ pem: Secret, _ tenant: String, _ client: String, _ place: String
  ) throws(CallFailure) -> TokenRequests.Proof {
    let now = environment.now()
    // Once per second is enough of a difference: a second one replaces the first before it ends.
    let id = Digest.sha256Hex(Array("\(client) \(now)".utf8))
    do throws(ClientAssertion.Problem) {
      let claims = requests.assertionClaims(tenant: tenant, client: client, id: id, now: now)
      return .assertion(try ClientAssertion(pem: pem).token(claims: claims))
    } catch {
      throw CallFailure(
        .unauthenticated, code: "AZU0004", "connection \"\(connection)\": \(place): it \(error.words)")
    }
  }

  private func exchange(
    _ tenant: String, _ client: String, _ proof: TokenRequests.Proof, _ audience: AzureAudience, _ source: String
  ) async throws(CallFailure) -> AzureToken {
    let request = requests.clientCredentials(tenant: tenant, client: client, proof, audience)
    let reply = try await environment.transport.send(request)
    if let token = requests.token(in: reply, source: source, now: environment.now()) { return token }
    throw refused(reply, "\(source): tenant \(tenant) gives application \(client) no token")
  }

  /// A passing trouble stays one, so that it is tried again.
  private func refused(_ reply: Reply, _ what: String) -> CallFailure {
    let kind: CallFailure.Kind =
      reply.status == 429 ? .throttled(retryAfter: nil) : reply.status >= 500 ? .unavailable : .unauthenticated
    return CallFailure(
      kind, code: "AZU0005", "connection \"\(connection)\": \(what): \(TokenRequests.refusal(reply))",
      status: reply.status == 200 ? nil : reply.status)
  }

  // MARK: Identities that need no secret

  private func managedIdentity(_ client: String?, _ audience: AzureAudience) async throws(CallFailure) -> AzureFinding {
    let client = client ?? variable("AZURE_CLIENT_ID")
    let request: HTTPRequest
    let source: String
    if let endpoint = variable("IDENTITY_ENDPOINT"), let header = variable("IDENTITY_HEADER") {
      request = requests.appService(endpoint, header: Secret(header), client: client, audience)
      source = "the managed identity of the app (IDENTITY_ENDPOINT)"
    } else {
      let host = variable("AZURE_POD_IDENTITY_AUTHORITY_HOST") ?? "http://169.254.169.254"
      request = requests.instanceMetadata(host, client: client, audience)
      source = "the managed identity of the machine"
    }
    let reply: Reply
    do throws(CallFailure) {
      reply = try await environment.transport.send(request)
    } catch {
      return .nothing(["managed identity: nobody answers at \(request.place) (\(error.code))"])
    }
    if let token = requests.token(in: reply, source: source, now: environment.now()) { return .found(token) }
    // The service is busy for a while after the machine has started.
    if reply.status == 429 || reply.status >= 500 { throw refused(reply, source) }
    return .nothing(["managed identity: \(request.place) gives no token: \(TokenRequests.refusal(reply))"])
  }

  private func workloadIdentity(
    _ client: String?, _ path: String?, _ audience: AzureAudience
  ) async throws(CallFailure) -> AzureFinding {
    let name = "workload identity"
    let token: Secret
    let source: String
    if let path = path ?? variable("AZURE_FEDERATED_TOKEN_FILE") {
      guard let found = try file(path, "tokenFile") else { return .nothing(["\(name): \(path) is not there"]) }
      token = found
      source = "the token in \(path)"
    } else if let url = variable("ACTIONS_ID_TOKEN_REQUEST_URL"),
      let bearer = variable("ACTIONS_ID_TOKEN_REQUEST_TOKEN")
    {
      token = try await pipelineToken(url, Secret(bearer))
      source = "the token of the pipeline (ACTIONS_ID_TOKEN_REQUEST_URL)"
    } else {
      return .nothing([
        "\(name): neither AZURE_FEDERATED_TOKEN_FILE nor ACTIONS_ID_TOKEN_REQUEST_URL is set"
      ])
    }
    guard let client = client ?? variable("AZURE_CLIENT_ID") else {
      return .nothing(["\(name): no clientId, and AZURE_CLIENT_ID is not set"])
    }
    guard let tenant = tenant ?? variable("AZURE_TENANT_ID") else {
      return .nothing(["\(name): the connection names no tenant, and AZURE_TENANT_ID is not set"])
    }
    return .found(try await exchange(tenant, client, .assertion(token), audience, source))
  }

  private func pipelineToken(_ url: String, _ bearer: Secret) async throws(CallFailure) -> Secret {
    let reply = try await environment.transport.send(requests.pipelineToken(url, bearer: bearer))
    guard reply.status == 200, let text = (try? ValueJSON.decode(reply.body))?["value"]?.string, !text.isEmpty else {
      throw refused(reply, "the pipeline gives no token; its job needs  permissions: { id-token: write }")
    }
    return Secret(text)
  }

  // MARK: Secrets

  private func file(_ path: String, _ place: String) throws(CallFailure) -> Secret? {
    do {
      guard var bytes = try environment.readFile(path) else { return nil }
      defer { wipe(&bytes) }
      while let last = bytes.last, [0x0a, 0x0d, 0x20].contains(last) { bytes.removeLast() }
      return Secret(bytes)
    } catch {
      throw CallFailure(
        .unauthenticated, code: "AZU0004", "connection \"\(connection)\": \(place): \(path) can't be read (\(error))")
    }
  }

  func secret(_ reference: Value, _ name: String) throws(CallFailure) -> Secret {
    let secret: Secret
    do throws(CallFailure) {
      secret = try environment.secret(reference, "connections.\(connection).\(field).\(name)")
    } catch {
      var failure = error
      failure.message = "connection \"\(connection)\": \(field).\(name): \(error.message)"
      throw failure
    }
    if secret.isEmpty {
      throw CallFailure(
        .unauthenticated, code: "AZU0004", "connection \"\(connection)\": \(field).\(name): it is empty")
    }
    return secret
  }
}

extension HTTPRequest {
  /// Scheme and host, for messages.
  fileprivate var place: String {
    url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).prefix(3).joined(separator: "/")
  }
}
