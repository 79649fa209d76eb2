import CooperProvider
import CooperTestSupport
import Testing

@testable import S3Provider

@Suite("XML of replies and requests") struct XMLTests {
  private func read(_ text: String) throws -> XMLElement {
    try #require(try XMLReader.read(Array(text.utf8)).root)
  }

  @Test("elements, texts, prefixes and layout") func tree() throws {
    let root = try read(
      "<?xml version=\"1.0\"?>\n<s3:R xmlns:s3=\"x\">\n  <A>1</A>\n  <B> &lt;&amp;&#228;<!-- c --><![CDATA[>]]> </B><A/>\n</s3:R>"
    )
    #expect(root.name == "R")
    #expect(root.text.isEmpty)
    #expect(root.children.map(\.name) == ["A", "B", "A"])
    #expect(root.text("A") == "1")
    #expect(root.text("B") == " <&ä> ")
    #expect(root.children("A").map(\.isEmpty) == [false, true])
    #expect(root.child("C") == nil)
  }

  @Test("a document type is refused before any entity can grow") func documentType() {
    let bomb = "<!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><r>&b;</r>"
    #expect(throws: XMLReadFailure.documentType) { try XMLReader.read(Array(bomb.utf8)) }
  }

  @Test("cut, empty, unknown entity, two roots: malformed", arguments: ["", "<a><b>", "<a>&x;</a>", "<a/><b/>", "{}"])
  func malformed(_ text: String) {
    #expect(throws: XMLReadFailure.malformed(line: 1)) { try XMLReader.read(Array(text.utf8)) }
  }

  @Test("depth and size are bounded") func bounds() throws {
    func nested(_ depth: Int) -> [UInt8] {
      Array((String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)).utf8)
    }
    #expect(throws: Never.self) { try XMLReader.read(nested(XMLReader.depthLimit)) }
    #expect(throws: XMLReadFailure.tooDeep) { try XMLReader.read(nested(XMLReader.depthLimit + 1)) }
    #expect(throws: XMLReadFailure.tooLarge) {
      try XMLReader.read([UInt8](repeating: 0x20, count: XMLReader.sizeLimit + 1))
    }
  }

  @Test("a parser that failed is good for the next document, many at once") func pool() async throws {
    await withTaskGroup(of: Bool.self) { group in
      for index in 0..<64 {
        group.addTask {
          if index % 3 == 0 { return (try? XMLReader.read(Array("<cut".utf8))) == nil }
          let root = (try? XMLReader.read(Array("<r><n>\(index)</n></r>".utf8)))?.root
          return root?.text("n") == String(index)
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }

  @Test("what is written is read back", arguments: ["a<b>&\"'", "\r\n\t ", "ä€😀", "]]>"]) func escaping(_ text: String)
    throws
  {
    let bytes = XMLWriter.document("R") { $0.element("T", text) }
    #expect(try XMLReader.read(bytes).root?.text("T") == text)
  }

  @Test("characters XML can't hold are known") func canHold() {
    #expect(XMLWriter.canHold("a\t😀"))
    #expect(!XMLWriter.canHold("a\u{1}b"))
  }
}

@Suite("Documents and failures of S3 replies") struct S3FailureTests {
  private let call = Call(
    .get, service: "s3", bucket: "acme-data", query: [QueryItem("lifecycle")],
    permissions: [Permission("s3:GetLifecycleConfiguration", on: "arn:aws:s3:::acme-data")])

  @Test(
    "status and code end in the kind the engine acts on",
    arguments: [
      (403, "AccessDenied", CallFailure.Kind.denied), (403, "SignatureDoesNotMatch", .unauthenticated),
      (403, "InvalidAccessKeyId", .unauthenticated), (400, "ExpiredToken", .unauthenticated),
      (403, "RequestTimeTooSkewed", .unauthenticated), (404, "NoSuchBucket", .notFound),
      (405, "MethodNotAllowed", .unsupported), (501, "NotImplemented", .unsupported),
      (400, "XNotImplemented", .unsupported), (409, "OperationAborted", .conflict),
      (409, "BucketAlreadyExists", .conflict), (409, "BucketAlreadyOwnedByYou", .conflict),
      (409, "BucketNotEmpty", .conflict), (412, "PreconditionFailed", .conflict),
      (503, "SlowDown", .throttled(retryAfter: nil)), (429, "TooManyRequests", .throttled(retryAfter: nil)),
      (500, "InternalError", .unavailable), (502, "BadGateway", .unavailable), (400, "MalformedXML", .invalid),
      (400, "MalformedPolicy", .invalid), (400, "InvalidRequest", .invalid), (400, "RequestTimeout", .unavailable),
      (409, "InvalidBucketState", .invalid),
    ]) func kinds(_ status: Int, _ code: String, _ kind: CallFailure.Kind)
  {
    let reply = Reply(status, "<Error><Code>\(code)</Code><Message>No.\n  Really.</Message></Error>")
    let failure = S3Failure.failure(reply, to: call)
    #expect(failure.kind == kind)
    #expect(failure.code == code)
    #expect(failure.message == "No. Really.")
    #expect(failure.call == "GET acme-data?lifecycle")
    #expect((failure.permission != nil) == (kind == .denied))
  }

  @Test(
    "without a body the status speaks",
    arguments: [(403, "AccessDenied"), (404, "NotFound"), (503, "ServiceUnavailable")])
  func noBody(_ status: Int, _ code: String) {
    #expect(S3Failure.failure(Reply(status), to: call).code == code)
  }

  @Test("STS and IAM wrap the error once more") func wrapped() {
    let body = "<ErrorResponse><Error><Code>ExpiredToken</Code><Message>m</Message></Error></ErrorResponse>"
    #expect(S3Failure.failure(Reply(403, body), to: call).kind == .unauthenticated)
  }

  @Test("a message never repeats the body, and Retry-After is kept") func bounds() {
    let long = S3Failure.failure(
      Reply(400, "<Error><Message>\(String(repeating: "x", count: 999))</Message></Error>"), to: call)
    #expect(long.message.count == 300)
    let raw = S3Failure.failure(Reply(500, "<html>secret</html>"), to: call)
    #expect(!raw.message.contains("secret"))
    let slow = S3Failure.failure(Reply(503, headers: [Header("retry-after", "7")]), to: call)
    #expect(slow.kind == .throttled(retryAfter: .seconds(7)))
  }

  @Test("a write that may have happened says so") func mayHaveHappened() {
    let put = Call(.put, service: "s3", bucket: "b", permissions: [])
    #expect(S3Failure.failure(Reply(500), to: put).mayHaveHappened)
    #expect(!S3Failure.failure(Reply(500), to: call).mayHaveHappened)
    #expect(!S3Failure.failure(Reply(409), to: put).mayHaveHappened)
  }

  @Test("a 200 with another root element is no document") func wrongRoot() throws {
    let reply = Reply(200, "<ListBucketResult/>")
    #expect(throws: CallFailure.self) { try S3XML.document(reply, root: "CORSConfiguration", to: call) }
    do throws(CallFailure) {
      _ = try S3XML.document(reply, root: "CORSConfiguration", to: call)
    } catch {
      #expect(error.kind == .protocolBroken)
      #expect(error.code == "WrongRootElement")
    }
    #expect(try S3XML.document(Reply(200), root: "CORSConfiguration", to: call) == nil)
  }
}
