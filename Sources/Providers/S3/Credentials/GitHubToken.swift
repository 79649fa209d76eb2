import CooperProvider
import CooperSchema
import CooperSigning

/// Asks GitHub Actions for a token of the job that runs, for one audience.
///
/// GitHub Docs, "OpenID Connect reference": a job with  permissions: { id-token: write }  has the two variables.
struct GitHubToken: SignIn {
  static let variables = ("ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN")

  let connection: String
  let url: String
  let bearer: Secret
  let audience: String

  func next(_ reply: Reply?) -> SignInStep<Result<Secret, OwnEndpoint.Problem>> {
    guard let reply else { return .send(request) }
    if let failure = CallFailure.passing(connection, "GitHub Actions", reply) { return .failed(failure) }
    guard reply.status == 200 else {
      return .done(.failure(OwnEndpoint.Problem(words: "GitHub Actions gives no token (HTTP \(reply.status))")))
    }
    guard let text = (try? CredentialDocument.value(reply.body))?["value"]?.string, !text.isEmpty else {
      return .done(.failure(OwnEndpoint.Problem(words: "GitHub Actions answers without a token")))
    }
    return .done(.success(Secret(text)))
  }

  private var request: HTTPRequest {
    let query = CooperSigning.PercentEncoding.query([QueryItem("audience", audience)])
    let text = bearer.withBytes { String(decoding: $0, as: UTF8.self) }
    return HTTPRequest(
      .get, url + (url.contains("?") ? "&" : "?") + String(decoding: query, as: UTF8.self),
      headers: [Header("Authorization", "Bearer " + text), Header("Accept", "application/json")], bodyLimit: 1 << 18,
      totalTimeout: 30)
  }
}
