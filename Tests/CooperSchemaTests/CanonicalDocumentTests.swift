import CooperSchema
import Testing

/// Each rule of provider-quirks.md section 2, "Bucket policy".
@Suite("Canonical policies") struct CanonicalDocumentTests {
  private func canonicalStatement(_ statement: Value) -> Value? {
    CanonicalDocument.canonical(["Version": "2012-10-17", "Statement": [statement]], .iamPolicy)["Statement"]?.list?
      .first
  }

  @Test("a statement object is a one-element array")
  func singleStatement() {
    let statement: Value = ["Effect": "Allow", "Action": ["s3:GetObject"]]
    #expect(
      CanonicalDocument.canonical(["Version": "2012-10-17", "Statement": statement], .iamPolicy)
        == ["Version": "2012-10-17", "Statement": [statement]])
  }

  @Test(
    "one-element arrays are strings in actions and resources; order and repetition mean nothing",
    arguments: ["Action", "NotAction", "Resource", "NotResource"])
  func lists(key: String) {
    let one = canonicalStatement(.map([key: "a"]))
    #expect(one?[key] == ["a"])
    #expect(canonicalStatement(.map([key: ["a"]])) == one)
    #expect(canonicalStatement(.map([key: ["b", "a", "b"]]))?[key] == ["a", "b"])
  }

  @Test("principals come back shuffled, terraform-provider-aws#18878", arguments: ["Principal", "NotPrincipal"])
  func principals(key: String) {
    let shuffled = canonicalStatement(.map([key: ["AWS": ["b", "a"], "Service": "s"]]))
    #expect(shuffled?[key] == ["AWS": ["a", "b"], "Service": ["s"]])
  }

  @Test("condition values are lists without order, one-element arrays are strings")
  func conditions() {
    #expect(
      canonicalStatement(["Condition": ["StringLike": ["aws:x": "b", "aws:y": ["d", "c"]]]])?["Condition"]
        == ["StringLike": ["aws:x": ["b"], "aws:y": ["c", "d"]]])
  }

  @Test("condition booleans and numbers are strings")
  func conditionScalars() {
    #expect(
      canonicalStatement([
        "Condition": [
          "Bool": ["aws:SecureTransport": false], "NumericLessThan": ["s3:x": [7, .number(1.5), .number(2)]],
        ]
      ])?[
        "Condition"]
        == ["Bool": ["aws:SecureTransport": ["false"]], "NumericLessThan": ["s3:x": ["1.5", "2", "7"]]])
  }

  @Test("effect is compared without case", arguments: [("allow", "Allow"), ("DENY", "Deny"), ("Perhaps", "Perhaps")])
  func effect(written: String, canonical: String) {
    #expect(canonicalStatement(["Effect": .string(written)])?["Effect"] == .string(canonical))
  }

  @Test("an account id is the ARN of its root, in the document's partition")
  func accountRoot() {
    #expect(
      canonicalStatement(["Principal": ["AWS": "111122223333"]])?["Principal"] == [
        "AWS": ["arn:aws:iam::111122223333:root"]
      ])
    #expect(
      canonicalStatement(["Principal": ["AWS": ["111122223333", "arn:aws:iam::111122223333:root"]]])?["Principal"]
        == ["AWS": ["arn:aws:iam::111122223333:root"]])
    #expect(
      canonicalStatement(["Principal": ["AWS": "111122223333"], "Resource": "arn:aws-cn:s3:::b"])?["Principal"]
        == ["AWS": ["arn:aws-cn:iam::111122223333:root"]])
    #expect(canonicalStatement(["Principal": ["AWS": "11112222333"]])?["Principal"] == ["AWS": ["11112222333"]])
    #expect(
      canonicalStatement(["Principal": ["Federated": "111122223333"]])?["Principal"] == ["Federated": ["111122223333"]])
  }

  @Test("\"*\" is {\"AWS\": \"*\"}")
  func everyone() {
    #expect(canonicalStatement(["Principal": "*"])?["Principal"] == ["AWS": ["*"]])
    #expect(canonicalStatement(["Principal": ["AWS": "*"]])?["Principal"] == ["AWS": ["*"]])
  }

  @Test("a missing version is 2008-10-17 and not the later one")
  func version() {
    #expect(CanonicalDocument.canonical(["Statement": []], .iamPolicy) == ["Statement": [], "Version": "2008-10-17"])
  }

  @Test("an empty Sid is no Sid")
  func emptySid() { #expect(canonicalStatement(["Sid": "", "Effect": "Allow"]) == ["Effect": "Allow"]) }

  @Test("order of statements means nothing: by Sid, then content")
  func statementOrder() {
    let (a, b, c): (Value, Value, Value) = (["Sid": "A"], ["Sid": "B"], ["Effect": "Allow"])
    for order in [[a, b, c], [c, b, a], [b, c, a]] {
      #expect(CanonicalDocument.canonical(["Statement": .list(order)], .iamPolicy)["Statement"] == [c, a, b])
    }
  }

  @Test("values born in apply pass through")
  func unknown() {
    #expect(canonicalStatement(["Resource": .unknown("buckets.x.arn")])?["Resource"] == [.unknown("buckets.x.arn")])
  }

  @Test(
    "odd input is left as it is",
    arguments: [
      .null, "text", 5, [], [:], ["Statement": "x"], ["Statement": .null], ["Version": "x"],
      ["Version": "v", "Statement": ["x", 5, .null, [:]]],
      [
        "Version": "v",
        "Statement": [["Action": 5, "Resource": [["a": 1]], "Principal": [1], "Condition": "c", "Effect": 1]],
      ],
      ["Version": "v", "Statement": [["Condition": ["Bool": "x"], "Principal": ["AWS": ["a": 1]]]]],
    ] as [Value])
  func odd(value: Value) {
    let once = CanonicalDocument.canonical(value, .iamPolicy)
    #expect(CanonicalDocument.canonical(once, .iamPolicy) == once)
    if value["Version"] == "v", let statements = value["Statement"]?.list {
      #expect(Set(once["Statement"]?.list ?? []) == Set(statements))
    } else {
      #expect(once == value)
    }
  }
}
