public import CooperModel
public import CooperProvider
public import CooperSchema

/// Amazon S3 and the stores that speak its protocol.
///
/// Belongs here: addresses, credentials, wire formats, dialects. Doesn't: when to call, and what a plan says of it.
public struct S3Provider: Provider {
  public init() {}

  public var name: String { "s3" }

  public var connectionTypes: [ConnectionType] {
    S3Dialect.all.map { dialect in
      var type = ConnectionType(
        name: dialect.name, provider: name, summary: dialect.summary, settings: S3ConnectionSettings.shape(dialect),
        accessMethods: AccessShapes.methods, support: dialect.support)
      type.notes = dialect.allNotes
      return type
    }
  }

  public var kinds: [Kind] { [S3Bucket.kind, IAMKind.kind, ManagedPolicyKind.kind] }
  public var kindSchemas: [KindSchema] { [BucketKind.schema, Identity.schema, ManagedPolicy.schema] }

  public func access(actingAs identity: Related) -> ValueMap? {
    guard let identity = RelatedIdentity(identity), identity.hasKeyPair, let key = identity.reference("accessKeyId"),
      let secret = identity.reference("secretAccessKey")
    else { return nil }
    return ValueMap([("method", "static"), ("accessKeyId", key), ("secretAccessKey", secret)])
  }

  public func connect(
    _ declaration: ConnectionDeclaration, environment: ProviderEnvironment
  ) throws(CallFailure) -> any Connection {
    guard let dialect = S3Dialect.named(declaration.type) else {
      throw .setting(declaration.name, "type", "\(declaration.type) is no store with the S3 protocol")
    }
    let settings = try S3ConnectionSettings(declaration, dialect, environment)
    let recipe: CredentialRecipe
    do throws(AccessProblem) {
      recipe = try CredentialRecipe(declaration.access, field: declaration.accessField)
    } catch {
      throw .setting(declaration.name, declaration.accessField, error.words)
    }
    let addressing = S3Addressing(
      endpoint: settings.endpoint, tokenEndpoint: settings.tokenEndpoint,
      usesGlobalTokenService: environment.text("AWS_STS_REGIONAL_ENDPOINTS") == "legacy", style: settings.style,
      region: settings.region)
    let partition = AWSPartition(region: settings.region)
    let site = Site(
      connection: declaration.name, type: dialect.name,
      endpoint: settings.endpoint?.text ?? partition.storeEndpoint, region: settings.region,
      account: settings.account, partition: dialect.isAWS ? partition.rawValue : AWSPartition.aws.rawValue)
    let sender = S3Sender(
      addressing: addressing, dialect: dialect, caCertificate: settings.caCertificate,
      transport: environment.transport, now: environment.now)
    let resolver = CredentialResolver(connection: declaration.name, environment: environment, sender: sender)
    return S3Connection(
      site: site, declaredAccount: settings.account, dialect: dialect, sender: sender,
      credentials: CredentialStore(recipe: recipe, resolver: resolver, now: environment.now))
  }
}
