public import CooperModel
public import CooperProvider
public import CooperSchema

/// Azure Blob Storage: storage accounts and their containers.
///
/// Belongs here: settings, credentials, names, wire formats of Resource Manager and of the blob service. Doesn't: when to
/// call, and what a plan says of it.
///
/// Two planes lead to the same things. A token of Entra ID opens Resource Manager, and accounts and containers are read and
/// written there: it passes the account's firewall, which stops requests for data. Blobs are counted and removed through the
/// blob service with the same identity. A key or a signature opens the blob service alone: containers and blobs, no settings
/// of the account.
public struct AzureProvider: Provider {
  public init() {}

  public var name: String { "azure" }
  public var connectionTypes: [ConnectionType] { [AzureConnectionType.declaration] }
  public var kinds: [Kind] { [StorageAccount.kind, Container.kind, RoleGrant.kind] }
  public var kindSchemas: [KindSchema] { [StorageAccountKind.schema, BucketKind.schema, AzureGrantSupport.schema] }

  /// A key of an account stands as the secret of a key pair, whose id is the account (FB-24).
  public func access(actingAs identity: Related) -> ValueMap? {
    guard let identity = RelatedIdentity(identity) else { return nil }
    if identity.variant == "servicePrincipal", let client = identity.reference("clientId"),
      let secret = identity.reference("clientSecret")
    {
      return ValueMap([("method", "servicePrincipal"), ("clientId", client), ("clientSecret", secret)])
    }
    guard identity.hasKeyPair, let key = identity.reference("secretAccessKey") else { return nil }
    return ValueMap([("method", "accountKey"), ("key", key)])
  }

  public func connect(
    _ declaration: ConnectionDeclaration, environment: ProviderEnvironment
  ) throws(CallFailure) -> any Connection {
    let settings = try AzureSettings(declaration, environment)
    guard let recipe = AzureRecipe(declaration.access) else {
      throw .azureSetting(declaration.name, declaration.accessField, "this method is not known here")
    }
    let addressing = settings.addressing
    let site = Site(
      connection: declaration.name, type: declaration.type, endpoint: addressing.resourceManager.text,
      region: declaration.settings["region"]?.string, account: settings.subscription,
      partition: addressing.cloud.rawValue, access: recipe.access.rawValue)
    let resolver = TokenResolver(
      connection: declaration.name, field: declaration.accessField, tenant: settings.tenant, recipe: recipe,
      environment: environment,
      requests: TokenRequests(addressing: addressing, caCertificate: settings.caCertificate))
    let sender = AzureSender(
      addressing: addressing, caCertificate: settings.caCertificate, transport: environment.transport,
      now: environment.now)
    return AzureConnection(
      site: site, settings: settings, recipe: recipe, resolver: resolver, sender: sender,
      tokens: TokenStore(resolver: resolver, now: environment.now))
  }
}
