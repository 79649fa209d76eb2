import CooperProvider
import CooperSigning

/// Roles taken on with a token of an identity provider: a file that EKS or a CI writes, a reference, or GitHub Actions.
extension CredentialResolver {
  private static let name = "web identity"
  private static let fileVariable = "AWS_WEB_IDENTITY_TOKEN_FILE"

  /// A token and where it comes from, in words.
  private struct Token {
    var secret: Secret
    var place: String
  }

  private enum TokenFinding {
    case found(Token)
    case other(CredentialFinding)
  }

  /// What `access` asks for.
  func fromWebIdentity(_ request: WebIdentityRequest) async throws(CallFailure) -> CredentialFinding {
    guard let arn = request.arn ?? environment.text("AWS_ROLE_ARN") else {
      return .nothing(["\(Self.name): neither \(request.field).roleArn nor AWS_ROLE_ARN says which role"])
    }
    switch try await token(for: request) {
    case .other(let finding): return finding
    case .found(let token):
      return .found(try await assume(arn, request.sessionName, request.seconds, with: token))
    }
  }

  /// Of the two variables that EKS sets.
  func webIdentityOfEnvironment() async throws(CallFailure) -> CredentialFinding {
    guard let path = environment.text(Self.fileVariable) else {
      return .nothing(["\(Self.name): \(Self.fileVariable) is not set"])
    }
    guard let arn = environment.text("AWS_ROLE_ARN") else {
      return .unusable(["\(Self.name): \(Self.fileVariable) is set and AWS_ROLE_ARN is not"])
    }
    return try await fromWebIdentity(arn: arn, file: path, namedBy: Self.fileVariable, sessionName: nil, seconds: nil)
  }

  /// Of a token file that the user's environment or profile names; it is read anew each time.
  func fromWebIdentity(
    arn: String, file path: String, namedBy place: String, sessionName: String?, seconds: Int64?
  ) async throws(CallFailure) -> CredentialFinding {
    switch tokenFile(path, namedBy: place) {
    case .other(let finding): return finding
    case .found(let token): return .found(try await assume(arn, sessionName, seconds, with: token))
    }
  }

  // MARK: Tokens

  private func token(for request: WebIdentityRequest) async throws(CallFailure) -> TokenFinding {
    if let reference = request.token {
      let field = request.field + ".token"
      return .found(Token(secret: try secret(reference, field: field), place: "the token of \(field)"))
    }
    if let audience = request.audience { return try await gitHubToken(audience) }
    if let path = environment.text(Self.fileVariable) { return tokenFile(path, namedBy: Self.fileVariable) }
    let found = try await gitHubToken("sts.amazonaws.com")
    guard case .other(.nothing(let lines)) = found else { return found }
    return .other(.nothing(["\(Self.name): \(Self.fileVariable) is not set"] + lines))
  }

  private func tokenFile(_ path: String, namedBy place: String) -> TokenFinding {
    let bytes: [UInt8]?
    do { bytes = try environment.readFile(path) } catch {
      return .other(.unusable(["\(Self.name): \(path), which \(place) names, can't be read"]))
    }
    guard let bytes else { return .other(.unusable(["\(Self.name): \(path), which \(place) names, is not there"])) }
    let secret = Secret(bytes.trimmed)
    guard !secret.isEmpty else { return .other(.unusable(["\(Self.name): \(path), which \(place) names, is empty"])) }
    return .found(Token(secret: secret, place: "the token in \(path)"))
  }

  private func gitHubToken(_ audience: String) async throws(CallFailure) -> TokenFinding {
    let (urlName, tokenName) = GitHubToken.variables
    guard let given = environment.text(urlName), let bearer = environment.text(tokenName) else {
      return .other(
        .nothing([
          "GitHub Actions: \(urlName) and \(tokenName) are not set; the job needs  permissions: { id-token: write }"
        ]))
    }
    let url: String
    do throws(OwnEndpoint.Problem) { url = try OwnEndpoint.url(given) } catch {
      return .other(.unusable(["GitHub Actions: \(urlName): \(error.words)"]))
    }
    let question = GitHubToken(connection: connection, url: url, bearer: Secret(bearer), audience: audience)
    switch try await run(question) {
    case .success(let secret):
      return .found(Token(secret: secret, place: "the token of GitHub Actions for \(audience)"))
    case .failure(let problem): return .other(.unusable(["\(Self.name): \(problem.words)"]))
    }
  }

  // MARK: STS

  private func assume(
    _ arn: String, _ sessionName: String?, _ seconds: Int64?, with token: Token
  ) async throws(CallFailure) -> ResolvedCredentials {
    let call = AssumeRoleWithWebIdentity.call(
      arn: arn, sessionName: sessionName ?? environment.text("AWS_ROLE_SESSION_NAME") ?? "cooper", seconds: seconds,
      token: token.secret, region: try tokenRegion(of: arn))
    let reply = try await sender.sendUnsigned(call, bringing: token.secret)
    let credentials: AWSCredentials
    do throws(CallFailure) {
      credentials = try AssumeRoleWithWebIdentity.credentials(reply, to: call)
    } catch {
      throw .webIdentityRefused(connection, role: arn, token: token.place, error)
    }
    return ResolvedCredentials(credentials, from: "role \(arn), taken on with \(token.place)", of: arn)
  }
}
