internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// Tokens of `POST /auth/token`, good for two hours, and of `POST /auth/refresh` (systems.md section 4).
struct FlowfileSignIn: Sendable {
  let sender: PlatformSender
  let declaration: ConnectionDeclaration
  let environment: ProviderEnvironment

  private static let lifetime: Double = 120 * 60

  func token(after last: PlatformToken?) async throws(CallFailure) -> PlatformToken {
    if let refresh = last?.refresh, let token = try? await refreshed(refresh) { return token }
    return try await login()
  }

  private func login() async throws(CallFailure) -> PlatformToken {
    var call = Call(
      .post, service: "Flowfile", path: ["auth", "token"],
      headers: [Header("Content-Type", "application/x-www-form-urlencoded")], permissions: [])
    var secrets: [SecretUse: Secret] = [:]
    // Desktop mode asks for nothing.
    if declaration.access["method"]?.string != "none" {
      let prefix = "connections.\(declaration.name).\(declaration.accessField)."
      for (index, field) in ["username", "password"].enumerated() {
        let use = SecretUse(declaration.access[field] ?? .null, field: prefix + field)
        secrets[use] = try environment.secret(use.reference, use.field)
        call.secretBody += [.text((index == 0 ? "" : "&") + field + "="), .form([.secret(use)])]
      }
    }
    let reply = try await sender.send(call, filling: secrets)
    guard reply.status == 200 else {
      throw .signInRefused(declaration.name, "\(declaration.accessField).username, .password", reply)
    }
    return try token(reply, call, keeping: nil)
  }

  private func refreshed(_ refresh: Secret) async throws(CallFailure) -> PlatformToken {
    var call = Call(
      .post, service: "Flowfile", path: ["auth", "refresh"], headers: [Header("Content-Type", "application/json")],
      permissions: [])
    let use = SecretUse("session", field: "refresh_token")
    call.secretBody = [.text(#"{"refresh_token":""#), .json([.secret(use)]), .text(#""}"#)]
    let reply = try await sender.send(call, filling: [use: refresh])
    guard reply.status == 200 else { throw .signInRefused(declaration.name, "the session", reply) }
    return try token(reply, call, keeping: refresh)
  }

  private func token(_ reply: Reply, _ call: Call, keeping refresh: Secret?) throws(CallFailure) -> PlatformToken {
    let body = try reply.json(to: call)
    guard let token = body["access_token"]?.string, !token.isEmpty else {
      throw .ofPlatform(reply, to: call, message: "no access_token")
    }
    return PlatformToken(
      headers: [Header("Authorization", "Bearer " + token)], expiry: environment.now() + Self.lifetime,
      refresh: body["refresh_token"]?.string.map { Secret($0) } ?? refresh)
  }
}
