import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import S3Provider

@Suite("S3 credentials: web identity")
struct WebIdentityTests {
  private static let arn = "arn:aws:iam::111122223333:role/ci"

  private static func answer(_ action: String = "AssumeRoleWithWebIdentity") -> Reply {
    .xml(
      200,
      """
      <\(action)Response><\(action)Result><Credentials><AccessKeyId>ASIAWEB</AccessKeyId><SecretAccessKey>s\
      </SecretAccessKey><SessionToken>t</SessionToken><Expiration>2013-05-24T01:00:00Z</Expiration></Credentials>\
      </\(action)Result></\(action)Response>
      """)
  }

  /// STS, and GitHub's token service.
  private static var services: ScriptedTransport {
    ScriptedTransport { (request, _) in
      if request.url.contains("actions.example") {
        return request.header("Authorization") == "Bearer canary-bearer"
          ? Reply(status: 200, body: Array(#"{"count":1,"value":"canary.jwt"}"#.utf8))
          : Reply(status: 401, body: Array("canary-bearer".utf8))
      }
      return request.url.contains("sts.") ? answer() : Reply(status: 200)
    }
  }

  private static func services(_ reply: Reply) -> ScriptedTransport {
    ScriptedTransport { (request, _) in request.url.contains("sts.") ? reply : Reply(status: 200) }
  }

  private static let github = [
    "ACTIONS_ID_TOKEN_REQUEST_URL": "https://actions.example/token?api-version=2.0",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "canary-bearer",
  ]

  private func failure(_ world: ConnectionWorld) async -> CallFailure? {
    do throws(CallFailure) {
      _ = try await world.connect().attempt(.getCORS)
      return nil
    } catch {
      return error
    }
  }

  @Test("EKS: the variables of the pod, unsigned, before what else a profile has, after its role")
  func pod() async throws {
    let config = "[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = s\n"
    var world = ConnectionWorld(
      access: ValueMap(),
      variables: [
        "AWS_WEB_IDENTITY_TOKEN_FILE": "/var/run/secrets/token", "AWS_ROLE_ARN": Self.arn,
        "AWS_ROLE_SESSION_NAME": "pod-7",
      ], files: ["/var/run/secrets/token": "canary.jwt\n", "/home/ana/.aws/config": config],
      transport: Self.services(Self.answer()))
    _ = try await world.connect().attempt(.getCORS)
    let asked = world.transport.requests[0]
    #expect(asked.url == "https://sts.eu-west-1.amazonaws.com/")
    #expect(asked.header("Authorization") == nil && asked.header("x-amz-date") == nil)
    #expect(
      String(decoding: asked.body, as: UTF8.self)
        == "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fci"
        + "&RoleSessionName=pod-7&WebIdentityToken=canary.jwt")
    #expect(world.transport.requests[1].accessKeyId == "ASIAWEB")

    world.variables["AWS_ROLE_ARN"] = nil
    let failure = try #require(await failure(world))
    #expect(failure.message.contains("AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN is not"))
    world.variables["AWS_ROLE_ARN"] = Self.arn
    world.files["/home/ana/.aws/config"] = "[default]\nrole_arn = \(Self.arn)2\ncredential_source = Environment\n"
    #expect(await self.failure(world)?.message.contains("AWS_ACCESS_KEY_ID") == true)
  }

  @Test("A profile with a token file takes on its role with the token")
  func profileFile() async throws {
    let world = ConnectionWorld(
      access: fields(["method": "profile", "profile": "ci"]),
      files: [
        "/home/ana/.aws/config": """
        [profile ci]
        role_arn = \(Self.arn)
        web_identity_token_file = /run/token
        role_session_name = named
        duration_seconds = 900
        """, "/run/token": "canary.jwt",
      ], transport: Self.services(Self.answer()))
    _ = try await world.connect().attempt(.getCORS)
    #expect(
      String(decoding: world.transport.requests[0].body, as: UTF8.self).hasSuffix(
        "&RoleSessionName=named&WebIdentityToken=canary.jwt&DurationSeconds=900"))
  }

