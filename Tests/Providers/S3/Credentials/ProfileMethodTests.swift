import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import S3Provider

@Suite("S3 credentials: credential_process, SSO")
struct ProfileMethodTests {
  private func world(_ config: String, transport: ScriptedTransport = ScriptedTransport(Reply(status: 200)))
    -> ConnectionWorld
  {
    ConnectionWorld(
      access: fields(["method": "profile", "profile": "work"]), files: ["/home/ana/.aws/config": config],
      transport: transport)
  }

  private func failure(_ world: ConnectionWorld) async -> CallFailure? {
    do throws(CallFailure) {
      _ = try await world.connect().attempt(.getCORS)
      return nil
    } catch {
      return error
    }
  }

  // MARK: credential_process

  @Test(
    "A line is split as a shell would, and nothing in it is expanded",
    arguments: [
      ("/opt/keys --user ana", ["/opt/keys", "--user", "ana"]),
      (#""/opt/my keys" 'a b'"c d" e\ f"#, ["/opt/my keys", "a bc d", "e f"]),
      (#"x "" '' "\"" "\n" '\n' $HOME ~ `id` ; |"#, ["x", "", "", "\"", "\\n", "\\n", "$HOME", "~", "`id`", ";", "|"]),
      ("  ", []),
    ])
  func words(line: String, words: [String]) { #expect(CredentialProcess.words(line) == words) }

  @Test("A quote without an end is refused")
  func openQuote() {
    #expect(CredentialProcess.words("a 'b") == nil)
    #expect(CredentialProcess.words("a b\\") == nil)
  }

  @Test("A program's keys sign, and are asked for again before they expire")
  func process() async throws {
    let clock = Counter()
    let calls = Counter()
    var world = world("[profile work]\ncredential_process = /opt/keys \"for me\"\n")
    world.programs["/opt/keys for me"] =
      #"{"Version":1,"AccessKeyId":"ASIAONE","SecretAccessKey":"s","SessionToken":"t","Expiration":"2013-05-24T03:00:00+02:00"}"#
    world.now = { 1_369_353_600 + Double(clock.value) * 60 }
    var environment = world.environment
    let output = environment.output
    environment.output = { (program) throws(CallFailure) in
      _ = calls.increment()
      #expect(program.namedIn == "~/.aws/config")
      return try output(program)
    }
    let connection = try world.connect(environment)
    _ = try await connection.attempt(.getCORS)
    #expect(world.transport.requests.last?.accessKeyId == "ASIAONE")
    // Good until 01:00: used at 00:54, asked for again at 00:56, and left alone for a while then.
    for (minute, asked) in [(54, 1), (56, 2), (56, 2), (57, 3)] {
      while clock.value < minute { _ = clock.increment() }
      _ = try await connection.attempt(.getCORS)
      #expect(calls.value == asked, "at minute \(minute)")
    }
  }

  @Test("What a program prints wrongly is told without being shown")
  func badOutput() async throws {
    for (printed, words) in [
      ("canary", "no JSON"), (#"{"Version":2,"AccessKeyId":"canary"}"#, "not Version 1"),
      (#"{"Version":1,"AccessKeyId":"canary"}"#, "without SecretAccessKey"),
      (
        #"{"Version":1,"AccessKeyId":"a","SecretAccessKey":"canary","Expiration":"2013-05-23T00:00:00Z"}"#,
        "expired at 2013-05-23T00:00:00Z"
      ),
      (#"{"Version":1,"AccessKeyId":"a","SecretAccessKey":"canary","Expiration":"soon"}"#, "is no instant"),
    ] {
      var world = world("[profile work]\ncredential_process = /opt/keys\n")
      world.programs["/opt/keys"] = printed
      let failure = try #require(await failure(world))
      #expect(failure.message.contains("profile work: credential_process: /opt/keys printed"))
      #expect(failure.message.contains(words) && !failure.message.contains("canary"), "\(failure.message)")
    }
    #expect(await failure(world("[profile work]\ncredential_process = gone\n"))?.code == "SEC0006")
  }

  @Test("Keys of the credentials file come before the program, those of the config file after it")
  func processOrder() async throws {
    var world = world("[profile work]\ncredential_process = p\naws_access_key_id = AKIDC\naws_secret_access_key = s\n")
    world.programs["p"] = #"{"Version":1,"AccessKeyId":"AKIDP","SecretAccessKey":"s"}"#
    _ = try await world.connect().attempt(.getCORS)
    #expect(world.transport.requests.last?.accessKeyId == "AKIDP")
    world.files["/home/ana/.aws/credentials"] = "[work]\naws_access_key_id = AKIDF\naws_secret_access_key = s\n"
    _ = try await world.connect().attempt(.getCORS)
    #expect(world.transport.requests.last?.accessKeyId == "AKIDF")
  }

  // MARK: SSO

  private static let sso = """
    [profile work]
    sso_session = corp
    sso_account_id = 111122223333
    sso_role_name = Storage
    [sso-session corp]
    sso_region = eu-central-1
    sso_start_url = https://corp.awsapps.com/start
    [profile legacy]
    sso_start_url = https://corp.awsapps.com/start
    sso_region = us-gov-west-1
    sso_account_id = 111122223333
    sso_role_name = Storage
    """
  /// SHA-1 of `corp` and of the start URL, by another implementation.
  private static let cache = "/home/ana/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json"
  private static let legacyCache = "/home/ana/.aws/sso/cache/a51746d4aa793ae07b25e90c3a5db96fc7832bd7.json"

  private static func token(until: String, more: String = "") -> String {
    #"{"startUrl":"https://corp.awsapps.com/start","accessToken":"canary-one","expiresAt":"\#(until)"\#(more)}"#
  }
  private static let renewing =
    #","clientId":"id","clientSecret":"canary-cs","refreshToken":"canary-rt","registrationExpiresAt":"2014-01-01T00:00:00Z""#

  /// Knows `canary-one` and `canary-two`, and renews by `canary-rt`.
  private static func identityCenter(refresh: Int = 200) -> ScriptedTransport {
    ScriptedTransport { (request, _) in
      if request.url.contains("oidc.") {
        guard refresh == 200 else { return Reply(status: refresh, body: Array(#"{"error":"invalid_grant"}"#.utf8)) }
        return Reply(
          status: 200,
          body: Array(#"{"accessToken":"canary-two","expiresIn":28800,"refreshToken":"canary-rt2"}"#.utf8))
      }
      guard request.url.contains("portal.sso.") else { return Reply(status: 200) }
      let token = request.header("x-amz-sso_bearer_token") ?? ""
      guard ["canary-one", "canary-two"].contains(token) else { return Reply(status: 401, body: Array(token.utf8)) }
      return Reply(
        status: 200,
        body: Array(
          (#"{"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"s","sessionToken":"t","#
            + #""expiration":1369357200000}}"#).utf8))
    }
  }

  private func ssoWorld(_ token: String?, refresh: Int = 200, profile: String = "work") -> ConnectionWorld {
    var world = world(Self.sso, transport: Self.identityCenter(refresh: refresh))
    world.access = fields(["method": "profile", "profile": .string(profile)])
    world.files[profile == "work" ? Self.cache : Self.legacyCache] = token
    return world
  }

  @Test("The token of aws sso login gets the keys of the profile's role")
  func sessionToken() async throws {
    let world = ssoWorld(Self.token(until: "2013-05-24T08:00:00Z"))
    _ = try await world.connect().attempt(.getCORS)
    #expect(
      world.transport.requests[0].url
        == "https://portal.sso.eu-central-1.amazonaws.com/federation/credentials"
        + "?role_name=Storage&account_id=111122223333")
    #expect(world.transport.requests.last?.accessKeyId == "ASIASSO")
    #expect(world.written.files.isEmpty)
  }

  @Test("The legacy form has its token under the start URL's name")
  func legacy() async throws {
    let world = ssoWorld(Self.token(until: "2013-05-24T08:00:00UTC"), profile: "legacy")
    _ = try await world.connect().attempt(.getCORS)
    #expect(world.transport.requests[0].url.hasPrefix("https://portal.sso.us-gov-west-1.amazonaws.com/"))
    let missing = try #require(await failure(ssoWorld(nil, profile: "legacy")))
    #expect(missing.message.contains("aws sso login --profile legacy"))
  }

  @Test("A token near its end is renewed, and the file keeps the new one and everything else")
  func refresh() async throws {
    let world = ssoWorld(Self.token(until: "2013-05-24T00:01:00Z", more: Self.renewing))
    _ = try await world.connect().attempt(.getCORS)
    let asked = world.transport.requests[0]
    #expect(asked.url == "https://oidc.eu-central-1.amazonaws.com/token")
    #expect(
      String(decoding: asked.body, as: UTF8.self)
        == #"{"clientId":"id","clientSecret":"canary-cs","grantType":"refresh_token","refreshToken":"canary-rt"}"#)
    #expect(world.transport.requests[1].header("x-amz-sso_bearer_token") == "canary-two")
    let kept = try ValueJSON.decode(Array(try #require(world.written.files.values.first).utf8))
    #expect(world.written.files.keys.first == "~" + Self.cache.dropFirst("/home/ana".count))
    #expect(kept["accessToken"] == "canary-two" && kept["refreshToken"] == "canary-rt2")
    #expect(kept["expiresAt"] == "2013-05-24T08:00:00Z" && kept["clientId"] == "id")
    #expect(kept["startUrl"] == "https://corp.awsapps.com/start")
  }

  @Test("A session that is over names the command that begins another, and nothing of it is shown")
  func over() async throws {
    let gone = Self.token(until: "2013-05-23T00:00:00Z")
    for (world, words) in [
      (ssoWorld(nil), "nobody has signed in yet"), (ssoWorld("{}"), "nobody has signed in yet"),
      (ssoWorld(gone), "its session expired at 2013-05-23T00:00:00Z"),
      (ssoWorld(Self.token(until: "2013-05-23T00:00:00Z", more: Self.renewing), refresh: 400), "its session expired"),
      (
        ssoWorld(gone.replacing("canary-one", "canary-revoked").replacing("05-23", "05-25")),
        "its session is no longer good"
      ),
    ] {
      let failure = try #require(await failure(world))
      #expect(failure.code == "AWS0020" && failure.kind == .unauthenticated)
      #expect(failure.message.contains(words) && failure.message.contains("aws sso login --sso-session corp"))
      #expect(!failure.message.contains("canary"), "\(failure.message)")
    }
  }

  @Test("A passing trouble of the renewal uses a token that is still good, and stays a passing one else")
  func passing() async throws {
    let good = ssoWorld(Self.token(until: "2013-05-24T00:01:00Z", more: Self.renewing), refresh: 500)
    _ = try await good.connect().attempt(.getCORS)
    #expect(good.transport.requests.last?.accessKeyId == "ASIASSO")
    let gone = ssoWorld(Self.token(until: "2013-05-23T00:00:00Z", more: Self.renewing), refresh: 429)
    #expect(await failure(gone)?.kind == .throttled(retryAfter: nil))
  }

  @Test("An SSO profile takes on a role for another profile")
  func ssoAsSource() async throws {
    var world = ssoWorld(Self.token(until: "2013-05-24T08:00:00Z"))
    world.files["/home/ana/.aws/config"] =
      Self.sso + "\n[profile apply]\nrole_arn = arn:aws:iam::111122223333:role/apply\nsource_profile = work\n"
    world.access = fields(["method": "profile", "profile": "apply"])
    #expect(await failure(world)?.code == "AWS0005")
    #expect(world.transport.requests.last?.accessKeyId == "ASIASSO")
    #expect(world.transport.requests.last?.url == "https://sts.eu-west-1.amazonaws.com/")
  }
}
