public import CooperModel
public import CooperProvider
internal import CooperSchema

/// InfinStor's table of buckets, which can be written and not read (systems.md section 2).
///
/// Belongs here: settings, sign-in, the document of an entry and its form bodies.
public struct InfinStorProvider: Provider {
  public init() {}

  public var name: String { "infinstor" }
  public var connectionTypes: [ConnectionType] { [InfinStorConnectionType.declaration] }
  public var kinds: [Kind] { [InfinStorRegistration.kind] }

  public func connect(
    _ declaration: ConnectionDeclaration, environment: ProviderEnvironment
  ) throws(CallFailure) -> any Connection {
    let sender = try PlatformSender(declaration, environment)
    var site = Site(
      connection: declaration.name, type: "infinstor", endpoint: sender.base, region: nil, account: nil)
    site.settings[InfinStorCall.rightRemoval] = declaration.settings[InfinStorCall.rightRemoval]
    let signIn = InfinStorSignIn(declaration: declaration, environment: environment)
    return PlatformConnection(
      site: site,
      sender: sender,
      session: PlatformSession(canRenew: signIn.canRenew, now: environment.now) { last in
        do throws(CallFailure) { return .success(try await signIn.token(after: last)) } catch { return .failure(error) }
      },
      // IS-07: said in a body of any status.
      saysExpired: { $0.status == 401 || $0.saysLoginExpired }
    ) { reply, call in
      reply.status == 401 || reply.status == 429 || reply.status >= 500 ? .ofPlatform(reply, to: call) : nil
    }
  }
}

extension Reply {
  var saysLoginExpired: Bool {
    body.count < 100_000 && String(decoding: body, as: UTF8.self).contains("Login expired")
  }
}
