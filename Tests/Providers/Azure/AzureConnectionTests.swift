import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Synchronization
import Testing

@testable import AzureProvider

/// A connection with everything around it given: variables, files, secrets, answers, and a clock.
private struct AzureWorld {
  var settings: ValueMap = [
    "tenant": "00000000-aaaa-bbbb-cccc-000000000001", "subscription": "00000000-aaaa-bbbb-cccc-000000000002",
  ]
  var access = ValueMap()
  var variables: [String: String] = [:]
  var files: [String: String] = [:]
  var secrets: [String: String] = ["env:S": "secret-canary", "env:K": "a2V5LWNhbmFyeQ=="]
  var transport = ScriptedTransport(Reply(status: 200))
  var now: @Sendable () -> Double = { 1_795_953_600 }

  static let client: Value = "00000000-aaaa-bbbb-cccc-000000000003"

  func connect() throws(CallFailure) -> any Connection {
    let environment = ProviderEnvironment(
      variable: { [variables] in variables[$0] }, readFile: { [files] in files[$0].map { Array($0.utf8) } },
      secret: { [secrets] (reference, field) throws(CallFailure) in
        guard let secret = secrets[reference.string ?? ""] else {
          throw CallFailure(.unauthenticated, code: "SEC0001", "\(reference.string ?? "?") has no value")
        }
        return Secret(secret)
      }, transport: transport, now: now, homeDirectory: nil, projectDirectory: "/project")
    return try AzureProvider().connect(
      ConnectionDeclaration(name: "azure", type: "azure", settings: settings, access: access), environment: environment)
  }
}

/// Gives tokens to every way of asking, and documents to the rest.
private func answers(
  _ request: HTTPRequest, lifetime: Int64 = 3600, document: Reply = .arm(200, ["value": []])
) -> Reply {
  let isToken = request.url.contains("/oauth2/") || request.url.contains("/msi")
  if request.url.contains("actions.example") { return .arm(200, ["value": "pipeline-canary"]) }
  return isToken
    ? .arm(
      200,
      [
        "access_token": "header.eyJ0aWQiOiJUIiwib2lkIjoiTyIsImFwcGlkIjoiQSJ9.signature",
        "expires_in": .integer(lifetime),
      ])
    : document
}

@Suite("Connections to Azure") struct AzureConnectionTests {
  private let read = AccountDocument.account.read(AzureFixture.account())
  private let blob = ContainerCall.read(AzureFixture.container("accountKey"))

  private func sent(_ world: AzureWorld, _ call: Call) async throws -> [HTTPRequest] {
    let connection = try world.connect()
    _ = try await connection.attempt(call)
    return world.transport.requests
  }

  @Test(
    "each cloud has its addresses",
    arguments: [
      ("public", "login.microsoftonline.com", "management.azure.com", "blob.core.windows.net"),
      ("usGovernment", "login.microsoftonline.us", "management.usgovcloudapi.net", "blob.core.usgovcloudapi.net"),
      ("china", "login.chinacloudapi.cn", "management.chinacloudapi.cn", "blob.core.chinacloudapi.cn"),
    ]) func clouds(_ cloud: String, _ login: String, _ manager: String, _ suffix: String) async throws
  {
    var world = AzureWorld()
    world.settings["cloud"] = .string(cloud)
    world.access = ["method": "servicePrincipal", "clientId": AzureWorld.client, "clientSecret": "env:S"]
    world.transport = ScriptedTransport { request, _ in answers(request) }
    let requests = try await sent(world, read)
    #expect(requests.map { $0.url.split(separator: "/")[1] } == [Substring(login), Substring(manager)])
    let form = String(decoding: requests[0].body, as: UTF8.self)
    #expect(form.contains("scope=https%3A%2F%2F\(manager)%2F.default") && form.contains("client_secret=secret-canary"))
    #expect(requests[1].header("Authorization")?.hasPrefix("Bearer header.") == true)
    let connection = try world.connect()
    #expect(connection.url(for: blob) == "https://acmereports.\(suffix)/daily?restype=container")
    #expect(connection.chosenEndpoints == [])
  }

