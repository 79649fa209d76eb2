import CooperProvider
import CooperSchema
import CooperSigning

/// Follows a recipe to credentials: environment, files, references to secrets, programs, services, STS.
struct CredentialResolver: Sendable {
  let connection: String
  let environment: ProviderEnvironment
  let sender: S3Sender

  /// Throws `.unauthenticated` that lists every place tried, or why a service gave no keys.
  func resolve(_ recipe: CredentialRecipe) async throws(CallFailure) -> ResolvedCredentials {
    switch try await find(recipe) {
    case .found(let credentials): return credentials
    case .nothing(let tried): throw .noCredentials(connection, tried: tried)
    case .unusable(let tried, let code): throw .noCredentials(connection, tried: tried, code: code)
    }
  }

  private func find(_ recipe: CredentialRecipe) async throws(CallFailure) -> CredentialFinding {
    switch recipe {
    case .usual: return try await usual()
    case .environment: return fromEnvironment()
    case .profile(let name): return try await fromProfile(named: name)
    case .given(let key): return .found(try given(key))
    case .container: return try await fromContainer()
    case .instance: return try await fromInstance(isLastResort: false)
    case .webIdentity(let request): return try await fromWebIdentity(request)
    case .role(let role, let source):
      let finding = try await find(source)
      guard case .found(let credentials) = finding else { return finding }
      return .found(try await assume(role, as: credentials))
    }
  }

  /// The order of the AWS CLI (its User Guide, "Configuration settings and precedence"; botocore, `credentials.py`): the
  /// environment, the profile's role, a web identity, what else the profile has, container, instance.
  private func usual() async throws(CallFailure) -> CredentialFinding {
    var tried: [String] = []
    for step in UsualStep.allCases {
      let finding: CredentialFinding
      switch step {
      case .environment: finding = fromEnvironment()
      case .role: finding = try await roleOfProfile()
      case .webIdentity: finding = try await webIdentityOfEnvironment()
      case .profile: finding = try await fromProfile(named: nil)
      case .container: finding = try await fromContainer()
      case .instance: finding = try await fromInstance(isLastResort: true)
      }
      guard case .nothing(let reasons) = finding else { return finding.after(tried) }
      tried += reasons
    }
    return .nothing(tried)
  }

  private enum UsualStep: CaseIterable { case environment, role, webIdentity, profile, container, instance }

  // MARK: Environment and references

  func fromEnvironment() -> CredentialFinding {
    let names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
    let values = names.map { environment.text($0) }
    guard let id = values[0], let secret = values[1] else {
      let missing = zip(names, values).filter { $0.1 == nil }.map(\.0)
      let verb = missing.count == 1 ? "is" : "are"
      let lines = ["environment: \(missing.joined(separator: " and ")) \(verb) not set"]
      return .nothing(lines)
    }
    return .found(
      ResolvedCredentials(
        credentials: AWSCredentials(
          accessKeyId: id, secretAccessKey: Secret(secret),
          sessionToken: environment.text("AWS_SESSION_TOKEN").map { Secret($0) }),
        source: "the environment (AWS_ACCESS_KEY_ID)", keyField: names[0], secretField: names[1]))
  }

  private func given(_ key: GivenKey) throws(CallFailure) -> ResolvedCredentials {
    let id = try secret(key.accessKeyId, field: key.field + ".accessKeyId")
    let secretKey = try secret(key.secretAccessKey, field: key.field + ".secretAccessKey")
    var token: Secret?
    if let reference = key.sessionToken { token = try secret(reference, field: key.field + ".sessionToken") }
    return ResolvedCredentials(
      credentials: AWSCredentials(
        accessKeyId: id.withBytes { String(decoding: $0, as: UTF8.self) }, secretAccessKey: secretKey,
        sessionToken: token, hidesKeyId: true),
      source: key.field + ".accessKeyId" + suffix(key.accessKeyId),
      keyField: key.field + ".accessKeyId" + suffix(key.accessKeyId),
      secretField: key.field + ".secretAccessKey" + suffix(key.secretAccessKey))
  }

  /// ` (env:NAME)` for a reference whose text is safe to repeat.
  private func suffix(_ reference: Value) -> String {
    guard let text = reference.string, text.hasPrefix("env:") || text.hasPrefix("file:") else { return "" }
    return " (\(text))"
  }

  func secret(_ reference: Value, field: String) throws(CallFailure) -> Secret {
    let secret: Secret
    do throws(CallFailure) {
      secret = try environment.secret(reference, "connections.\(connection).\(field)")
    } catch {
      throw .unresolvedSecret(connection, field: field, error)
    }
    guard !secret.isEmpty else {
      throw .emptySecret(connection, field: field + suffix(reference))
    }
    return secret
  }

  // MARK: Container and instance

  func fromContainer() async throws(CallFailure) -> CredentialFinding {
    let (endpoint, finding) = ContainerEndpoint.read(connection, environment)
    guard let endpoint else { return finding }
    return try await run(endpoint)
  }

  /// As a last resort of the usual chain, silence at the address means that this is no instance.
  func fromInstance(isLastResort: Bool) async throws(CallFailure) -> CredentialFinding {
    let endpoint: String
    do throws(OwnEndpoint.Problem) {
      endpoint = try InstanceMetadata.endpoint(environment)
    } catch {
      return .nothing(["\(InstanceMetadata.name): \(error.words)"])
    }
    do throws(CallFailure) {
      return try await run(InstanceMetadata(connection: connection, endpoint: endpoint, now: environment.now()))
    } catch {
      guard isLastResort, error.kind == .unavailable, error.status == nil else { throw error }
      return .nothing(["\(InstanceMetadata.name): nothing answers at \(endpoint) (\(error.code))"])
    }
  }

  // MARK: STS

  func assume(_ role: RoleRequest, as source: ResolvedCredentials) async throws(CallFailure) -> ResolvedCredentials {
    let call = AssumeRole.call(role, region: try tokenRegion(of: role.arn))
    let reply = try await sender.send(call, as: source.credentials)
    let credentials: AWSCredentials
    do throws(CallFailure) {
      credentials = try AssumeRole.credentials(reply, to: call)
    } catch {
      throw .roleRefused(connection, role: role.arn, source: source, error)
    }
    return ResolvedCredentials(credentials, from: "role \(role.arn), taken on with \(source.source)", of: role.arn)
  }

  /// Where STS is asked for a role: the connection's region, else the home of the role's partition.
  func tokenRegion(of arn: String) throws(CallFailure) -> String? {
    guard sender.dialect.isAWS, sender.addressing.endpoint == nil, let partition = AWSPartition(arn: arn) else {
      return nil
    }
    guard let region = sender.addressing.region else { return partition.homeRegion }
    guard AWSPartition(region: region) == partition else {
      throw .foreignPartition(connection, role: arn, region: region)
    }
    return nil
  }
}

extension ResolvedCredentials {
  /// Keys of a session of a role.
  init(_ credentials: AWSCredentials, from source: String, of arn: String) {
    self.init(
      credentials: credentials, source: source, keyField: "the keys of role \(arn)",
      secretField: "the keys of role \(arn)")
  }
}
