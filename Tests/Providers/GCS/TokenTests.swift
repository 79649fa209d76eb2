import CooperModel
import CooperProvider
import CooperSchema
import CooperSigning
import CooperTestSupport
import FoundationEssentials
import Testing

@testable import GCSProvider

/// A connection with everything around it given: variables, files, secrets, answers, and a clock.
private struct World {
  var settings: ValueMap = ["project": "acme-prod", "region": "EU"]
  var access: ValueMap = ["method": "serviceAccountKey", "key": "env:KEY"]
  var variables: [String: String] = ["NO_GCE_CHECK": "true"]
  var files: [String: String] = [:]
  var secrets: [String: String] = [:]
  var transport = ScriptedTransport(Reply(200, "{}"))
  var now: @Sendable () -> Double = { 1_700_000_000 }

  func connect() throws(CallFailure) -> GCSConnection {
    let environment = ProviderEnvironment(
      variable: { [variables] in variables[$0] }, readFile: { [files] in files[$0].map { Array($0.utf8) } },
      secret: { [secrets] (reference, field) throws(CallFailure) in
        guard let secret = secrets[reference.string ?? ""] else {
          throw CallFailure(.unauthenticated, code: "SEC0001", "\(field) has no value")
        }
        return Secret(secret)
      }, transport: transport, now: now, homeDirectory: "/home/ana", projectDirectory: "/project")
    let declaration = ConnectionDeclaration(name: "g", type: "gcs", settings: settings, access: access)
    guard let connection = try GCSProvider().connect(declaration, environment: environment) as? GCSConnection else {
      throw CallFailure(.invalid, code: "Type", "not a GCS connection")
    }
    return connection
  }

  /// The token that a call is sent with, and whose it is; or why there is none.
  func token() async -> Result<AccessToken, CallFailure> {
    do throws(CallFailure) {
      let connection = try connect()
      _ = try await connection.attempt(BucketDocument.get(GCSFixture.target()))
      guard let token = connection.tokens?.found else { throw CallFailure(.invalid, code: "None", "no token") }
      return .success(token)
    } catch {
      return .failure(error)
    }
  }

  static let pem: String = {
    let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
    let path = folder + "/CooperSigningTests/Fixtures/google-jwt.json"
    let fixture = FileManager.default.contents(atPath: path).flatMap { try? ValueJSON.decode(Array($0)) }
    return fixture?["keys"]?.list?.first?.string ?? ""
  }()

  static func key(_ more: ValueMap = [:]) -> String {
    var key: ValueMap = [
      "type": "service_account", "client_email": "svc@acme-prod.iam.gserviceaccount.com", "private_key": .string(pem),
      "private_key_id": "k1",
    ]
    for pair in more { key[pair.key] = pair.value }
    return String(decoding: ValueJSON.encode(.map(key), pretty: false), as: UTF8.self)
  }

  /// Answers tokens by place, and everything at the store with an empty document.
  static func answering(_ answers: [String: Reply]) -> ScriptedTransport {
    ScriptedTransport { (request, _) throws(CallFailure) in
      if let answer = answers.first(where: { request.url.hasPrefix($0.key) }) { return answer.value }
      if request.url.hasPrefix("https://storage.googleapis.com/") { return Reply(200, "{}") }
      throw CallFailure(.unavailable, code: TransportCode.connectFailed, "nobody answers at \(request.url)")
    }
  }
}

private func token(_ name: String, seconds: Int = 3599) -> Reply {
  Reply(200, "{\"access_token\": \"\(name)\", \"expires_in\": \(seconds), \"token_type\": \"Bearer\"}")
}

@Suite("Tokens of Google from every source") struct TokenTests {
  private static let google = "https://oauth2.googleapis.com/token"

  private func form(_ request: HTTPRequest?) -> [String: String] {
    let text = String(decoding: request?.body ?? [], as: UTF8.self)
    return Dictionary(
      text.split(separator: "&").map { item in
        let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        return (pair[0], pair.count > 1 ? pair[1] : "")
      }, uniquingKeysWith: { $1 })
  }

