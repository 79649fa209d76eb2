internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// An API key, or a token of `POST /v1/auth/authenticate`, which is good for 15 minutes.
struct PaletteSignIn: Sendable {
  let sender: PlatformSender
  let declaration: ConnectionDeclaration
  let environment: ProviderEnvironment

  var canRenew: Bool { declaration.access["method"]?.string == "password" }

  func token() async throws(CallFailure) -> PlatformToken {
    guard canRenew else {
      let use = self.use("apiKey")
      let key = try environment.secret(use.reference, use.field).withBytes { String(decoding: $0, as: UTF8.self) }
      return PlatformToken(headers: [Header("ApiKey", key)])
    }
    let user = use("user")
    let password = use("password")
    var body: ValueMap = ["emailId": "user", "password": "password"]
    body["org"] = declaration.access["organization"]
    var call = Call(
      .post, service: "Palette", path: ["v1", "auth", "authenticate"],
      headers: [Header("Content-Type", "application/json")], permissions: [])
    call.secretBody = .json(.map(body)) { path, _ in path == ["emailId"] ? user : path == ["password"] ? password : nil
    }
    let secrets = [
      user: try environment.secret(user.reference, user.field),
      password: try environment.secret(password.reference, password.field),
    ]
    let reply = try await sender.send(call, filling: secrets)
    guard reply.status == 200 else {
      throw .signInRefused(declaration.name, "\(declaration.accessField).user, .password", reply)
    }
    guard let token = try reply.json(to: call)["Authorization"]?.string, !token.isEmpty else {
      throw .ofPlatform(reply, to: call, message: "no Authorization")
    }
    return PlatformToken(headers: [Header("Authorization", token)], expiry: environment.now() + 15 * 60)
  }

  private func use(_ field: String) -> SecretUse {
    SecretUse(
      declaration.access[field] ?? .null, field: "connections.\(declaration.name).\(declaration.accessField).\(field)")
  }
}
