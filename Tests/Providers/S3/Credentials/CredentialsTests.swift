import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import S3Provider

@Suite("S3 credentials: sources")
struct CredentialsTests {
  /// The id of the key that signed the first request.
  private func keyId(_ world: ConnectionWorld) async throws -> String? {
    _ = try await world.connect().attempt(.getCORS)
    return world.transport.requests.last?.accessKeyId
  }

  private func failure(_ world: ConnectionWorld) async -> CallFailure? {
    do throws(CallFailure) {
      _ = try await world.connect().attempt(.getCORS)
      return nil
    } catch {
      return error
    }
  }

  private func world(_ access: Value, _ variables: [String: String] = [:], _ files: [String: String] = [:])
    -> ConnectionWorld
  {
    ConnectionWorld(access: fields(access), variables: variables, files: files)
  }

  private static let environment = [
    "AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "tok",
  ]
  private static let credentials = """
    # keys
    [default]
    aws_access_key_id = AKIDFILE
    aws_secret_access_key = a+b/c#d   ; comment

    [work]
    aws_access_key_id=AKIDWORK
    aws_secret_access_key=s
    aws_session_token=tok
    """

  @Test("The environment comes first, with its session token")
  func environmentFirst() async throws {
    let world = world([:], Self.environment, ["/home/ana/.aws/credentials": Self.credentials])
    #expect(try await keyId(world) == "AKIDENV")
    #expect(world.transport.requests.first?.header("x-amz-security-token") == "tok")
    #expect(try await keyId(self.world(["method": "env"], Self.environment)) == "AKIDENV")
  }

  @Test("Then the profile: default, AWS_PROFILE, or the one that is named; the files can be elsewhere")
  func profiles() async throws {
    let files = ["/home/ana/.aws/credentials": Self.credentials]
    #expect(try await keyId(world([:], [:], files)) == "AKIDFILE")
    #expect(try await keyId(world([:], ["AWS_PROFILE": "work"], files)) == "AKIDWORK")
    #expect(try await keyId(world(["method": "profile", "profile": "work"], [:], files)) == "AKIDWORK")
    #expect(
      try await keyId(
        world(
          ["method": "profile"], ["AWS_SHARED_CREDENTIALS_FILE": "~/keys"], ["/home/ana/keys": Self.credentials]))
        == "AKIDFILE")
    // method: profile doesn't look at the environment.
    #expect(try await keyId(world(["method": "profile"], Self.environment, files)) == "AKIDFILE")
  }

  @Test("Keys of the credentials file win over those of the config file")
  func precedence() async throws {
    let config = "[profile work]\naws_access_key_id = AKIDCONFIG\naws_secret_access_key = t\nregion = x\n"
    let both = ["/home/ana/.aws/credentials": Self.credentials, "/home/ana/.aws/config": config]
    #expect(try await keyId(world(["method": "profile", "profile": "work"], [:], both)) == "AKIDWORK")
    let one = ["/home/ana/.aws/config": config]
    #expect(try await keyId(world(["method": "profile", "profile": "work"], [:], one)) == "AKIDCONFIG")
  }

  @Test("A chain without an end lists every place tried, and why each had nothing")
  func everySource() async throws {
    var world = world([:], ["AWS_ACCESS_KEY_ID": "x"], ["/home/ana/.aws/config": "[profile other]\n"])
    world.transport = ScriptedTransport { (_, _) throws(CallFailure) in
      throw CallFailure(.unavailable, code: "ConnectFailed", "nobody there")
    }
    let failure = try #require(await failure(world))
    #expect(failure.kind == .unauthenticated)
    #expect(failure.code == "AWS0003")
    #expect(
      failure.message == """
        connection "store" (access): no credentials; tried
          - environment: AWS_SECRET_ACCESS_KEY is not set
          - web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set
          - profile default: not in ~/.aws/config
          - profile default: ~/.aws/credentials is not there
          - container: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and AWS_CONTAINER_CREDENTIALS_FULL_URI are not set
          - instance metadata: nothing answers at http://169.254.169.254 (ConnectFailed)
        """)
    #expect(world.transport.requests.map(\.url) == ["http://169.254.169.254/latest/api/token"])
    world.variables["AWS_EC2_METADATA_DISABLED"] = "true"
    #expect(await self.failure(world)?.message.contains("switched off by AWS_EC2_METADATA_DISABLED") == true)
    #expect(world.transport.requests.count == 1)
  }

  @Test("A reference without a value names the field and the reference")
  func unresolved() async throws {
    var world = ConnectionWorld()
    world.secrets["env:SECRET"] = nil
    let failure = try #require(await failure(world))
    #expect(failure.code == "SEC0001")
    #expect(
      failure.message == "connection \"store\": access.secretAccessKey: "
        + "connections.store.access.secretAccessKey: env:SECRET has no value")
    world.secrets["env:SECRET"] = ""
    #expect(await self.failure(world)?.message.contains("empty") == true)
  }

  @Test("The shared files: nested keys, comments, blanks and unknown lines")
  func format() {
    let file = SharedConfigFile(
      """
      stray = 1
      [profile  a]
      s3 =
        addressing_style = path
        max = 2
      region = eu-west-1 # here
      key = a#b;c
      role_arn=arn:aws:iam::1:role/x=y
      [default]
      ; nothing
      region=us-east-1\r
      """)
    #expect(file.sections.keys.sorted() == ["default", "profile a"])
    #expect(
      file.configProfile("a") == [
        "s3": "", "s3.addressing_style": "path", "s3.max": "2", "region": "eu-west-1", "key": "a#b;c",
        "role_arn": "arn:aws:iam::1:role/x=y",
      ])
    #expect(file.configProfile("default")?["region"] == "us-east-1")
    #expect(file.configProfile("none") == nil)
  }
}

