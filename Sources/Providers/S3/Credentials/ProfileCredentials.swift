import CooperProvider
import CooperSchema
import CooperSigning

/// What a profile of the shared files has, in the order of the AWS CLI: role, web identity, SSO, keys, program.
extension CredentialResolver {
  /// The profile that is asked for: named, of `AWS_PROFILE`, or `default`.
  private func lookUp(_ wanted: String?) -> SharedProfile.Lookup {
    SharedProfile.read(wanted ?? environment.text("AWS_PROFILE") ?? "default", environment)
  }

  func fromProfile(named wanted: String?) async throws(CallFailure) -> CredentialFinding {
    switch lookUp(wanted) {
    case .missing(let reasons):
      // A profile that somebody named must be there; `default` needn't.
      return wanted == nil && environment.text("AWS_PROFILE") == nil ? .nothing(reasons) : .unusable(reasons)
    case .found(let profile): return try await from(profile, within: [])
    }
  }

  /// The role that the profile is for, if it is for one; of the usual chain, where it comes before a web identity.
  func roleOfProfile() async throws(CallFailure) -> CredentialFinding {
    guard case .found(let profile) = lookUp(nil), let arn = profile.plainRole else { return .nothing([]) }
    return try await takeRole(arn, of: profile, within: [profile.name])
  }

  /// `within` holds the profiles that led here, so that a loop of source profiles is seen.
  private func from(
    _ profile: SharedProfile, within earlier: [String]
  ) async throws(CallFailure) -> CredentialFinding {
    if let arn = profile.plainRole { return try await takeRole(arn, of: profile, within: earlier + [profile.name]) }
    return try await itself(profile)
  }

  /// What the profile has besides a role that others' keys take on.
  private func itself(_ profile: SharedProfile) async throws(CallFailure) -> CredentialFinding {
    if let file = profile["web_identity_token_file"] { return try await webIdentity(file, of: profile) }
    let session: SSOSession?
    do throws(SSOSession.Problem) { session = try SSOSession(profile) } catch {
      return .unusable(["profile \(profile.name): \(error.words)"])
    }
    if let session { return try await signIn(session) }
    if profile.isCredential("aws_access_key_id") { return keys(profile) }
    if profile["login_session"] != nil {
      return .unusable([
        "profile \(profile.name): signs in by  aws login , whose sessions only the AWS CLI reads; write  "
          + "credential_process = aws configure export-credentials --profile \(profile.name)  into a profile beside it"
      ])
    }
    if let line = profile["credential_process"] { return program(line, of: profile) }
    return keys(profile)
  }

  private func keys(_ profile: SharedProfile) -> CredentialFinding {
    let name = profile.name
    let names = ["aws_access_key_id", "aws_secret_access_key"]
    guard let id = profile[names[0]], let secret = profile[names[1]] else {
      if let there = names.first(where: { profile[$0] != nil }) {
        let missing = there == names[0] ? names[1] : names[0]
        return .unusable(["profile \(name) in \(profile.places): holds \(there) and no \(missing)"])
      }
      let line = "profile \(name) in \(profile.places): holds no aws_access_key_id and aws_secret_access_key"
      return .nothing([line])
    }
    return .found(
      ResolvedCredentials(
        credentials: AWSCredentials(
          accessKeyId: id, secretAccessKey: Secret(secret),
          sessionToken: profile["aws_session_token"].map { Secret($0) }),
        source: "profile \(name) in \(profile.place(of: names[0]))",
        keyField: "\(names[0]) of profile \(name) in \(profile.place(of: names[0]))",
        secretField: "\(names[1]) of profile \(name) in \(profile.place(of: names[1]))"))
  }

  // MARK: Roles

  private func takeRole(
    _ arn: String, of profile: SharedProfile, within profiles: [String]
  ) async throws(CallFailure) -> CredentialFinding {
    let name = profile.name
    if profile["mfa_serial"] != nil {
      return .unusable(["profile \(name): its role asks for a code (mfa_serial), which a program can't give"])
    }
    let finding: CredentialFinding
    switch (profile["source_profile"], profile["credential_source"]) {
    case (.some, .some):
      return .unusable(["profile \(name): has both source_profile and credential_source; one of them must go"])
    case (let source?, _): finding = try await fromSource(source, of: profile, within: profiles)
    case (nil, "Environment"): finding = fromEnvironment()
    case (nil, "EcsContainer"): finding = try await fromContainer()
    case (nil, "Ec2InstanceMetadata"): finding = try await fromInstance(isLastResort: false)
    case (nil, let source?):
      return .unusable([
        "profile \(name): credential_source \(source) is none of Environment, Ec2InstanceMetadata, EcsContainer"
      ])
    case (nil, nil): return .unusable(["profile \(name): role_arn without source_profile or credential_source"])
    }
    guard case .found(let credentials) = finding else { return finding.unusableWhenEmpty }
    let role = RoleRequest(
      arn: arn, externalId: profile["external_id"], sessionName: profile["role_session_name"] ?? "cooper",
      seconds: profile["duration_seconds"].flatMap { Int64($0) })
    return .found(try await assume(role, as: credentials))
  }

