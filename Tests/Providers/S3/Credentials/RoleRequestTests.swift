import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import S3Provider

@Suite("S3 credentials: what STS is asked, where, and how often")
struct RoleRequestTests {
  private static func assumed(_ id: String, until: String = "2013-05-24T01:00:00Z") -> Reply {
    .xml(
      200,
      """
      <AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>\(id)</AccessKeyId><SecretAccessKey>s</SecretAccessKey>\
      <SessionToken>t</SessionToken><Expiration>\(until)</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>
      """)
  }

  private static func service(_ keys: String...) -> ScriptedTransport {
    let next = Counter()
    return ScriptedTransport { (request, _) in
      request.url.contains("sts") ? assumed(keys[min(next.increment(), keys.count - 1)]) : Reply(status: 200)
    }
  }

  private func role(_ arn: String, _ more: ValueMap = ValueMap()) -> ValueMap {
    var access = fields([
      "method": "assumeRole", "roleArn": .string(arn),
      "source": ["method": "static", "accessKeyId": "env:KEY", "secretAccessKey": "env:SECRET"],
    ])
    for pair in more { access[pair.key] = pair.value }
    return access
  }

  private static let arn = "arn:aws:iam::111122223333:role/apply"

  private func failure(_ world: ConnectionWorld) async -> CallFailure? {
    do throws(CallFailure) {
      _ = try await world.connect().attempt(.getCORS)
      return nil
    } catch {
      return error
    }
  }