  @Test("each plane has a token of its own, asked for once") func audiences() async throws {
    var world = AzureWorld()
    world.access = ["method": "servicePrincipal", "clientId": AzureWorld.client, "clientSecret": "env:S"]
    world.transport = ScriptedTransport { request, _ in answers(request) }
    let connection = try world.connect()
    for call in [read, read, blob, blob] { _ = try await connection.attempt(call) }
    let forms = world.transport.requests.filter { $0.url.contains("/oauth2/") }.map {
      String(decoding: $0.body, as: UTF8.self)
    }
    #expect(forms.count == 2 && forms[1].contains("scope=https%3A%2F%2Fstorage.azure.com%2F.default"))
  }

  @Test("a token is renewed five minutes before it ends, and once more when it is called expired") func renewal()
    async throws
  {
    let clock = Mutex(1_000.0)
    var world = AzureWorld()
    world.now = { clock.withLock { $0 } }
    world.access = ["method": "managedIdentity"]
    let expired = Mutex(false)
    world.transport = ScriptedTransport { request, _ in
      let isRefused = expired.withLock { flag in
        defer { flag = false }
        return flag && !request.url.contains("/oauth2/")
      }
      return isRefused ? .armError(401, "ExpiredAuthenticationToken") : answers(request)
    }
    let connection = try world.connect()
    func tokens() -> Int { world.transport.requests.count { $0.url.contains("/oauth2/token") } }
    _ = try await connection.attempt(read)
    clock.withLock { $0 += 3_299 }
    _ = try await connection.attempt(read)
    #expect(tokens() == 1)
    clock.withLock { $0 += 2 }
    _ = try await connection.attempt(read)
    #expect(tokens() == 2)
    expired.withLock { $0 = true }
    #expect(try await connection.attempt(read).status == 200)
    #expect(tokens() == 3)
  }

  @Test("account keys sign with the account that the container names, and are looked up once") func accountKey()
    async throws
  {
    var world = AzureWorld()
    world.access = ["method": "accountKey", "key": "env:K"]
    let requests = try await sent(world, blob)
    #expect(requests[0].header("Authorization")?.hasPrefix("SharedKey acmereports:") == true)
    #expect(requests[0].header("x-ms-version") == AzureSender.blobVersion)
    world.secrets["env:K"] = "no base 64"
    await #expect(throws: CallFailure.self) { _ = try await self.sent(world, self.blob) }
  }

  @Test("a signature stands in the query that is sent, and in none that is shown") func signature() async throws {
    var world = AzureWorld()
    world.secrets["env:T"] = "?sv=2022-11-02&sig=a%2Bcanary%3D"
    world.access = ["method": "sas", "token": "env:T"]
    let requests = try await sent(world, blob)
    #expect(requests[0].url.hasSuffix("/daily?restype=container&sv=2022-11-02&sig=a%2Bcanary%3D"))
    #expect(requests[0].header("Authorization") == nil)
    #expect(!(try world.connect().url(for: blob).contains("sig")))
  }

