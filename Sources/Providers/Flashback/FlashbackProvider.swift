public import CooperModel
public import CooperProvider

/// Flashback: buckets registered as connectors of a workspace (systems.md section 1).
///
/// Belongs here: settings, sign-in, the document of an entry and its calls. Its secrets never come back (FB-26).
public struct FlashbackProvider: Provider {
  public init() {}

  public var name: String { "flashback" }
  public var connectionTypes: [ConnectionType] { [FlashbackConnectionType.declaration] }
  public var kinds: [Kind] { [FlashbackRegistration.kind, FlashbackKey.kind] }

  public func connect(
    _ declaration: ConnectionDeclaration, environment: ProviderEnvironment
  ) throws(CallFailure) -> any Connection {
    let sender = try PlatformSender(declaration, environment)
    let signIn = FlashbackSignIn(sender: sender, declaration: declaration, environment: environment)
    return PlatformConnection(
      site: Site(connection: declaration.name, type: "flashback", endpoint: sender.base, region: nil, account: nil),
      sender: sender,
      session: PlatformSession(canRenew: signIn.canRenew, now: environment.now) { last in
        do throws(CallFailure) { return .success(try await signIn.token(after: last)) } catch { return .failure(error) }
      }
    ) { reply, call in
      // FB-02: on create 429 is the quota, which is told and not tried again.
      if reply.status == 429, call.method == .post, call.path == ["bucket"] { return nil }
      return reply.status == 401 || reply.status == 429 || reply.status >= 500
        ? .ofPlatform(reply, to: call, message: reply.text("message")) : nil
    }
  }
}
