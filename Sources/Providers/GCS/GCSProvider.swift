public import CooperModel
public import CooperProvider
public import CooperSchema

/// Google Cloud Storage, by its JSON API.
///
/// Belongs here: addresses, credentials, wire formats. Doesn't: when to call, and what a plan says of it.
public struct GCSProvider: Provider {
  public init() {}

  public var name: String { "gcs" }
  public var connectionTypes: [ConnectionType] { [GCSConnectionType.declaration] }
  public var kinds: [Kind] { [GCSBucket.kind, GCSIdentity.kind, GCSGrant.kind] }

  public func access(actingAs identity: Related) -> ValueMap? {
    guard let key = identity.settings["key"] else { return nil }
    return ValueMap([("method", "serviceAccountKey"), ("key", key)])
  }

  public func connect(
    _ declaration: ConnectionDeclaration, environment: ProviderEnvironment
  ) throws(CallFailure) -> any Connection {
    let settings = try GCSConnectionSettings(declaration, environment)
    let recipe: TokenRecipe
    do throws(AccessProblem) {
      recipe = try TokenRecipe(declaration.access, field: declaration.accessField)
    } catch {
      throw .setting(declaration.name, error.field, error.words)
    }
    let site = Site(
      connection: declaration.name, type: GCSConnectionType.declaration.name,
      endpoint: (settings.endpoint ?? GCSAddressing.storage).text, region: settings.region, account: settings.project)
    let sender = GCSSender(
      addressing: GCSAddressing(endpoint: settings.endpoint, iamEndpoint: settings.iamEndpoint),
      caCertificate: settings.caCertificate,
      quotaProject: settings.quotaProject, transport: environment.transport)
    let resolver = TokenResolver(connection: declaration.name, environment: environment)
    var tokens: RenewedLookup<AccessToken>?
    if recipe != .anonymous {
      tokens = RenewedLookup(now: environment.now, expiry: { $0.expiry }) { () async throws(CallFailure) in
        try await resolver.resolve(recipe)
      }
    }
    return GCSConnection(site: site, declaredAccount: settings.project, sender: sender, tokens: tokens)
  }
}
