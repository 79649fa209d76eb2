public import CooperModel
public import CooperProvider
public import CooperSchema

/// Palette's backup locations (systems.md section 3).
///
/// Belongs here: settings, sign-in, the document of a location and its calls. Secrets come back masked (PA-26).
public struct PaletteProvider: Provider {
  public init() {}

  public var name: String { "palette" }
  public var connectionTypes: [ConnectionType] { [PaletteConnectionType.declaration] }
  public var kinds: [Kind] { [PaletteBackupLocation.kind] }
  public var party: (@Sendable (Site, _ partition: String) -> any Procedure<ValueMap>)? { PaletteParty.asked }

  public func connect(
    _ declaration: ConnectionDeclaration, environment: ProviderEnvironment
  ) throws(CallFailure) -> any Connection {
    let sender = try PlatformSender(declaration, environment)
    let signIn = PaletteSignIn(sender: sender, declaration: declaration, environment: environment)
    var settings = ValueMap()
    if declaration.settings["scope"]?.string != "tenant" { settings["project"] = declaration.settings["project"] }
    return PlatformConnection(
      site: Site(
        connection: declaration.name, type: "palette", endpoint: sender.base, region: nil, account: nil,
        settings: settings),
      sender: sender,
      session: PlatformSession(canRenew: signIn.canRenew, now: environment.now) { last in
        do throws(CallFailure) { return .success(try await signIn.token()) } catch { return .failure(error) }
      }
    ) { reply, call in
      // The vendor's rule: 429 and statuses above 500 are tried again.
      reply.status == 401 || reply.status == 429 || reply.status > 500
        ? .ofPlatform(reply, to: call, message: reply.text("message")) : nil
    }
  }
}

/// What Palette says of itself to those who trust it (PA-10), in the scope of its connection.
enum PaletteParty {
  static let asked: @Sendable (Site, String) -> any Procedure<ValueMap> = { site, partition in
    Then(PaletteScope.resolved(PaletteScope.target(of: site))) { target in
      var ask = PaletteLocationFacet.call(.get, ["v1", "clouds", "aws", "account", "sts"], target)
      ask.query = [QueryItem("partition", partition)]
      let call = ask
      return SingleCall(call) { (reply) throws(CallFailure) -> ValueMap in
        guard reply.status == 200 else { throw .ofPlatform(reply, to: call, message: reply.text("message")) }
        let body = try reply.json(to: call)
        guard let account = body["accountId"]?.string, let id = body["externalId"]?.string, !account.isEmpty,
          !id.isEmpty
        else { throw .ofPlatform(reply, to: call, message: "no accountId and externalId") }
        return ["accountId": .string(account), "externalId": .string(id)]
      }
    }
  }
}