  @Test("the app's identity, the machine's, and workload identity ask as documented") func identities() async throws {
    var world = AzureWorld()
    world.access = ["method": "managedIdentity", "clientId": AzureWorld.client]
    world.transport = ScriptedTransport { request, _ in answers(request) }
    var request = try await sent(world, read)[0]
    #expect(
      request.url
        == "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fmanagement.azure.com&client_id=00000000-aaaa-bbbb-cccc-000000000003"
    )
    #expect(request.header("Metadata") == "true")
    world.variables = ["IDENTITY_ENDPOINT": "http://127.0.0.1:41741/msi/token", "IDENTITY_HEADER": "header-canary"]
    world.transport = ScriptedTransport { request, _ in answers(request) }
    request = try await sent(world, read)[0]
    #expect(request.url.hasPrefix("http://127.0.0.1:41741/msi/token?api-version=2019-08-01&"))
    #expect(request.header("X-IDENTITY-HEADER") == "header-canary")
    world.access = ["method": "workloadIdentity"]
    world.variables = ["AZURE_FEDERATED_TOKEN_FILE": "/token", "AZURE_CLIENT_ID": "client"]
    world.files = ["/token": "file-canary\n"]
    world.transport = ScriptedTransport { request, _ in answers(request) }
    request = try await sent(world, read)[0]
    #expect(String(decoding: request.body, as: UTF8.self).hasSuffix("client_assertion=file-canary"))
    world.variables = [
      "ACTIONS_ID_TOKEN_REQUEST_URL": "https://actions.example/t?x=1",
      "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "bearer-canary",
      "AZURE_CLIENT_ID": "client",
    ]
    world.transport = ScriptedTransport { request, _ in answers(request) }
    let requests = try await sent(world, read)
    #expect(requests[0].url == "https://actions.example/t?x=1&audience=api%3A%2F%2FAzureADTokenExchange")
    #expect(requests[0].header("Authorization") == "bearer bearer-canary")
    #expect(String(decoding: requests[1].body, as: UTF8.self).hasSuffix("client_assertion=pipeline-canary"))
  }

  @Test("the chain takes the first that has something: variables, workload identity, managed identity") func chain()
    async throws
  {
    var world = AzureWorld()
    world.variables = ["AZURE_CLIENT_ID": "client", "AZURE_CLIENT_SECRET": "variable-canary"]
    world.transport = ScriptedTransport { request, _ in answers(request) }
    #expect(String(decoding: try await sent(world, read)[0].body, as: UTF8.self).contains("variable-canary"))
    world.variables = ["AZURE_CLIENT_ID": "client", "AZURE_FEDERATED_TOKEN_FILE": "/token"]
    world.files = ["/token": "file-canary"]
    world.transport = ScriptedTransport { request, _ in answers(request) }
    #expect(String(decoding: try await sent(world, read)[0].body, as: UTF8.self).contains("file-canary"))
    world.variables = [:]
    world.transport = ScriptedTransport { request, _ in answers(request) }
    #expect(try await sent(world, read)[0].url.hasPrefix("http://169.254.169.254/"))
  }

  @Test("a chain that fails lists every source and why, once for all calls") func failingChain() async throws {
    var world = AzureWorld()
    world.transport = ScriptedTransport { (_, _) throws(CallFailure) in
      throw CallFailure(.unavailable, code: TransportCode.connectFailed, "nobody")
    }
    let connection = try world.connect()
    for _ in 0..<2 {
      do throws(CallFailure) {
        _ = try await connection.attempt(read)
        Issue.record("signed in")
      } catch {
        #expect(error.kind == .unauthenticated && error.code == "AZU0003")
        let lines = error.message.split(separator: "\n").map(String.init)
        #expect(lines.count == 4)
        for word in ["AZURE_CLIENT_ID", "AZURE_FEDERATED_TOKEN_FILE", "managed identity"] {
          #expect(lines.contains { $0.contains(word) }, "\(word)")
        }
      }
    }
    #expect(world.transport.requests.count == 1)
  }

  @Test("a refused secret is told by code and field, and never shown") func refusedSecret() async throws {
    var world = AzureWorld()
    world.access = ["method": "servicePrincipal", "clientId": AzureWorld.client, "clientSecret": "env:S"]
    world.transport = ScriptedTransport(
      .arm(401, ["error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret.\r\nTrace"]))
    let connection = try world.connect()
    do throws(CallFailure) {
      _ = try await connection.attempt(read)
      Issue.record("signed in")
    } catch {
      #expect(
        error.code == "AZU0005" && error.message.contains("access.clientSecret")
          && error.message.contains("AADSTS7000215"))
      #expect(!error.message.contains("canary") && !error.message.contains("Trace"))
    }
  }

  @Test("a first refusal counts for all calls") func acceptance() async throws {
    var world = AzureWorld()
    world.access = ["method": "accountKey", "key": "env:K"]
    world.transport = ScriptedTransport(Reply(403, headers: [Header("x-ms-error-code", "AuthenticationFailed")]))
    let connection = try world.connect()
    let reply = try await connection.attempt(blob)
    #expect(connection.transientFailure(reply, to: blob)?.message.contains("access.key") == true)
    await #expect(throws: CallFailure.self) { _ = try await connection.attempt(self.blob) }
    #expect(world.transport.requests.count == 1)
  }

  @Test("plain HTTP needs insecure: allow, for every address", arguments: ["endpoint", "resourceManager", "authority"])
  func plain(_ field: String) throws {
    var world = AzureWorld()
    world.settings[field] = "http://127.0.0.1:1"
    #expect(throws: CallFailure.self) { _ = try world.connect() }
    world.settings["insecure"] = "allow"
    #expect(try world.connect().chosenEndpoints == ["http://127.0.0.1:1"])
  }

  @Test("emulators have the account in the path, private endpoints in the host") func endpoints() throws {
    var world = AzureWorld()
    world.settings["endpoint"] = "https://127.0.0.1:10000/devstoreaccount1"
    #expect(try world.connect().url(for: blob) == "https://127.0.0.1:10000/acmereports/daily?restype=container")
    world.settings["endpoint"] = "https://acmereports.privatelink.blob.core.windows.net"
    #expect(
      try world.connect().url(for: blob)
        == "https://acmereports.privatelink.blob.core.windows.net/daily?restype=container")
  }

  @Test("who is signed in: the subscription, the principal of the token; another tenant and a hidden one stop all")
  func identity() async throws {
    func identify(_ reply: Reply) async throws -> ProcedureRun<SignedInIdentity> {
      var world = AzureWorld()
      world.access = ["method": "managedIdentity"]
      world.transport = ScriptedTransport { request, _ in answers(request, document: reply) }
      let connection = try world.connect()
      let question = try #require(connection.identify())
      let answer = try await connection.attempt(IdentifySubscription.call(connection.site))
      return ProcedureRun(question) { _ in answer }
    }
    let subscription: Value = "00000000-AAAA-BBBB-CCCC-000000000002"
    let good = try await identify(
      .arm(200, ["subscriptionId": subscription, "tenantId": "00000000-aaaa-bbbb-cccc-000000000001"]))
    #expect(good.output?.account == "00000000-aaaa-bbbb-cccc-000000000002")
    #expect(good.output?.principal == "application A (object O)")
    #expect(good.output?.source == "the managed identity of the machine")
    let other = try await identify(.arm(200, ["subscriptionId": subscription, "tenantId": "another"]))
    #expect(other.failure?.code == "AZU0009" && other.failure?.kind == .unauthenticated)
    #expect(try await identify(.armError(404, "SubscriptionNotFound")).failure?.code == "AZU0008")
    #expect(try await identify(.arm(200, ["value": []])).failure?.kind == .unsupported)
    var key = AzureWorld()
    key.access = ["method": "accountKey", "key": "env:K"]
    let connection = try key.connect()
    #expect(connection.identify() == nil && connection.declaredAccount == nil)
  }

  @Test("what is busy is asked again; redirections are not followed") func verdicts() throws {
    let connection = try AzureWorld().connect()
    let busy = Reply.armError(409, "StorageAccountOperationInProgress")
    #expect(connection.transientFailure(busy, to: read)?.kind == .throttled(retryAfter: nil))
    let later = Reply(429, headers: [Header("Retry-After", "7")])
    #expect(connection.transientFailure(later, to: read)?.kind == .throttled(retryAfter: .seconds(7)))
    for status in [404, 405, 412, 501] { #expect(connection.transientFailure(Reply(status), to: read) == nil) }
    #expect(connection.transientFailure(.armError(409, "StorageAccountAlreadyTaken"), to: read) == nil)
    let moved = Reply(302, headers: [Header("Location", "https://evil.example")])
    #expect(connection.transientFailure(moved, to: read)?.code == "AZU0007")
  }
}
