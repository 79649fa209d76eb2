import CooperSchema
import Testing

@Suite("Differences of values") struct ValueDiffTests {
  let bucket = Shape.object(SampleShapes.bucket)

  private func lines(_ before: Value?, _ after: Value?, _ shape: Shape? = nil) -> [String] {
    ValueDiff(before: before, after: after, shape: shape ?? bucket).lines.map { line in
      let path = line.path.map(\.description).joined(separator: "/")
      if line.isCount { return "\(path) = \(line.unchanged.count)" }
      return path + (line.before.map { " -" + text($0) } ?? "") + (line.after.map { " +" + text($0) } ?? "")
    }
  }

  private func text(_ value: Value) -> String {
    String(decoding: ValueJSON.encode(value, pretty: false), as: UTF8.self)
  }

  @Test("equal after canonical form is unchanged")
  func equal() {
    #expect(lines(["versioning": "enabled"], ["versioning": "enabled"]) == [])
    #expect(
      lines(["lifecycle": ["a": ["after": "24h"]]], ["lifecycle": ["a": ["after": "1d", "status": "enabled"]]]) == [])
    #expect(lines(nil, nil) == [] && lines(nil, .null) == [])
  }

  @Test("added, removed, changed")
  func leaves() {
    #expect(lines(nil, ["connection": "a"]) == [#" +{"connection":"a"}"#])
    #expect(lines(["connection": "a"], nil) == [#" -{"connection":"a"}"#])
    #expect(
      lines(["connection": "a", "readonly": true], ["connection": "a", "readonly": false, "ratio": 1])
        == ["readonly -true +false", "ratio +1", " = 1"])
    #expect(lines(["tags": [:]], [:]) == ["tags -{}"], "empty is not absent")
  }

  @Test("one inserted CORS rule is one entry")
  func insertedRule() {
    let rule = { (origin: String) -> Value in ["origins": [.string(origin)], "methods": ["GET"]] }
    #expect(
      lines(["cors": [rule("a"), rule("b")]], ["cors": [rule("a"), rule("new"), rule("b")]])
        == [#"cors/2 +{"methods":["GET"],"origins":["new"]}"#, "cors = 2"])
    #expect(
      lines(["cors": [rule("a"), rule("b")]], ["cors": [rule("b")]])
        == [#"cors/1 -{"methods":["GET"],"origins":["a"]}"#, "cors = 1"])
  }

  @Test("equal elements pair before unequal ones")
  func equalFirst() {
    #expect(
      lines(["a", "b", "c"], ["b", "x"], .list(.string(.any))) == [#"1 -"a""#, #"2 -"c" +"x""#, " = 1"])
  }

  @Test("an edited element among inserted ones is paired with the most alike")
  func alike() {
    let before: Value = ["cors": [["id": "x", "origins": ["a"], "methods": ["GET"]]]]
    let after: Value = [
      "cors": [
        ["id": "n", "origins": ["z"], "methods": ["PUT"]], ["id": "x", "origins": ["a", "b"], "methods": ["GET"]],
      ]
    ]
    #expect(
      lines(before, after) == [
        #"cors/1 +{"id":"n","methods":["PUT"],"origins":["z"]}"#, "cors/2/origins/b +\"b\"", "cors/2/origins = 1",
        "cors/2 = 2",
      ])
  }

  @Test("order of a list means something, order of a set does not")
  func order() {
    let rule = { (origin: String) -> Value in ["origins": [.string(origin), "m"], "methods": ["GET"]] }
    let turned = { (origin: String) -> Value in ["origins": ["m", .string(origin)], "methods": ["GET"]] }
    #expect(lines(["cors": [rule("a")]], ["cors": [turned("a")]]) == [])
    #expect(!lines(["cors": [rule("a"), rule("b")]], ["cors": [rule("b"), rule("a")]]).isEmpty)
  }

  @Test("set elements pair by identity, maps by key")
  func pairing() {
    #expect(
      lines(
        ["tagList": [["key": "a", "text": "1"], ["key": "b", "text": "1"]]],
        ["tagList": [["key": "c"], ["key": "a", "text": "2"]]])
        == [
          #"tagList/a/text -"1" +"2""#, "tagList/a = 1", #"tagList/c +{"key":"c"}"#,
          #"tagList/b -{"key":"b","text":"1"}"#,
        ])
    #expect(
      lines(["tags": ["a": "1", "b": "2"]], ["tags": ["a": "1", "b": "3"]]) == [#"tags/b -"2" +"3""#, "tags = 1"])
  }

  @Test("provider defaults count only where they are given, read-only fields never")
  func presence() {
    #expect(lines(["region": "eu", "arn": "x"], ["arn": "y"]) == [])
    #expect(lines(["region": "eu"], ["region": "us"]) == [#"region -"eu" +"us""#])
  }

  @Test("a policy change is one line per principal, joined by Sid")
  func policy() {
    let statement = { (sid: String, principals: [Value]) -> Value in
      [
        "Sid": .string(sid), "Effect": "Allow", "Principal": ["AWS": .list(principals)], "Action": "s3:GetObject",
        "Resource": "r",
      ]
    }
    let before: Value = ["Version": "2012-10-17", "Statement": [statement("A", ["x"]), statement("B", ["x"])]]
    let after: Value = ["Version": "2012-10-17", "Statement": [statement("B", ["y", "x"]), statement("A", ["x"])]]
    #expect(
      lines(before, after, .document(.iamPolicy)) == [
        "Sid B/Principal/AWS/y +\"y\"", "Sid B/Principal/AWS = 1", "Sid B = 4", " = 2",
      ])
    #expect(
      lines(before, ["Version": "2012-10-17", "Statement": [statement("A", ["x"])]], .document(.iamPolicy)).count == 2)
  }

  @Test("a value born in apply differs from what is there")
  func unknown() {
    #expect(lines(["connection": "a"], ["connection": .unknown("o")]) == [#"connection -"a" +{"$unknown":"o"}"#])
  }
}
