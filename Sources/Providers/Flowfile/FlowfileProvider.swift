public import CooperModel
public import CooperProvider

/// Flowfile, which keeps cloud connections (systems.md section 4).
///
/// Belongs here: settings, sign-in, the document of an entry and its calls. Its database is never touched (FF-19).
public struct FlowfileProvider: Provider {
  public init() {}

  public var name: String { "flowfile" }
  public var connectionTypes: [ConnectionType] { [FlowfileConnectionType.declaration] }
  public var kinds: [Kind] { [FlowfileRegistration.kind] }

  public func connect(
    _ declaration: ConnectionDeclaration, environment: ProviderEnvironment
  ) throws(CallFailure) -> any Connection {
    let sender = try PlatformSender(declaration, environment)
    let signIn = FlowfileSignIn(sender: sender, declaration: declaration, environment: environment)
    return PlatformConnection(
      site: Site(connection: declaration.name, type: "flowfile", endpoint: sender.base, region: nil, account: nil),
      sender: sender,
      session: PlatformSession(canRenew: true, now: environment.now) { last in
        do throws(CallFailure) { return .success(try await signIn.token(after: last)) } catch { return .failure(error) }
      }
    ) { reply, call in
      reply.status == 401 || reply.status == 429 || reply.status >= 500
        ? FlowfileBrowse.failure(reply, call) : nil
    }
  }
}
