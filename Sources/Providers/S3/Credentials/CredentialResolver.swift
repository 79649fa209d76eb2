import CooperProvider
import CooperSchema
import CooperSigning

/// Follows a recipe to credentials: environment, files, references to secrets, STS.
struct CredentialResolver: Sendable {
  let connection: String
  let environment: ProviderEnvironment
  let sender: S3Sender

  /// Throws `.unauthenticated` that lists every place tried, or why STS gave no keys.
  func resolve(_ recipe: CredentialRecipe) async throws(CallFailure) -> ResolvedCredentials {
    switch try await find(recipe, within: []) {
    case .found(let credentials): return credentials
    case .nothing(let tried): throw .noCredentials(connection, tried: tried)
    }
  }

  /// `within` holds the profiles that led here, so that a loop of source profiles is seen.
  private func find(
    _ recipe: CredentialRecipe, within profiles: [String]
  ) async throws(CallFailure) -> CredentialFinding {
    switch recipe {
    case .usual:
      let first = fromEnvironment()
      guard case .nothing(let reasons) = first else { return first }
      let second = try await fromProfile(nil, within: profiles)
      guard case .nothing(let more) = second else { return second }
      return .nothing(reasons + more)
    case .environment: return fromEnvironment()
    case .profile(let name): return try await fromProfile(name, within: profiles)
    case .given(let key): return .found(try given(key))
    case .role(let role, let source):
      let finding = try await find(source, within: profiles)
      guard case .found(let credentials) = finding else { return finding }
      return .found(try await assume(role, as: credentials))
    }
  }

  // MARK: Environment and references

  private func fromEnvironment() -> CredentialFinding {
    let names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
    let values = names.map { name in environment.variable(name).flatMap { $0.isEmpty ? nil : $0 } }
    guard let id = values[0], let secret = values[1] else {
      let missing = zip(names, values).filter { $0.1 == nil }.map(\.0)
      let verb = missing.count == 1 ? "is" : "are"
      return .nothing(["environment: \(missing.joined(separator: " and ")) \(verb) not set"])
    }
    let token = environment.variable("AWS_SESSION_TOKEN").flatMap { $0.isEmpty ? nil : $0 }
    return .found(
      ResolvedCredentials(
        credentials: AWSCredentials(
          accessKeyId: id, secretAccessKey: Secret(secret), sessionToken: token.map { Secret($0) }),
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

  private func secret(_ reference: Value, field: String) throws(CallFailure) -> Secret {
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

  // MARK: Profiles

  private func fromProfile(
    _ wanted: String?, within earlier: [String], takesRole: Bool = true
  ) async throws(CallFailure) -> CredentialFinding {
    let named = wanted ?? environment.variable("AWS_PROFILE").flatMap { $0.isEmpty ? nil : $0 }
    let name = named ?? "default"
    let profile: SharedProfile
    switch SharedProfile.read(name, environment) {
    case .missing(let reasons): return .nothing(reasons)
    case .found(let found): profile = found
    }
    if takesRole, let role = profile["role_arn"] {
      return try await takeRole(role, of: profile, within: earlier + [name])
    }
    if let id = profile["aws_access_key_id"], let secret = profile["aws_secret_access_key"] {
      let idPlace = profile.place(of: "aws_access_key_id")
      return .found(
        ResolvedCredentials(
          credentials: AWSCredentials(
            accessKeyId: id, secretAccessKey: Secret(secret),
            sessionToken: profile["aws_session_token"].map { Secret($0) }),
          source: "profile \(name) in \(idPlace)", keyField: "aws_access_key_id of profile \(name) in \(idPlace)",
          secretField:
            "aws_secret_access_key of profile \(name) in \(profile.place(of: "aws_secret_access_key"))"))
    }
    for (key, words) in [
      ("sso_session", "SSO"), ("sso_start_url", "SSO"), ("credential_process", "credential_process"),
      ("web_identity_token_file", "a web identity"),
    ] where profile[key] != nil {
      return .nothing(["profile \(name): signs in by \(words), which this version can't use"])
    }
    return .nothing(["profile \(name) in \(profile.places): holds no aws_access_key_id and aws_secret_access_key"])
  }

  private func takeRole(
    _ arn: String, of profile: SharedProfile, within profiles: [String]
  ) async throws(CallFailure) -> CredentialFinding {
    let name = profile.name
    if profile["mfa_serial"] != nil {
      return .nothing(["profile \(name): its role asks for a code (mfa_serial), which a program can't give"])
    }
    let finding: CredentialFinding
    switch (profile["source_profile"], profile["credential_source"]) {
    // Its own keys take on the role.
    case (let source?, _) where source == name:
      finding = try await fromProfile(name, within: profiles, takesRole: false)
    case (let source?, _) where profiles.contains(source):
      let loop = (profiles + [source]).joined(separator: " → ")
      return .nothing(["profile \(name): source_profile leads round in a circle (\(loop))"])
    case (let source?, _): finding = try await fromProfile(source, within: profiles)
    case (nil, "Environment"): finding = fromEnvironment()
    case (nil, let source?):
      return .nothing(["profile \(name): credential_source \(source) is not one that this version can use"])
    case (nil, nil): return .nothing(["profile \(name): role_arn without source_profile or credential_source"])
    }
    guard case .found(let credentials) = finding else { return finding }
    let role = RoleRequest(
      arn: arn, externalId: profile["external_id"], sessionName: profile["role_session_name"] ?? "cooper",
      seconds: profile["duration_seconds"].flatMap { Int64($0) })
    return .found(try await assume(role, as: credentials))
  }

  // MARK: STS

  private func assume(
    _ role: RoleRequest, as source: ResolvedCredentials
  ) async throws(CallFailure) -> ResolvedCredentials {
    let call = AssumeRole.call(role)
    let reply = try await sender.send(call, as: source.credentials)
    let credentials: AWSCredentials
    do throws(CallFailure) {
      credentials = try AssumeRole.credentials(reply, to: call)
    } catch {
      throw .roleRefused(connection, role: role.arn, source: source, error)
    }
    return ResolvedCredentials(
      credentials: credentials, source: "role \(role.arn), taken on with \(source.source)",
      keyField: "the keys of role \(role.arn)", secretField: "the keys of role \(role.arn)")
  }
}