@Suite("S3 credentials: roles and renewal")
struct CredentialRoleTests {
  private static func assumed(_ id: String, until: String) -> Reply {
    .xml(
      200,
      """
      <AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>\(id)</AccessKeyId><SecretAccessKey>s2\
      </SecretAccessKey><SessionToken>role-token</SessionToken><Expiration>\(until)</Expiration></Credentials>\
      </AssumeRoleResult></AssumeRoleResponse>
      """)
  }

  private static let role: Value = [
    "method": "assumeRole", "roleArn": "arn:aws:iam::111122223333:role/plan", "externalId": "x y",
    "sessionName": "ci", "duration": "1h",
    "source": ["method": "static", "accessKeyId": "env:KEY", "secretAccessKey": "env:SECRET"],
  ]

  /// STS gives `keys` in turn; S3 always says yes.
  private static func service(_ keys: [Reply]) -> ScriptedTransport {
    let next = Counter()
    return ScriptedTransport { (request, _) in
      request.url.contains("sts.") ? keys[min(next.increment(), keys.count - 1)] : Reply(status: 200)
    }
  }

  @Test("A role is taken on once for many calls, with external id, session name and duration")
  func assumeRole() async throws {
    let world = ConnectionWorld(
      access: fields(Self.role), transport: Self.service([Self.assumed("ASIAROLE", until: "2013-05-24T01:00:00Z")]))
    let connection = try world.connect()
    await withTaskGroup { group in
      for _ in 0..<20 { group.addTask { _ = try? await connection.attempt(.getCORS) } }
    }
    let requests = world.transport.requests
    let asked = requests.filter { $0.url.contains("sts.") }
    #expect(asked.count == 1)
    #expect(asked[0].accessKeyId == "AKIDEXAMPLE")
    #expect(
      String(decoding: asked[0].body, as: UTF8.self)
        == "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fplan"
        + "&RoleSessionName=ci&ExternalId=x%20y&DurationSeconds=3600")
    #expect(requests.count == 21)
    #expect(requests.last?.accessKeyId == "ASIAROLE")
    #expect(requests.last?.header("x-amz-security-token") == "role-token")
  }

  @Test("A session is renewed before it expires")
  func renewal() async throws {
    let clock = Counter()
    var world = ConnectionWorld(
      access: fields(Self.role),
      transport: Self.service([
        Self.assumed("ASIAONE", until: "2013-05-24T01:00:00Z"), Self.assumed("ASIATWO", until: "2013-05-24T03:00:00Z"),
      ]))
    world.now = { 1_369_353_600 + Double(clock.value) * 60 }
    let connection = try world.connect()
    for (minutes, key) in [(0, "ASIAONE"), (54, "ASIAONE"), (56, "ASIATWO"), (100, "ASIATWO")] {
      while clock.value < minutes { _ = clock.increment() }
      _ = try await connection.attempt(.getCORS)
      #expect(world.transport.requests.last?.accessKeyId == key, "after \(minutes) minutes")
    }
  }

  @Test("A session that the store calls expired is renewed once and the call sent again")
  func expired() async throws {
    let keys = Counter()
    let transport = ScriptedTransport { (request, _) in
      if request.url.contains("sts.") {
        return Self.assumed(keys.increment() == 0 ? "ASIAONE" : "ASIATWO", until: "2013-05-24T01:00:00Z")
      }
      return request.accessKeyId == "ASIAONE" ? .s3Error(400, "ExpiredToken") : Reply(status: 200)
    }
    let connection = try ConnectionWorld(access: fields(Self.role), transport: transport).connect()
    #expect(try await connection.attempt(.getCORS).status == 200)
    #expect(transport.requests.count == 4)
  }

  @Test("A role that is refused says who asked for which role; a passing trouble stays one")
  func refused() async throws {
    for (reply, kind) in [
      (Reply.s3Error(403, "AccessDenied"), CallFailure.Kind.unauthenticated), (Reply(status: 500), .unavailable),
    ] {
      let world = ConnectionWorld(access: fields(Self.role), transport: ScriptedTransport(reply))
      let connection = try world.connect()
      do throws(CallFailure) {
        _ = try await connection.attempt(.getCORS)
        Issue.record("no failure")
      } catch {
        #expect(error.kind == kind)
        #expect(error.code == "AWS0005")
        #expect(error.message.contains("role/plan") && error.message.contains("access.source.accessKeyId (env:KEY)"))
      }
    }
  }

  @Test("Profiles lead to roles over source_profile and credential_source, and never in a circle")
  func profileChain() async throws {
    let config = """
      [profile apply]
      role_arn = arn:aws:iam::111122223333:role/apply
      source_profile = middle
      [profile middle]
      role_arn = arn:aws:iam::111122223333:role/middle
      source_profile = base
      external_id = e
      [profile base]
      aws_access_key_id = AKIDBASE
      aws_secret_access_key = s
      [profile env]
      role_arn = arn:aws:iam::111122223333:role/env
      credential_source = Environment
      [profile self]
      role_arn = arn:aws:iam::111122223333:role/self
      source_profile = self
      aws_access_key_id = AKIDSELF
      aws_secret_access_key = s
      [profile round]
      role_arn = arn:aws:iam::111122223333:role/round
      source_profile = about
      [profile about]
      role_arn = arn:aws:iam::111122223333:role/about
      source_profile = round
      [profile sso]
      sso_session = x
      """
    func keys(_ profile: String) async -> ([String?], CallFailure?) {
      let world = ConnectionWorld(
        access: fields(["method": "profile", "profile": .string(profile)]),
        variables: ["AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "s"],
        files: ["/home/ana/.aws/config": config],
        transport: Self.service([
          Self.assumed("ASIAONE", until: "2013-05-24T01:00:00Z"),
          Self.assumed("ASIATWO", until: "2013-05-24T01:00:00Z"),
        ]))
      do throws(CallFailure) {
        _ = try await world.connect().attempt(.getCORS)
        return (world.transport.requests.map(\.accessKeyId), nil)
      } catch {
        return ([], error)
      }
    }
    #expect(await keys("apply").0 == ["AKIDBASE", "ASIAONE", "ASIATWO"])
    #expect(await keys("env").0 == ["AKIDENV", "ASIAONE"])
    #expect(await keys("self").0 == ["AKIDSELF", "ASIAONE"])
    #expect(await keys("round").1?.message.contains("round → about → round") == true)
    #expect(await keys("sso").1?.message.contains("there is no [sso-session x]") == true)
  }
}
