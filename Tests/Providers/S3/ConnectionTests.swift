import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import S3Provider

@Suite("S3 connection: settings, addresses and requests")
struct ConnectionTests {
  private func failure(_ world: ConnectionWorld) -> CallFailure? {
    do throws(CallFailure) {
      _ = try world.connect()
      return nil
    } catch {
      return error
    }
  }

  private static let http: Value = "http://127.0.0.1:9000"

  @Test("R-14: a plain endpoint is refused at connect unless insecure: allow stands beside it")
  func plainEndpoint() {
    var world = ConnectionWorld(type: "minio", settings: fields(["endpoint": Self.http, "region": "us-east-1"]))
    #expect(failure(world)?.code == "AWS0001")
    #expect(failure(world)?.message.contains("insecure: allow") == true)
    world.settings["insecure"] = "allow"
    #expect(failure(world) == nil)
    world.settings["insecure"] = nil
    world.settings["endpoint"] = "https://minio.internal"
    world.settings["sts"] = "http://sts.internal"
    #expect(failure(world)?.code == "AWS0001")
    #expect(world.transport.requests.isEmpty)
  }

  @Test("quirk 3 B2: it answers HTTPS only, so that insecure: allow opens nothing at its own hosts")
  func encryptedOnly() {
    let host: Value = "http://s3.us-west-004.backblazeb2.com"
    let world = ConnectionWorld(type: "b2", settings: fields(["endpoint": host, "insecure": "allow"]))
    #expect(failure(world)?.message.contains("https://s3.us-west-004.backblazeb2.com") == true)
    let proxy = ConnectionWorld(
      type: "b2", settings: fields(["endpoint": Self.http, "insecure": "allow", "region": "us-west-004"]))
    #expect(failure(proxy) == nil)
  }

  @Test(
    "Wrong endpoints are refused, each with the field",
    arguments: [
      "minio.internal:9000", "ftp://x", "https://", "https://user:pw@host", "https://host:0", "https://host:99999",
      "https://host?x=1", "https://[::1", "https://a b",
    ])
  func wrongEndpoints(text: String) {
    let world = ConnectionWorld(type: "s3", settings: fields(["endpoint": .string(text), "region": "x"]))
    #expect(failure(world)?.code == "AWS0002")
    #expect(failure(world)?.message.contains("connection \"store\": endpoint") == true)
    #expect(failure(world)?.message.contains("pw") == false)
  }

  @Test("Endpoint and region are needed where no address can be guessed (openshift/oadp-operator#2108)")
  func needed() {
    for type in ["minio", "ceph", "s3"] {
      var world = ConnectionWorld(type: type, settings: fields(["region": "us-east-1"]))
      #expect(failure(world)?.message.contains("endpoint") == true)
      world.settings = fields(["endpoint": "https://host"])
      #expect(failure(world)?.message.contains("region") == true)
    }
  }

  @Test("Endpoints are read into one spelling")
  func endpointSpelling() throws {
    #expect(try S3Endpoint("HTTPS://Host.Example:443/").text == "https://host.example")
    #expect(try S3Endpoint("http://h:80").text == "http://h")
    #expect(try S3Endpoint("https://h:9000/a//b/").text == "https://h:9000/a/b")
    #expect(try S3Endpoint("https://[FE80::1]:9000").authority == "[fe80::1]:9000")
    #expect(try S3Endpoint("https://[::1]:9000").takesNoSubdomain)
    #expect(try S3Endpoint("https://10.0.0.1:9000").takesNoSubdomain)
    #expect(try !S3Endpoint("https://s3.example").takesNoSubdomain)
  }

  private func url(_ call: Call, _ settings: Value, type: String = "aws") throws -> String {
    try ConnectionWorld(type: type, settings: fields(settings)).connect().url(for: call)
  }