  @Test("a key of a service account: an assertion with its claims, for the token endpoint that the key names")
  func key() async throws {
    var world = World()
    world.secrets = ["env:KEY": World.key()]
    world.transport = World.answering([Self.google: token("ya29.one")])
    let found = try await world.token().get()
    #expect(found.principal == "svc@acme-prod.iam.gserviceaccount.com" && found.source == "access.key (env:KEY)")
    #expect(found.expiry == 1_700_003_599)
    let assertion = form(world.transport.requests.first)["assertion"]?.split(separator: ".").map(String.init) ?? []
    let claims = try ValueJSON.decode(#require(Base64.decode(Array(assertion[1].utf8))))
    #expect(
      claims == [
        "iss": "svc@acme-prod.iam.gserviceaccount.com", "sub": "svc@acme-prod.iam.gserviceaccount.com",
        "aud": .string(Self.google), "scope": "https://www.googleapis.com/auth/cloud-platform", "iat": 1_700_000_000,
        "exp": 1_700_003_600,
      ])
    #expect(
      try ValueJSON.decode(#require(Base64.decode(Array(assertion[0].utf8)))) == [
        "alg": "RS256", "typ": "JWT", "kid": "k1",
      ])
    #expect(world.transport.requests.last?.header("Authorization") == "Bearer ya29.one")
  }

  @Test("renewed before it ends, once for all callers, and when the store calls it expired") func renewal() async throws
  {
    let clock = ScriptedClock()
    var world = World()
    world.secrets = ["env:KEY": World.key()]
    world.now = { clock.now }
    let refused = ScriptedClock()
    world.transport = ScriptedTransport { (request, earlier) throws(CallFailure) in
      if request.url.hasPrefix(Self.google) { return token("ya29.\(earlier)") }
      if refused.now > 0, request.header("Authorization") == "Bearer ya29.0" { return .google(401, "authError") }
      return Reply(200, "{}")
    }
    let connection = try world.connect()
    let call = BucketDocument.get(GCSFixture.target())
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 { group.addTask { _ = try? await connection.attempt(call) } }
    }
    func asked() -> Int { world.transport.requests.filter { $0.url.hasPrefix(Self.google) }.count }
    #expect(asked() == 1)
    refused.advance(by: 1)
    #expect(try await connection.attempt(call).status == 200 && asked() == 2)
    clock.advance(by: 3_599 - 299)
    #expect(try await connection.attempt(call).status == 200 && asked() == 3)
  }

  @Test("application default credentials of a user: the refresh token") func user() async throws {
    var world = World()
    world.access = [:]
    world.files = [
      "/home/ana/.config/gcloud/application_default_credentials.json":
        "{\"type\": \"authorized_user\", \"client_id\": \"id\", \"client_secret\": \"cs\", \"refresh_token\": \"1//r\"}"
    ]
    world.transport = World.answering([Self.google: token("ya29.u")])
    let found = try await world.token().get()
    #expect(found.source == "/home/ana/.config/gcloud/application_default_credentials.json")
    let fields = form(world.transport.requests.first)
    #expect(
      fields["grant_type"] == "refresh_token" && fields["client_secret"] == "cs"
        && fields["refresh_token"] == "1%2F%2Fr")
  }

  @Test("impersonation over delegates, with a lifetime") func impersonation() async throws {
    var world = World()
    world.access = [
      "method": "impersonate", "serviceAccount": "b@x.example", "delegates": ["hop@x.example"], "lifetime": "2h",
    ]
    world.variables["GOOGLE_APPLICATION_CREDENTIALS"] = "/key.json"
    world.files = ["/key.json": World.key()]
    let place = "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/b%40x.example:generateAccessToken"
    world.transport = World.answering([
      Self.google: token("ya29.first"),
      place: Reply(200, "{\"accessToken\": \"ya29.second\", \"expireTime\": \"2023-11-14T23:13:20Z\"}"),
    ])
    let found = try await world.token().get()
    #expect(found.principal == "b@x.example" && found.expiry == 1_700_003_600)
    let request = try #require(world.transport.requests.dropFirst().first)
    #expect(request.header("Authorization") == "Bearer ya29.first")
    #expect(
      try ValueJSON.decode(request.body) == [
        "delegates": ["projects/-/serviceAccounts/hop@x.example"], "lifetime": "7200s",
        "scope": ["https://www.googleapis.com/auth/cloud-platform"],
      ])
    world.transport = World.answering([
      Self.google: token("ya29.first"),
      place: Reply(403, "{\"error\": {\"status\": \"PERMISSION_DENIED\", \"message\": \"no\"}}"),
    ])
    guard case .failure(let failure) = await world.token() else {
      throw CallFailure(.invalid, code: "", "it succeeded")
    }
    #expect(failure.code == "GCS0005" && failure.message.contains("roles/iam.serviceAccountTokenCreator"))
  }

  @Test("workload identity federation with the token of a GitHub job, and a service account behind it") func gitHub()
    async throws
  {
    var world = World()
    world.access = [
      "method": "workloadIdentity", "audience": "//iam.googleapis.com/projects/1/x", "serviceAccount": "b@x.example",
    ]
    world.variables["ACTIONS_ID_TOKEN_REQUEST_URL"] = "https://pipelines.example/token?api=1"
    world.variables["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = "runner-canary"
    world.transport = World.answering([
      "https://pipelines.example/token?api=1&audience=https%3A%2F%2Fiam.googleapis.com%2Fprojects%2F1%2Fx":
        Reply(200, "{\"value\": \"eyJ.job\"}"),
      "https://sts.googleapis.com/v1/token": token("federated"),
      "https://iamcredentials.googleapis.com/": Reply(
        200, "{\"accessToken\": \"t\", \"expireTime\": \"2023-11-14T23:13:20Z\"}"),
    ])
    _ = try await world.token().get()
    let fields = form(world.transport.requests.dropFirst().first)
    #expect(fields["subject_token"] == "eyJ.job")
    #expect(fields["grant_type"] == "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange")
    world.variables["ACTIONS_ID_TOKEN_REQUEST_URL"] = nil
    guard case .failure(let failure) = await world.token() else {
      throw CallFailure(.invalid, code: "", "it succeeded")
    }
    #expect(failure.code == "GCS0003" && failure.message.contains("id-token: write"))
  }

  @Test("external account files: JSON in a file, a URL with headers, and AWS by a signed request") func external()
    async throws
  {
    func file(_ source: String) -> String {
      "{\"type\": \"external_account\", \"audience\": \"//iam.googleapis.com/p\", "
        + "\"subject_token_type\": \"urn:ietf:params:oauth:token-type:jwt\", \"token_url\": \"https://sts.googleapis.com/v1/token\", "
        + "\"credential_source\": \(source)}"
    }
    var world = World()
    world.access = [:]
    world.variables["GOOGLE_APPLICATION_CREDENTIALS"] = "/ext.json"
    func subject() async throws -> String? {
      _ = try await world.token().get()
      let request = world.transport.requests.first { $0.url == "https://sts.googleapis.com/v1/token" }
      return form(request)["subject_token"]
    }
    let sts = ["https://sts.googleapis.com/v1/token": token("f")]
    world.files = [
      "/ext.json": file(
        "{\"file\": \"/t.json\", \"format\": {\"type\": \"json\", \"subject_token_field_name\": \"id\"}}"),
      "/t.json": "{\"id\": \"from-json\"}",
    ]
    world.transport = World.answering(sts)
    #expect(try await subject() == "from-json")
    world.files["/ext.json"] = file("{\"url\": \"http://169.254.169.254/id\", \"headers\": {\"Metadata\": \"True\"}}")
    world.transport = World.answering(sts.merging(["http://169.254.169.254/id": Reply(200, "from-url")]) { $1 })
    #expect(try await subject() == "from-url")
    #expect(world.transport.requests.first?.header("Metadata") == "True")
    world.files["/ext.json"] = file(
      "{\"environment_id\": \"aws1\", \"regional_cred_verification_url\": "
        + "\"https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15\"}")
    world.variables.merge(["AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "s-canary"])
    { $1 }
    world.transport = World.answering(sts)
    let signed = try #require(try await subject())
    #expect(signed.contains("sts.eu-west-1.amazonaws.com") && signed.contains("x-goog-cloud-target-resource"))
    #expect(!signed.contains("s-canary"))
    world.files["/ext.json"] = file("{\"executable\": {\"command\": \"x\"}}")
    guard case .failure(let failure) = await world.token() else {
      throw CallFailure(.invalid, code: "", "it succeeded")
    }
    #expect(failure.code == "GCS0004" && failure.message.contains("runs a program"))
  }

  @Test("the metadata server, on the host of GCE_METADATA_HOST; what answers without its header is none")
  func metadata() async throws {
    var world = World()
    world.access = ["method": "metadata"]
    world.variables = ["GCE_METADATA_HOST": "127.0.0.1:9"]
    let flavour = [Header("Metadata-Flavor", "Google")]
    let base = "http://127.0.0.1:9/computeMetadata/v1/instance/service-accounts/default/"
    var answer = token("ya29.m")
    answer.headers = flavour
    world.transport = World.answering([base + "token": answer, base + "email": Reply(200, "robot@x", headers: flavour)])
    #expect(try await world.token().get().principal == "robot@x")
    #expect(world.transport.requests.first?.header("Metadata-Flavor") == "Google")
    world.transport = World.answering([base + "token": token("ya29.m")])
    guard case .failure(let failure) = await world.token() else {
      throw CallFailure(.invalid, code: "", "it succeeded")
    }
    #expect(failure.code == "GCS0003" && failure.message.contains("no metadata server of Google"))
  }

  @Test("a chain that ends lists every source and why; a file that is named and unusable isn't passed over")
  func chain() async throws {
    var world = World()
    world.access = [:]
    world.variables = [:]
    world.transport = World.answering([:])
    guard case .failure(let nothing) = await world.token() else {
      throw CallFailure(.invalid, code: "", "it succeeded")
    }
    for words in [
      "GOOGLE_APPLICATION_CREDENTIALS is not set", "application_default_credentials.json is not there",
      "metadata server: 169.254.169.254 doesn't answer (ConnectFailed)",
    ] { #expect(nothing.message.contains(words), "\(nothing.message)") }
    #expect(nothing.kind == .unauthenticated && nothing.code == "GCS0003")
    world.variables = ["GOOGLE_APPLICATION_CREDENTIALS": "/gone.json"]
    guard case .failure(let gone) = await world.token() else { throw CallFailure(.invalid, code: "", "it succeeded") }
    #expect(gone.code == "GCS0004" && gone.message.contains("/gone.json is not there"))
  }

  @Test(
    "keys that can't be used are told without their text",
    arguments: [
      ("no json", "it is no JSON object"), ("{\"type\": \"authorized_user\"}", "not service_account"),
      ("{\"type\": \"service_account\"}", "lacks client_email or private_key"),
      (
        "{\"type\": \"service_account\", \"client_email\": \"a\", \"private_key\": \"canary\"}",
        "no private key in PEM form"
      ),
    ])
  func badKeys(_ key: String, _ words: String) async {
    var world = World()
    world.secrets = ["env:KEY": key]
    guard case .failure(let failure) = await world.token() else {
      Issue.record("it succeeded")
      return
    }
    #expect(failure.code == "GCS0004" && failure.message.contains(words) && !failure.message.contains("canary"))
  }

  @Test("credentials go over TLS only, or to this machine") func plainEndpoint() async {
    var world = World()
    world.secrets = ["env:KEY": World.key(["token_uri": "http://evil.example/token"])]
    guard case .failure(let failure) = await world.token() else {
      Issue.record("it succeeded")
      return
    }
    #expect(failure.message.contains("not encrypted") && world.transport.requests.isEmpty)
  }

  @Test("a token that the store refuses is told once, with its source, and never repeated") func refusedToken()
    async throws
  {
    var world = World()
    world.access = ["method": "accessToken", "token": "env:TOKEN"]
    world.secrets = ["env:TOKEN": "ya29.canary"]
    world.transport = World.answering(["https://storage.googleapis.com/": .google(401, "authError", "bad ya29.canary")])
    let connection = try world.connect()
    let call = BucketDocument.get(GCSFixture.target())
    let reply = try await connection.attempt(call)
    let failure = try #require(connection.transientFailure(reply, to: call))
    #expect(failure.kind == .unauthenticated && failure.message.contains("access.token (env:TOKEN)"))
    #expect(!failure.message.contains("canary"))
    await #expect(throws: CallFailure.self) { try await connection.attempt(call) }
    #expect(world.transport.requests.count == 1)
  }
}

@Suite("Connections to Google Cloud Storage") struct GCSConnectionTests {
  @Test("addresses: the bucket and each part of the path are one segment each; an endpoint may have a path")
  func addresses() throws {
    let call = Call.bucket(.delete, GCSFixture.target("a.b"), path: ["o", "x/y ü"], needs: "storage.objects.delete")
    #expect(
      GCSAddressing().url(of: call) == "https://storage.googleapis.com/storage/v1/b/a.b/o/x%2Fy%20%C3%BC")
    let own = GCSAddressing(endpoint: try EndpointURL("https://storage.internal:4443/gcs"))
    #expect(own.url(of: call).hasPrefix("https://storage.internal:4443/gcs/storage/v1/b/a.b/o/"))
  }

  @Test("a plain endpoint needs insecure: allow; what the YAML chose is named for confirmation") func endpoints() throws
  {
    var world = World()
    world.settings["endpoint"] = "http://127.0.0.1:1"
    #expect(throws: CallFailure.self) { try world.connect() }
    world.settings["insecure"] = "allow"
    #expect(try world.connect().chosenEndpoints == ["http://127.0.0.1:1"])
    world.settings["endpoint"] = nil
    #expect(try world.connect().chosenEndpoints == [])
  }

  @Test("without credentials for an emulator; billed to another project where that is written") func anonymous()
    async throws
  {
    var world = World()
    world.access = ["method": "anonymous"]
    world.settings["quotaProject"] = "acme-billing"
    let connection = try world.connect()
    _ = try await connection.attempt(BucketDocument.get(GCSFixture.target()))
    let request = try #require(world.transport.requests.first)
    #expect(request.header("Authorization") == nil && request.header("x-goog-user-project") == "acme-billing")
    #expect(connection.identify() == nil)
  }

  @Test("who is signed in: the project that was declared, and the principal of the credentials") func identity()
    async throws
  {
    var world = World()
    world.secrets = ["env:KEY": World.key()]
    world.transport = ScriptedTransport { (request, _) throws(CallFailure) in
      request.url.hasPrefix("https://oauth2") ? token("ya29.x") : .google(403, "forbidden")
    }
    let connection = try world.connect()
    var procedure = try #require(connection.identify())
    guard case .call(let call) = procedure.next(nil) else { throw CallFailure(.invalid, code: "", "no call") }
    guard case .done(let identity) = procedure.next(try await connection.attempt(call)) else {
      throw CallFailure(.invalid, code: "", "no identity")
    }
    #expect(
      identity
        == SignedInIdentity(
          account: "acme-prod", principal: "svc@acme-prod.iam.gserviceaccount.com", source: "access.key (env:KEY)"))
  }

  @Test(
    "what is worth another try: 429, 5xx and 408; a redirect is never followed",
    arguments: [
      (429, "rateLimitExceeded", true), (503, "backendError", true), (500, "backendError", true),
      (408, "timeout", true),
      (403, "userRateLimitExceeded", true), (403, "forbidden", false), (404, "notFound", false),
      (412, "conditionNotMet", false),
      (409, "conflict", false), (307, "redirect", true),
    ])
  func transient(_ status: Int, _ reason: String, _ isTransient: Bool) throws {
    let failure = try World().connect().transientFailure(
      .google(status, reason), to: BucketDocument.get(GCSFixture.target()))
    #expect((failure != nil) == isTransient)
    if status == 307 { #expect(failure?.code == "GCS0007" && failure?.kind == .invalid) }
  }
}