  /// Keys of a source profile win over its role, so that a profile may take on its role with its own keys.
  private func fromSource(
    _ source: String, of profile: SharedProfile, within profiles: [String]
  ) async throws(CallFailure) -> CredentialFinding {
    switch SharedProfile.read(source, environment) {
    case .missing(let reasons): return .unusable(reasons)
    case .found(let found):
      if found["aws_access_key_id"] != nil { return keys(found) }
      if profiles.contains(source) {
        let loop = (profiles + [source]).joined(separator: " → ")
        return .unusable(["profile \(profile.name): source_profile leads round in a circle (\(loop))"])
      }
      return try await from(found, within: profiles)
    }
  }

  private func webIdentity(_ file: String, of profile: SharedProfile) async throws(CallFailure) -> CredentialFinding {
    guard let arn = profile["role_arn"] else {
      return .unusable(["profile \(profile.name): web_identity_token_file without role_arn"])
    }
    return try await fromWebIdentity(
      arn: arn, file: file, namedBy: "web_identity_token_file of profile \(profile.name)",
      sessionName: profile["role_session_name"], seconds: profile["duration_seconds"].flatMap { Int64($0) })
  }

  // MARK: Programs

  private func program(_ line: String, of profile: SharedProfile) -> CredentialFinding {
    let place = "profile \(profile.name): credential_process"
    guard let words = CredentialProcess.words(line), let program = words.first else {
      return .unusable(["\(place) has a quote without an end, or no word"])
    }
    do throws(CallFailure) {
      let printed = try environment.output(
        UsersProgram(words: words, namedIn: profile.place(of: "credential_process")))
      do throws(CredentialDocument.Problem) {
        let keys = try CredentialProcess.credentials(printed, now: environment.now())
        return .found(ResolvedCredentials(keys, from: "credential_process of profile \(profile.name)"))
      } catch {
        return .unusable(["\(place): \(program) printed \(error.words)"])
      }
    } catch {
      return .unusable(["\(place): \(error.message)"], code: error.code)
    }
  }

  // MARK: IAM Identity Center

  private func signIn(_ session: SSOSession) async throws(CallFailure) -> CredentialFinding {
    guard let path = session.cachePath else {
      return .unusable(["profile \(session.profile): this system forbids SHA-1, by which SSO tokens are named"])
    }
    guard let bytes = (try? environment.readFile(path)) ?? nil, let document = try? CredentialDocument.value(bytes),
      var token = SSOSession.Token(document)
    else { return session.isOver("nobody has signed in yet on this machine (\(path))") }
    let (oidc, portal): (String, String)
    do throws(OwnEndpoint.Problem) {
      oidc = try session.endpoint("oidc", variable: "AWS_ENDPOINT_URL_SSO_OIDC", environment)
      portal = try session.endpoint("portal.sso", variable: "AWS_ENDPOINT_URL_SSO", environment)
    } catch {
      return .unusable(["profile \(session.profile): \(error.words)"])
    }
    let now = environment.now()
    if token.isDue(at: now), token.canRefresh(at: now) {
      do throws(CallFailure) {
        let question = SSOTokenRefresh(connection: connection, endpoint: oidc, token: token, now: now)
        if let fresh = try await run(question) {
          token = fresh
          // The tools of AWS go on with the same session; should it not be kept, the next sign-in asks again.
          try? environment.replaceFile(path, ValueJSON.encode(.map(fresh.document), pretty: true))
        }
      } catch {
        if token.isExpired(at: now) { throw error }
      }
    }
    if token.isExpired(at: now) {
      return session.isOver("its session expired at \(ServiceInstant.text(token.expiry))")
    }
    return try await run(
      SSORoleCredentials(connection: connection, endpoint: portal, session: session, token: token, now: now))
  }
}

extension SharedProfile {
  /// The role that is taken on with other keys; one with a token file is taken on with the token.
  fileprivate var plainRole: String? { self["web_identity_token_file"] == nil ? self["role_arn"] : nil }
}
