public import CooperProvider

extension ProviderEnvironment {
  /// No variables, no files, no secrets, no network.
  public static var nothing: ProviderEnvironment {
    ProviderEnvironment(
      variable: { _ in nil }, readFile: { _ in nil },
      secret: { (_, _) throws(CallFailure) in
        throw CallFailure(.invalid, code: "NoSecret", "there are no secrets here")
      },
      transport: NoTransport(), now: { 0 }, homeDirectory: nil, projectDirectory: "/project")
  }
}

/// Refuses every request.
private struct NoTransport: HTTPTransport {
  func send(_ request: HTTPRequest) async throws(CallFailure) -> Reply {
    throw CallFailure(.unavailable, code: "NoNetwork", "there is no network here")
  }
}