  @Test("GitHub Actions is asked for a token for the audience, which is STS unless the YAML says another")
  func gitHub() async throws {
    for (audience, item) in [(nil, "sts.amazonaws.com"), ("acme storage", "acme%20storage")] as [(Value?, String)] {
      var access = fields(["method": "webIdentity", "roleArn": .string(Self.arn), "duration": "1h"])
      if let audience { access["audience"] = audience }
      let world = ConnectionWorld(access: access, variables: Self.github, transport: Self.services)
      _ = try await world.connect().attempt(.getCORS)
      let asked = world.transport.requests[0]
      #expect(asked.url == "https://actions.example/token?api-version=2.0&audience=" + item)
      let body = String(decoding: world.transport.requests[1].body, as: UTF8.self)
      #expect(body.contains("WebIdentityToken=canary.jwt&DurationSeconds=3600"))
    }
  }

  @Test("A token by reference; without any the message says where one was looked for")
  func reference() async throws {
    var world = ConnectionWorld(
      access: fields(["method": "webIdentity", "roleArn": .string(Self.arn), "token": "env:JWT"]),
      transport: Self.services(Self.answer()))
    world.secrets["env:JWT"] = "canary.jwt"
    _ = try await world.connect().attempt(.getCORS)
    #expect(String(decoding: world.transport.requests[0].body, as: UTF8.self).contains("=canary.jwt"))
    world.access["token"] = nil
    let failure = try #require(await failure(world))
    #expect(failure.code == "AWS0003")
    #expect(failure.message.contains("AWS_WEB_IDENTITY_TOKEN_FILE is not set"))
    #expect(failure.message.contains("permissions: { id-token: write }"))
  }

  @Test("A refusal names role and token without repeating it, whoever does")
  func refused() async throws {
    let reply = Reply.xml(
      400,
      "<ErrorResponse><Error><Code>InvalidIdentityToken</Code><Message>canary.jwt is bad</Message></Error></ErrorResponse>"
    )
    let world = ConnectionWorld(
      access: fields(["method": "webIdentity", "roleArn": .string(Self.arn)]),
      variables: ["AWS_WEB_IDENTITY_TOKEN_FILE": "/t"], files: ["/t": "canary.jwt"], transport: Self.services(reply))
    let failure = try #require(await failure(world))
    #expect(failure.code == "AWS0021" && failure.kind == .unauthenticated)
    #expect(
      failure.message == "connection \"store\": the token in /t can't take on role \(Self.arn): InvalidIdentityToken: "
        + "(secret) is bad")
    var github = Self.github
    github["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = "wrong"
    let unknown = ConnectionWorld(
      access: fields(["method": "webIdentity", "roleArn": .string(Self.arn)]), variables: github,
      transport: Self.services)
    let words = try #require(await self.failure(unknown)).message
    #expect(words.contains("GitHub Actions gives no token (HTTP 401)") && !words.contains("canary"))
    github["ACTIONS_ID_TOKEN_REQUEST_URL"] = "http://actions.example/token"
    let plain = ConnectionWorld(
      access: fields(["method": "webIdentity", "roleArn": .string(Self.arn)]), variables: github)
    #expect(await self.failure(plain)?.message.contains("over http://") == true)
    #expect(plain.transport.requests.isEmpty)
  }

  @Test("A role is taken on with a web identity's role, and that one's session can't last longer than an hour")
  func hub() async throws {
    var access = fields([
      "method": "assumeRole", "roleArn": .string(Self.arn), "duration": "2h",
      "source": ["method": "webIdentity", "roleArn": .string(Self.arn)],
    ])
    var world = ConnectionWorld(
      access: access, variables: ["AWS_WEB_IDENTITY_TOKEN_FILE": "/t"], files: ["/t": "jwt"],
      transport: ScriptedTransport { (request, earlier) in
        earlier == 0 ? Self.answer() : earlier == 1 ? Self.answer("AssumeRole") : Reply(status: 200)
      })
    #expect(await failure(world)?.message.contains("an hour at most") == true)
    access["duration"] = "1h"
    world.access = access
    _ = try await world.connect().attempt(.getCORS)
    #expect(world.transport.requests.map(\.accessKeyId) == [nil, "ASIAWEB", "ASIAWEB"])
  }
}
