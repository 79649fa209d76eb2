import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import S3Provider

@Suite("S3 connection: what replies mean")
struct ConnectionVerdictTests {
  private func verdict(_ reply: Reply, to call: Call = .getCORS) throws -> CallFailure? {
    try ConnectionWorld().connect().transientFailure(reply, to: call)
  }

  @Test(
    "Replies that the procedure must see are left alone",
    arguments: [
      Reply(status: 200), .s3Error(404, "NoSuchCORSConfiguration"), .s3Error(403, "AccessDenied"),
      .s3Error(405, "MethodNotAllowed"), .s3Error(501, "NotImplemented"), .s3Error(400, "MalformedXML"),
      .s3Error(409, "BucketAlreadyOwnedByYou"), .s3Error(412, "PreconditionFailed"),
    ])
  func seen(reply: Reply) throws {
    #expect(try verdict(reply) == nil)
  }

  @Test("Throttling, with the wait that was asked for")
  func throttled() throws {
    #expect(try verdict(.s3Error(503, "SlowDown"))?.kind == .throttled(retryAfter: nil))
    #expect(
      try verdict(.s3Error(503, "SlowDown", headers: [Header("Retry-After", "7")]))?.kind
        == .throttled(retryAfter: .seconds(7)))
    #expect(try verdict(Reply(status: 429))?.kind == .throttled(retryAfter: nil))
  }

  @Test("Trouble that passes: 500, 502, 504, RequestTimeout, OperationAborted (hashicorp/terraform-provider-aws#7628)")
  func passing() throws {
    for status in [500, 502, 504] {
      let failure = try #require(try verdict(Reply(status: status), to: .putCORS))
      #expect(failure.kind == .unavailable)
      #expect(failure.mayHaveHappened)
    }
    #expect(try verdict(.s3Error(400, "RequestTimeout"))?.kind == .unavailable)
    let aborted = try #require(try verdict(.s3Error(409, "OperationAborted"), to: .putCORS))
    #expect(aborted.kind == .conflict)
    #expect(RetryPolicy.standard.decide(aborted, attempt: 1, idempotent: true, random: 0.5) != .stop)
  }

  @Test("A wrong clock is called by its name and not tried again")
  func clock() throws {
    let failure = try #require(try verdict(.s3Error(403, "RequestTimeTooSkewed")))
    #expect(failure.kind == .unauthenticated)
    #expect(failure.message.contains("clock"))
  }

  @Test(
    "A bucket elsewhere is a failure that names its region",
    arguments: [
      Reply.s3Error(301, "PermanentRedirect", headers: [Header("x-amz-bucket-region", "us-west-2")]),
      .s3Error(307, "TemporaryRedirect", headers: [Header("x-amz-bucket-region", "us-west-2")]),
      .s3Error(400, "AuthorizationHeaderMalformed", "<Region>us-west-2</Region>"),
    ])
  func elsewhere(reply: Reply) throws {
    let failure = try #require(try verdict(reply))
    #expect(failure.code == "AWS0007")
    #expect(
      failure.message
        == "connection \"store\": bucket acme-data is in region us-west-2, not eu-west-1: write  region: us-west-2")
    #expect(RetryPolicy.standard.decide(failure, attempt: 1, idempotent: true, random: 0.5) == .stop)
  }

  @Test("A HEAD learns the region from the header, so its redirect is left to the procedure")
  func head() throws {
    var call = Call.getCORS
    call.method = .head
    #expect(try verdict(Reply(status: 301, headers: [Header("x-amz-bucket-region", "us-west-2")]), to: call) == nil)
    #expect(try verdict(Reply(status: 400), to: call) == nil)
  }

  @Test("A redirect is never followed, and its address is named without its query")
  func redirect() async throws {
    let reply = Reply(status: 302, headers: [Header("Location", "https://evil.example/x?token=abc")])
    let world = ConnectionWorld(transport: ScriptedTransport(reply))
    let connection = try world.connect()
    let answered = try await connection.attempt(.getCORS)
    let failure = try #require(connection.transientFailure(answered, to: .getCORS))
    #expect(failure.message.contains("https://evil.example"))
    #expect(!failure.message.contains("token"))
    #expect(world.transport.requests.count == 1)
  }

  @Test("A wrong secret and an unknown key name the connection and the field; nothing more is sent")
  func wrongKey() async throws {
    for (code, field) in [
      ("SignatureDoesNotMatch", "access.secretAccessKey (env:SECRET)"),
      ("InvalidAccessKeyId", "access.accessKeyId (env:KEY)"),
    ] {
      let world = ConnectionWorld(transport: ScriptedTransport(.s3Error(403, code)))
      let connection = try world.connect()
      let reply = try await connection.attempt(.getCORS)
      let failure = try #require(connection.transientFailure(reply, to: .getCORS))
      #expect(failure.kind == .unauthenticated)
      #expect(failure.message.contains("connection \"store\"") && failure.message.contains(field))
      #expect(failure.message.contains(code) && !failure.message.contains("secret-canary"))
      await #expect(throws: failure) { try await connection.attempt(.putCORS) }
      #expect(world.transport.requests.count == 1)
    }
  }

  @Test(
    "STS refuses a key in words of its own, in either nesting",
    arguments: [
      "<ErrorResponse><Error><Code>InvalidClientTokenId</Code></Error></ErrorResponse>",
      "<ErrorResponse><Errors><Error><Code>InvalidClientTokenId</Code></Error></Errors></ErrorResponse>",
    ])
  func refusedBySTS(body: String) throws {
    let failure = try #require(try verdict(.xml(403, body)))
    #expect(failure.kind == .unauthenticated)
    #expect(failure.code == "InvalidClientTokenId")
    #expect(failure.message.contains("access key of access.accessKeyId"))
  }

  @Test("Once the store has taken the key, a refusal is of that call alone")
  func refusedLater() async throws {
    let transport = ScriptedTransport { (_, earlier) in
      earlier == 1 ? .s3Error(403, "SignatureDoesNotMatch") : Reply(status: 200)
    }
    let connection = try ConnectionWorld(transport: transport).connect()
    for expected in [200, 403, 200] {
      #expect(try await connection.attempt(.getCORS).status == expected)
    }
  }
}
