internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// A bearer token that is given, or one of `POST /user/login`, renewed by `POST /user/refresh`.
struct FlashbackSignIn: Sendable {
  let sender: PlatformSender
  let declaration: ConnectionDeclaration
  let environment: ProviderEnvironment

  var canRenew: Bool { declaration.access["method"]?.string == "login" }

  func token(after last: PlatformToken?) async throws(CallFailure) -> PlatformToken {
    guard canRenew else {
      let use = self.use("token")
      let secret = try environment.secret(use.reference, use.field)
      return PlatformToken(headers: [bearer(secret.withBytes { String(decoding: $0, as: UTF8.self) })])
    }
    if let refresh = last?.refresh {
      let use = SecretUse("session", field: "refresh_token")
      if let token = try? await ask(["user", "refresh"], [("refresh_token", use)], [use: refresh], keeping: refresh) {
        return token
      }
    }
    let email = use("email")
    let password = use("password")
    return try await ask(
      ["user", "login"], [("email", email), ("password", password)],
      [
        email: try environment.secret(email.reference, email.field),
        password: try environment.secret(password.reference, password.field),
      ], keeping: nil)
  }

  private func use(_ field: String) -> SecretUse {
    SecretUse(
      declaration.access[field] ?? .null, field: "connections.\(declaration.name).\(declaration.accessField).\(field)")
  }

  private func bearer(_ token: String) -> Header { Header("Authorization", "Bearer " + token) }

  private func ask(
    _ path: [String], _ members: [(String, SecretUse)], _ secrets: [SecretUse: Secret], keeping refresh: Secret?
  ) async throws(CallFailure) -> PlatformToken {
    var call = Call(
      .post, service: "Flashback", path: path, headers: [Header("Content-Type", "application/json")], permissions: [])
    for (index, member) in members.enumerated() {
      call.secretBody += [
        .text((index == 0 ? "{\"" : ",\"") + member.0 + "\":\""), .json([.secret(member.1)]), .text("\""),
      ]
    }
    call.secretBody.append(.text("}"))
    let reply = try await sender.send(call, filling: secrets)
    guard 200..<300 ~= reply.status else {
      throw .signInRefused(declaration.name, "\(declaration.accessField).email, .password", reply)
    }
    let body = try reply.json(to: call)
    guard let token = body["accessToken"]?.string, !token.isEmpty else {
      throw .ofPlatform(reply, to: call, message: body["message"]?.string ?? "no accessToken")
    }
    // expiresAt is a number whose unit isn't published: of seconds or of milliseconds; anything else is left to 401.
    let end = body["expiresAt"]?.integer.map { Double($0 > 100_000_000_000 ? $0 / 1000 : $0) }
    return PlatformToken(
      headers: [bearer(token)], expiry: end, refresh: body["refreshToken"]?.string.map { Secret($0) } ?? refresh)
  }
}