  @Test("Session tags and those that stay for later roles")
  func tags() async throws {
    let more = fields([
      "sessionTags": ["team": "storage & more", "cost": "4711"], "transitiveTags": ["team"], "sessionName": "ci",
    ])
    let world = ConnectionWorld(access: role(Self.arn, more), transport: Self.service("ASIAONE"))
    _ = try await world.connect().attempt(.getCORS)
    #expect(
      String(decoding: world.transport.requests[0].body, as: UTF8.self).hasSuffix(
        "&RoleSessionName=ci&Tags.member.1.Key=cost&Tags.member.1.Value=4711&Tags.member.2.Key=team"
          + "&Tags.member.2.Value=storage%20%26%20more&TransitiveTagKeys.member.1=team"))
    let stray = role(Self.arn, fields(["sessionTags": ["team": "x"], "transitiveTags": ["other"]]))
    #expect(await failure(ConnectionWorld(access: stray))?.message.contains("other is none of sessionTags") == true)
    let many = ValueMap((0...50).map { ("t\($0)", .string("v")) })
    let full = ConnectionWorld(access: role(Self.arn, fields(["sessionTags": .map(many)])))
    #expect(await failure(full)?.message.contains("50 at most") == true)
  }

  @Test("A chain of roles, each with what its trust asks for")
  func chain() async throws {
    let links: Value = [
      ["roleArn": "arn:aws:iam::222233334444:role/hub", "externalId": "hub-id", "sessionTags": ["team": "a"]],
      ["roleArn": "arn:aws:iam::333344445555:role/middle"],
    ]
    let world = ConnectionWorld(
      access: role(Self.arn, fields(["chain": links, "externalId": "last"])),
      transport: Self.service("ONE", "TWO", "END"))
    _ = try await world.connect().attempt(.getCORS)
    #expect(world.transport.requests.map(\.accessKeyId) == ["AKIDEXAMPLE", "ONE", "TWO", "END"])
    let bodies = world.transport.requests.map { String(decoding: $0.body, as: UTF8.self) }
    #expect(
      bodies[0].contains("role%2Fhub") && bodies[0].contains("ExternalId=hub-id") && bodies[0].contains("Tags.member"))
    #expect(bodies[1].contains("role%2Fmiddle") && !bodies[1].contains("ExternalId"))
    #expect(bodies[2].contains("role%2Fapply") && bodies[2].contains("ExternalId=last"))
    let long = ConnectionWorld(access: role(Self.arn, fields(["chain": links, "duration": "90m"])))
    #expect(await failure(long)?.message.contains("an hour at most") == true)
  }

  @Test("A field that a source has no use for is refused")
  func strays() async throws {
    let source: Value = ["method": "env", "sessionName": "cooper", "profile": "work"]
    let world = ConnectionWorld(access: role(Self.arn, fields(["source": source])))
    #expect(await failure(world)?.message.contains("access.source.profile has no use with method: env") == true)
  }

  @Test(
    "STS is asked in the region; its global address only where the environment wants it; partitions have their own",
    arguments: [
      ("eu-west-1", "aws", nil, "https://sts.eu-west-1.amazonaws.com/", "eu-west-1"),
      ("eu-west-1", "aws", "legacy", "https://sts.amazonaws.com/", "us-east-1"),
      ("ap-east-1", "aws", "legacy", "https://sts.ap-east-1.amazonaws.com/", "ap-east-1"),
      ("us-gov-east-1", "aws-us-gov", "legacy", "https://sts.us-gov-east-1.amazonaws.com/", "us-gov-east-1"),
      ("cn-northwest-1", "aws-cn", nil, "https://sts.cn-northwest-1.amazonaws.com.cn/", "cn-northwest-1"),
      (nil, "aws", nil, "https://sts.us-east-1.amazonaws.com/", "us-east-1"),
      (nil, "aws-cn", nil, "https://sts.cn-north-1.amazonaws.com.cn/", "cn-north-1"),
      (nil, "aws-us-gov", nil, "https://sts.us-gov-west-1.amazonaws.com/", "us-gov-west-1"),
    ] as [(String?, String, String?, String, String)])
  func regions(region: String?, partition: String, endpoints: String?, url: String, signed: String) async throws {
    var world = ConnectionWorld(
      access: role("arn:\(partition):iam::111122223333:role/apply"), transport: Self.service("ASIAONE"))
    world.settings = region.map { fields(["region": .string($0)]) } ?? ValueMap()
    world.variables["AWS_STS_REGIONAL_ENDPOINTS"] = endpoints
    _ = try await world.connect().attempt(.getCORS)
    let asked = world.transport.requests[0]
    #expect(asked.url == url)
    #expect(asked.header("Authorization")?.contains("/\(signed)/sts/aws4_request") == true)
  }

  @Test("A role of another partition than the region's is refused before anything is sent")
  func foreignPartition() async throws {
    let world = ConnectionWorld(access: role("arn:aws-cn:iam::111122223333:role/apply"))
    let failure = try #require(await failure(world))
    #expect(failure.code == "AWS0022")
    #expect(world.transport.requests.isEmpty)
  }

  @Test(
    "S3 and IAM of each partition: address, signature, ARN",
    arguments: [
      ("eu-west-1", "https://acme.s3.eu-west-1.amazonaws.com/?cors", "https://iam.amazonaws.com/", "us-east-1", "aws"),
      (
        "us-gov-east-1", "https://acme.s3.us-gov-east-1.amazonaws.com/?cors", "https://iam.us-gov.amazonaws.com/",
        "us-gov-west-1", "aws-us-gov"
      ),
      (
        "cn-northwest-1", "https://acme.s3.cn-northwest-1.amazonaws.com.cn/?cors",
        "https://iam.cn-north-1.amazonaws.com.cn/", "cn-north-1", "aws-cn"
      ),
    ])
  func partitions(region: String, s3: String, iam: String, iamRegion: String, partition: String) async throws {
    var world = ConnectionWorld()
    world.settings = fields(["region": .string(region)])
    let connection = try world.connect()
    var read = Call.getCORS
    (read.region, read.bucket) = (nil, "acme")
    _ = try await connection.attempt(read)
    _ = try await connection.attempt(Call(.post, service: "iam", body: [1], permissions: []))
    let requests = world.transport.requests
    #expect(requests.map(\.url) == [s3, iam])
    #expect(requests[0].header("Authorization")?.contains("/\(region)/s3/") == true)
    #expect(requests[1].header("Authorization")?.contains("/\(iamRegion)/iam/") == true)
    #expect(connection.site.partition == partition)
    #expect(connection.dialect.bucketSupport.arn?("acme", region) == "arn:\(partition):s3:::acme")
  }

  @Test("A thousand calls at once ask STS once, at the start and again when the session nears its end")
  func singleFlight() async throws {
    let clock = Counter()
    let keys = Counter()
    var world = ConnectionWorld(
      access: role(Self.arn),
      transport: ScriptedTransport { (request, _) in
        guard request.url.contains("sts") else { return Reply(status: 200) }
        return keys.increment() == 0
          ? Self.assumed("ONE") : Self.assumed("TWO", until: "2013-05-24T09:00:00Z")
      })
    world.now = { 1_369_353_600 + Double(clock.value) * 60 }
    let connection = try world.connect()
    for (minute, asked) in [(0, 1), (30, 1), (56, 2), (500, 2)] {
      while clock.value < minute { _ = clock.increment() }
      await withTaskGroup { group in
        for _ in 0..<1_000 { group.addTask { _ = try? await connection.attempt(.getCORS) } }
      }
      #expect(keys.value == asked, "at minute \(minute)")
    }
    #expect(world.transport.requests.count == 4_002)
    #expect(world.transport.requests.last?.accessKeyId == "TWO")
  }

  @Test("While STS is down a session that is still good goes on, and STS isn't asked by every call")
  func downWhileGood() async throws {
    let clock = Counter()
    let asked = Counter()
    var world = ConnectionWorld(
      access: role(Self.arn),
      transport: ScriptedTransport { (request, _) in
        guard request.url.contains("sts") else { return Reply(status: 200) }
        return asked.increment() == 0 ? Self.assumed("ONE") : Reply(status: 503)
      })
    world.now = { 1_369_353_600 + Double(clock.value) * 60 }
    let connection = try world.connect()
    for (minute, count) in [(0, 1), (56, 2), (57, 3)] {
      while clock.value < minute { _ = clock.increment() }
      for _ in 0..<50 { #expect(try await connection.attempt(.getCORS).status == 200) }
      #expect(asked.value == count, "at minute \(minute)")
    }
    while clock.value < 61 { _ = clock.increment() }
    await #expect(throws: CallFailure.self) { try await connection.attempt(.getCORS) }
  }

  @Test("Sources of a profile's role: instance and container, and what can't be")
  func credentialSource() async throws {
    func world(_ lines: String, _ variables: [String: String] = [:]) -> ConnectionWorld {
      ConnectionWorld(
        access: fields(["method": "profile", "profile": "p"]), variables: variables,
        files: ["/home/ana/.aws/config": "[profile p]\nrole_arn = \(Self.arn)\n\(lines)\n"],
        transport: ScriptedTransport { (request, _) in
          if request.url.contains("sts.") { return Self.assumed("ASIAROLE2") }
          if request.url.contains("/api/token") { return Reply(status: 200, body: [0x74]) }
          if request.url.hasSuffix("security-credentials/") { return Reply(status: 200, body: Array("web".utf8)) }
          return Reply(status: 200, body: Array(MetadataTests.keys.utf8))
        })
    }
    let instance = world("credential_source = Ec2InstanceMetadata")
    _ = try await instance.connect().attempt(.getCORS)
    #expect(instance.transport.requests.suffix(2).map(\.accessKeyId) == ["ASIAROLE", "ASIAROLE2"])
    let container = world("credential_source = EcsContainer", ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"])
    _ = try await container.connect().attempt(.getCORS)
    #expect(container.transport.requests.map(\.accessKeyId) == [nil, "ASIAROLE", "ASIAROLE2"])
    for (lines, words) in [
      ("credential_source = Magic", "is none of Environment, Ec2InstanceMetadata, EcsContainer"),
      ("credential_source = EcsContainer", "are not set"), ("", "without source_profile or credential_source"),
      ("credential_source = Environment\nsource_profile = q", "has both"), ("source_profile = q", "profile q: not in"),
      ("source_profile = p\nmfa_serial = m", "mfa_serial"),
      ("source_profile = p\naws_access_key_id = A", "no aws_secret_access_key"),
    ] {
      let message = await failure(world(lines))?.message ?? ""
      #expect(message.contains(words), "\(lines): \(message)")
    }
  }

  @Test("A profile that AWS_PROFILE names must be there")
  func namedProfile() async throws {
    let world = ConnectionWorld(access: ValueMap(), variables: ["AWS_PROFILE": "gone"])
    let failure = try #require(await failure(world))
    #expect(failure.message.contains("profile gone: ~/.aws/config is not there"))
    #expect(!failure.message.contains("instance metadata") && world.transport.requests.isEmpty)
  }

  @Test(
    "Instants in all their spellings",
    arguments: [
      ("2013-05-24T00:00:00Z", 1_369_353_600), ("2013-05-24T00:00:00.123Z", 1_369_353_600),
      ("2013-05-24T00:00:00UTC", 1_369_353_600), ("2013-05-24T02:30:00+02:30", 1_369_353_600),
      ("2013-05-23T16:00:00-0800", 1_369_353_600), ("soon", nil), ("2013-05-24T00:00:00", nil),
      ("2013-05-24T00:00:00+2", nil), ("", nil),
    ] as [(String, Double?)])
  func instants(text: String, seconds: Double?) {
    #expect(ServiceInstant.seconds(text) == seconds)
    if let seconds { #expect(ServiceInstant.text(seconds) == "2013-05-24T00:00:00Z") }
  }
}
