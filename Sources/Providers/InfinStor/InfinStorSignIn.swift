internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// Tokens of Amazon Cognito: given, from the file of the vendor's command line, or made from a refresh token (IS-06, IS-07).
struct InfinStorSignIn: Sendable {
  let declaration: ConnectionDeclaration
  let environment: ProviderEnvironment

  /// Tokens end after half an hour.
  private static let lifetime: Double = 30 * 60

  private var method: String { declaration.access["method"]?.string ?? "tokenFile" }
  var canRenew: Bool { method != "token" }

  func token(after last: PlatformToken?) async throws(CallFailure) -> PlatformToken {
    switch method {
    case "token": return token(try secret("token"), expiry: nil)
    case "refreshToken":
      let client = declaration.access["clientId"]?.string ?? ""
      return try await renewed(by: Secret(try secret("refreshToken")), client: client)
    default: return try await fromFile(last)
    }
  }

  private func fromFile(_ last: PlatformToken?) async throws(CallFailure) -> PlatformToken {
    var lines: [String: String] = [:]
    for line in try secret("tokenFile").split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
      if parts.count == 2 { lines[parts[0]] = parts[1] }
    }
    // IS-06: a static token doesn't end.
    if let token = lines["Token"], token.hasPrefix("Custom ") { return self.token(token, expiry: nil) }
    if last == nil, let token = lines["Token"], let since = lines["TokenTimeEpochSeconds"].flatMap(Double.init),
      since + Self.lifetime > environment.now() + 60
    {
      return self.token(token, expiry: since + Self.lifetime)
    }
    guard let refresh = lines["RefreshToken"], let client = lines["ClientId"] else {
      throw refused(
        "tokenFile: the token has ended, and the file has no RefreshToken and ClientId; sign in again there")
    }
    return try await renewed(by: Secret(refresh), client: client)
  }

  /// Amazon Cognito API Reference, InitiateAuth with REFRESH_TOKEN_AUTH.
  private func renewed(by refresh: Secret, client: String) async throws(CallFailure) -> PlatformToken {
    let base: String
    if let address = declaration.access["cognito"]?.string {
      guard address.hasPrefix("https://") || declaration.settings["insecure"]?.string == "allow" else {
        throw .platformSetting(declaration.name, "access.cognito", "it is not encrypted; write https://")
      }
      base = address
    } else if let region = declaration.access["region"]?.string {
      base = "https://cognito-idp.\(region).amazonaws.com"
    } else {
      throw refused("the token has ended; write  region:  of the user pool beside tokenFile, or sign in again there")
    }
    let use = SecretUse("session", field: "RefreshToken")
    let parts: [BodyPart] = .json([
      "AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": .string(client), "AuthParameters": ["REFRESH_TOKEN": "session"],
    ]) { path, _ in path == ["AuthParameters", "REFRESH_TOKEN"] ? use : nil }
    let body = try parts.filled { _ throws(CallFailure) in refresh }
    let reply = try await environment.transport.send(
      HTTPRequest(
        .post, base + "/",
        headers: [
          Header("X-Amz-Target", "AWSCognitoIdentityProviderService.InitiateAuth"),
          Header("Content-Type", "application/x-amz-json-1.1"),
        ], body: body))
    guard reply.status == 200 else {
      throw .signInRefused(declaration.name, "\(declaration.accessField).\(method)", reply)
    }
    guard let result = (try? ValueJSON.decode(reply.body))?["AuthenticationResult"],
      let token = result["AccessToken"]?.string, !token.isEmpty
    else { throw refused("Cognito gave no AccessToken") }
    let lifetime = result["ExpiresIn"]?.integer.map(Double.init) ?? Self.lifetime
    return self.token(token, expiry: environment.now() + lifetime)
  }

  /// IS-06: no word before it.
  private func token(_ text: String, expiry: Double?) -> PlatformToken {
    PlatformToken(headers: [Header("Authorization", text)], expiry: expiry)
  }

  private func refused(_ words: String) -> CallFailure {
    CallFailure(
      .unauthenticated, code: "PLT0002", "connection \"\(declaration.name)\": \(declaration.accessField): \(words)")
  }

  private func secret(_ field: String) throws(CallFailure) -> String {
    let place = "connections.\(declaration.name).\(declaration.accessField).\(field)"
    return try environment.secret(declaration.access[field] ?? .null, place).withBytes {
      String(decoding: $0, as: UTF8.self)
    }
  }
}
