import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import S3Provider

@Suite("S3 credentials: instance, container")
struct MetadataTests {
  static let keys =
    #"{"Code":"Success","AccessKeyId":"ASIAROLE","SecretAccessKey":"s","Token":"canary-token","Expiration":"2013-05-24T06:00:00Z"}"#

  /// An instance whose metadata service has version 2 only; everything else answers 200.
  static func instance(role: String? = "web", keys: String = keys) -> ScriptedTransport {
    ScriptedTransport { (request, _) in
      guard request.url.contains("/latest/") else { return Reply(status: 200) }
      if request.url.hasSuffix("/latest/api/token") {
        guard request.method == .put, request.header("x-aws-ec2-metadata-token-ttl-seconds") == "300" else {
          return Reply(status: 400)
        }
        return Reply(status: 200, body: Array("session==".utf8))
      }
      guard request.header("x-aws-ec2-metadata-token") == "session==" else { return Reply(status: 401) }
      guard let role else { return Reply(status: 404) }
      let isList = request.url.hasSuffix("security-credentials/")
      return Reply(status: 200, body: Array((isList ? role + "\n" : keys).utf8))
    }
  }

  @Test("IMDSv2: a session with a time limit, the role's name, its keys; no proxy, no version 1")
  func instanceRole() async throws {
    for access: Value in [[:], ["method": "instance"]] {
      let world = ConnectionWorld(access: fields(access), transport: Self.instance())
      _ = try await world.connect().attempt(.getCORS)
      let requests = world.transport.requests
      #expect(
        requests.map { "\($0.method.rawValue) \($0.url)" }.prefix(3) == [
          "PUT http://169.254.169.254/latest/api/token",
          "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/",
          "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/web",
        ])
      #expect(requests.prefix(3).allSatisfy { $0.bypassesProxies })
      #expect(requests.last?.bypassesProxies == false)
      #expect(requests.last?.accessKeyId == "ASIAROLE")
      #expect(requests.last?.header("x-amz-security-token") == "canary-token")
    }
  }

  @Test(
    "The environment says where the metadata service is, and plain HTTP leaves the machine to its known addresses only",
    arguments: [
      ("http://127.0.0.1:1338", "http://127.0.0.1:1338/latest/api/token"),
      ("http://[fd00:ec2::254]", "http://[fd00:ec2::254]/latest/api/token"),
      ("https://imds.internal", "https://imds.internal/latest/api/token"), ("http://imds.internal", nil),
      ("http://127.evil.example", nil), ("http://10.0.0.1", nil),
    ])
  func metadataEndpoint(given: String, asked: String?) async {
    let world = ConnectionWorld(
      access: fields(["method": "instance"]), variables: ["AWS_EC2_METADATA_SERVICE_ENDPOINT": given],
      transport: Self.instance())
    let failure = await failure(world)
    #expect(world.transport.requests.first?.url == asked)
    #expect((failure == nil) == (asked != nil))
  }

  @Test("What an instance lacks is said: no role, no keys, keys that have expired, something else answering")
  func instanceWithout() async throws {
    let expired = Self.keys.replacing("2013-05-24T06", "2013-05-23T06")
    for (transport, words) in [
      (Self.instance(role: nil), "the instance has no role"),
      (Self.instance(role: "<html>"), "names no role"),
      (Self.instance(keys: "<html>"), "gives no JSON"),
      (Self.instance(keys: expired), "keys that expired at 2013-05-23T06:00:00Z"),
      (Self.instance(keys: #"{"Code":"AssumeRoleUnauthorizedAccess"}"#), "AssumeRoleUnauthorizedAccess"),
      (ScriptedTransport(Reply(status: 403)), "no session token (HTTP 403)"),
    ] {
      let world = ConnectionWorld(access: fields(["method": "instance"]), transport: transport)
      let failure = try #require(await failure(world))
      #expect(failure.code == "AWS0003" && failure.message.contains(words), "\(failure.message)")
    }
  }

  @Test("A metadata service that is busy stays a passing trouble, also at the end of the usual chain")
  func busy() async throws {
    for access: Value in [[:], ["method": "instance"]] {
      let world = ConnectionWorld(access: fields(access), transport: ScriptedTransport(Reply(status: 503)))
      #expect(await failure(world)?.kind == .throttled(retryAfter: nil))
    }
  }

  private func failure(_ world: ConnectionWorld) async -> CallFailure? {
    do throws(CallFailure) {
      _ = try await world.connect().attempt(.getCORS)
      return nil
    } catch {
      return error
    }
  }

  // MARK: Containers

  private func container(
    _ variables: [String: String], files: [String: String] = [:],
    _ reply: Reply = Reply(
      status: 200, body: Array(Self.keys.utf8))
  ) -> ConnectionWorld {
    ConnectionWorld(
      access: fields(["method": "container"]), variables: variables, files: files,
      transport: ScriptedTransport { (request, earlier) in earlier == 0 ? reply : Reply(status: 200) })
  }

  @Test("ECS: a path at 169.254.170.2; EKS: a whole URL with a token from a file that is read anew")
  func containerRole() async throws {
    var world = container(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/abc?x=1"])
    _ = try await world.connect().attempt(.getCORS)
    #expect(world.transport.requests[0].url == "http://169.254.170.2/v2/credentials/abc?x=1")
    #expect(world.transport.requests[0].header("Authorization") == nil)
    #expect(world.transport.requests[0].bypassesProxies)
    #expect(world.transport.requests[1].accessKeyId == "ASIAROLE")

    world = container(
      [
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/var/run/token", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "other",
      ], files: ["/var/run/token": "canary-bearer\n"])
    _ = try await world.connect().attempt(.getCORS)
    #expect(world.transport.requests[0].url == "http://169.254.170.23/v1/credentials")
    #expect(world.transport.requests[0].header("Authorization") == "canary-bearer")
  }

  @Test(
    "A container's URL over http:// is this machine's or one of the known addresses",
    arguments: [
      ("http://169.254.170.2/x", true), ("http://[fd00:ec2::23]/x", true), ("http://localhost:8080/x", true),
      ("http://127.0.0.2/x", true), ("http://[::1]:81/x", true), ("https://keys.example/x", true),
      ("http://keys.example/x", false), ("http://169.254.169.254/x", false), ("http://127.0.0.1.example/x", false),
      ("http://localhost@evil.example/x", false), ("ftp://localhost/x", false), ("http://[::1].evil.example/x", false),
    ])
  func allowedHosts(url: String, isAllowed: Bool) async {
    let world = container(["AWS_CONTAINER_CREDENTIALS_FULL_URI": url, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "canary"])
    let failure = await failure(world)
    #expect((failure == nil) == isAllowed, "\(failure?.message ?? "")")
    #expect(world.transport.requests.isEmpty != isAllowed)
  }

  @Test("A container that is set up and fails ends the usual chain: nobody goes on as somebody else")
  func containerFails() async throws {
    var world = container(
      ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"], Reply(status: 403, body: Array("canary".utf8)))
    world.access = ValueMap()
    let refused = try #require(await failure(world))
    #expect(refused.message.contains("container: http://169.254.170.2 gives no keys (HTTP 403)"))
    #expect(refused.message.contains("profile default") && !refused.message.contains("instance metadata"))
    #expect(!refused.message.contains("canary"))
    #expect(world.transport.requests.count == 1)

    world = container(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"], Reply(status: 500))
    #expect(await failure(world)?.kind == .unavailable)
    let variables = [
      "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "a\r\nHost: evil",
    ]
    #expect(await failure(container(variables))?.message.contains("no text that a header can carry") == true)
  }
}

extension String {
  /// The text with every occurrence of another replaced; the standard library's own comes with Foundation.
  func replacing(_ old: String, _ new: String) -> String {
    var result = ""
    var rest = self[...]
    while !rest.isEmpty {
      if rest.hasPrefix(old) {
        result += new
        rest = rest.dropFirst(old.count)
      } else {
        result.append(rest.removeFirst())
      }
    }
    return result
  }
}
