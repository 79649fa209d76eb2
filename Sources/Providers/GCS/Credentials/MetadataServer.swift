import CooperModel
import CooperProvider

/// The metadata server of a machine or cluster at Google (Compute Engine documentation, "About VM metadata").
struct MetadataServer: Sendable {
  private static let flavour = Header("Metadata-Flavor", "Google")
  /// Elsewhere nobody answers at its address; nobody wants to wait for that.
  private static let connectSeconds: Double = 1
  private static let totalSeconds: Double = 5

  private let environment: ProviderEnvironment
  /// `GCE_METADATA_HOST` moves it, as in Google's own libraries.
  private let host: String

  init(_ environment: ProviderEnvironment) {
    self.environment = environment
    host = environment.given("GCE_METADATA_HOST") ?? "169.254.169.254"
  }

  func token(_ account: String?) async -> TokenResolver.Finding {
    let name = account ?? "default"
    let path = "instance/service-accounts/\(name)"
    let source = "the metadata server (\(host))"
    do throws(CallFailure) {
      let reply = try await get("\(path)/token")
      guard reply.header("Metadata-Flavor") == "Google" else {
        return .nothing(["metadata server: what answers at \(host) is no metadata server of Google"])
      }
      if reply.status == 404 { return .nothing(["metadata server: \(host) has no service account \(name)"]) }
      let answer: TokenExchange.Answer
      do throws(TokenProblem) {
        answer = try TokenExchange.answer(reply)
      } catch {
        return .nothing(["metadata server: \(host): \(error.words)"])
      }
      let email = try await get("\(path)/email")
      let principal = email.status == 200 ? String(decoding: email.body, as: UTF8.self) : name
      return .found(
        AccessToken(
          secret: answer.token, expiry: answer.seconds.map { environment.now() + $0 }, principal: principal,
          source: source))
    } catch {
      return .nothing(["metadata server: \(host) doesn't answer (\(error.code)); this is no machine at Google"])
    }
  }

  private func get(_ path: String) async throws(CallFailure) -> Reply {
    try await environment.transport.send(
      HTTPRequest(
        .get, "http://\(host)/computeMetadata/v1/\(path)", headers: [Self.flavour], connectTimeout: Self.connectSeconds,
        idleTimeout: Self.totalSeconds, totalTimeout: Self.totalSeconds))
  }
}