  @Test("AWS: virtual host, the bucket's region, dotted names in the path, partitions")
  func addressesOnAWS() throws {
    var call = Call.getCORS
    #expect(try url(call, ["region": "us-east-1"]) == "https://acme-data.s3.eu-west-1.amazonaws.com/?cors")
    #expect(
      try url(call, ["region": "us-east-1", "pathStyle": true])
        == "https://s3.eu-west-1.amazonaws.com/acme-data?cors")
    call.bucket = "acme.data"
    #expect(try url(call, ["region": "us-east-1"]) == "https://s3.eu-west-1.amazonaws.com/acme.data?cors")
    call.region = "cn-north-1"
    #expect(try url(call, [:]) == "https://s3.cn-north-1.amazonaws.com.cn/acme.data?cors")
    let list = Call(.get, service: "s3", permissions: [])
    #expect(try url(list, ["region": "us-gov-west-1"]) == "https://s3.us-gov-west-1.amazonaws.com/")
    let sts = Call(.post, service: "sts", permissions: [])
    #expect(try url(sts, ["region": "eu-west-1"]) == "https://sts.eu-west-1.amazonaws.com/")
    #expect(try url(sts, [:]) == "https://sts.us-east-1.amazonaws.com/")
    #expect(try url(sts, ["sts": "https://vpce.example"]) == "https://vpce.example/")
    #expect(
      try url(Call(.post, service: "iam", permissions: []), ["region": "eu-west-1"])
        == "https://iam.amazonaws.com/")
  }

  @Test("Endpoints of one's own: path style unless the YAML says otherwise, and never on an address")
  func addressesElsewhere() throws {
    let call = Call.getCORS
    let host: Value = ["endpoint": "https://minio.internal:9000", "region": "r"]
    #expect(try url(call, host, type: "minio") == "https://minio.internal:9000/acme-data?cors")
    #expect(
      try url(call, ["endpoint": "https://minio.internal:9000", "region": "r", "pathStyle": false], type: "minio")
        == "https://acme-data.minio.internal:9000/?cors")
    #expect(
      try url(call, ["endpoint": "https://10.1.2.3", "region": "r", "pathStyle": false], type: "ceph")
        == "https://10.1.2.3/acme-data?cors")
    #expect(
      try url(call, ["endpoint": Self.http, "region": "r", "insecure": "allow"])
        == "http://127.0.0.1:9000/acme-data?cors")
    var object = call
    object.path = ["state/pröd 1.json"]
    object.query = []
    #expect(
      try url(object, ["endpoint": "https://h/base", "region": "r"], type: "s3")
        == "https://h/base/acme-data/state/pr%C3%B6d%201.json")
  }

  @Test("A request carries one signature, its true payload hash and Content-MD5, and no checksum headers")
  func request() async throws {
    let world = ConnectionWorld(settings: fields(["region": "us-east-1"]))
    _ = try await world.connect().attempt(.putCORS)
    let sent = try #require(world.transport.requests.first)
    #expect(world.transport.requests.count == 1)
    #expect(sent.url == "https://acme-data.s3.eu-west-1.amazonaws.com/?cors")
    #expect(sent.header("x-amz-date") == "20130524T000000Z")
    #expect(sent.header("x-amz-content-sha256") == Digest.sha256Hex(Array("<CORSConfiguration/>".utf8)))
    #expect(sent.header("Content-MD5") == Digest.base64(try #require(Digest.md5(sent.body))))
    #expect(
      sent.header("Authorization")?.hasPrefix(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20130524/eu-west-1/s3/aws4_request, SignedHeaders="
          + "content-md5;content-type;host;x-amz-content-sha256;x-amz-date, Signature=") == true)
    #expect(!sent.headers.contains { $0.name.lowercased().contains("checksum") || $0.name == "Host" })
    #expect(!"\(sent)".contains("secret-canary"))
  }

  @Test("A custom authority is read at connect and goes with every request")
  func certificate() async throws {
    var world = ConnectionWorld(
      type: "minio", settings: fields(["endpoint": "https://m", "region": "r", "caCertificate": "certs/ca.pem"]))
    #expect(failure(world)?.code == "AWS0006")
    world.files["certs/ca.pem"] = "not a certificate"
    #expect(failure(world)?.message.contains("certs/ca.pem") == true)
    let pem = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"
    world.files["certs/ca.pem"] = pem
    _ = try await world.connect().attempt(.getCORS)
    #expect(world.transport.requests.first?.caCertificate == pem)
  }

  @Test("The account is asked of STS where there is one")
  func identity() async throws {
    let answer = """
      <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
      <Arn>arn:aws:sts::111122223333:assumed-role/dev/ana</Arn><UserId>A</UserId><Account>111122223333</Account>
      </GetCallerIdentityResult></GetCallerIdentityResponse>
      """
    let world = ConnectionWorld(transport: ScriptedTransport(.xml(200, answer)))
    let connection = try world.connect()
    var question = try #require(connection.identify())
    guard case .call(let call) = question.next(nil) else { throw CallFailure(.invalid, code: "NoCall", "no call") }
    let reply = try await connection.attempt(call)
    guard case .done(let identity) = question.next(reply) else {
      throw CallFailure(.invalid, code: "NotDone", "not done")
    }
    #expect(identity.account == "111122223333")
    #expect(identity.principal == "assumed-role/dev/ana")
    #expect(identity.source == "access.accessKeyId (env:KEY)")
    let sent = try #require(world.transport.requests.first)
    #expect(sent.url == "https://sts.eu-west-1.amazonaws.com/")
    #expect(String(decoding: sent.body, as: UTF8.self) == "Action=GetCallerIdentity&Version=2011-06-15")
    #expect(sent.header("Content-Type")?.hasPrefix("application/x-www-form-urlencoded") == true)
    #expect(sent.header("x-amz-content-sha256") == nil)

    let elsewhere: Value = ["endpoint": "https://h", "region": "r"]
    for type in ["minio", "ceph", "s3"] {
      #expect(try ConnectionWorld(type: type, settings: fields(elsewhere)).connect().identify() == nil)
    }
  }

  @Test("A bucket is the same whatever the connection's name, region and account")
  func physicalIdentity() throws {
    let one = try ConnectionWorld(settings: fields(["region": "eu-west-1", "account": "111122223333"])).connect()
    let other = try ConnectionWorld(settings: fields(["region": "us-east-1"])).connect()
    let china = try ConnectionWorld(settings: fields(["region": "cn-north-1"])).connect()
    #expect(one.identity(of: "b") == other.identity(of: "b"))
    #expect(one.identity(of: "b") != china.identity(of: "b"))
    #expect(china.site.partition == "aws-cn")
    #expect(one.declaredAccount == "111122223333")
  }
}
