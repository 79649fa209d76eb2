import CooperSchema
import Testing

@Suite("JSON of values") struct ValueJSONTests {
  private func read(_ text: String) throws -> Value { try ValueJSON.decode(Array(text.utf8)) }
  private func write(_ value: Value, pretty: Bool = false) -> String {
    String(decoding: ValueJSON.encode(value, pretty: pretty), as: UTF8.self)
  }

  @Test("pretty text has sorted keys, two spaces and a line end")
  func pretty() {
    let value: Value = ["b": [1, [:]], "a": "x", "c": []]
    #expect(write(value, pretty: true) == "{\n  \"a\": \"x\",\n  \"b\": [\n    1,\n    {}\n  ],\n  \"c\": []\n}\n")
    #expect(write(value) == #"{"a":"x","b":[1,{}],"c":[]}"#)
  }

  @Test(
    "whole numbers are exact to both ends of 64 bits",
    arguments: [Int64.min, .min + 1, -1, 0, 1, 9_007_199_254_740_993, .max - 1, .max])
  func integers(number: Int64) throws {
    #expect(write(.integer(number)) == String(number))
    #expect(try read(String(number)) == .integer(number))
  }

  @Test(
    "other numbers are the shortest text that reads back equal",
    arguments: [0.1, -0.0, 1e300, .leastNonzeroMagnitude, 1.7976931348623157e308, 2.0, 123456789.125, 1e16])
  func doubles(number: Double) throws {
    let text = write(.number(number))
    guard case .number(let back) = try read(text) else {
      Issue.record("\(text) did not stay a number")
      return
    }
    #expect(back.bitPattern == number.bitPattern)
  }

  @Test("unknowns, and maps that look like them, read back as they were")
  func unknowns() throws {
    #expect(write(.unknown("buckets.hk.bucketName")) == #"{"$unknown":"buckets.hk.bucketName"}"#)
    for value: Value in [
      .unknown("a"), ["$unknown": "a"], ["$unknown": 5], ["$$unknown": "a"], ["$unknown": "a", "b": 1],
      ["a": .unknown("b")],
    ] {
      #expect(try read(write(value)) == value)
    }
  }

  @Test("escapes and surrogate pairs")
  func escapes() throws {
    #expect(try read(#""\u0041\u00e9\ud83e\udea3\n\t\"\\\/\b\f\r""#) == "Aé🪣\n\t\"\\/\u{8}\u{C}\r")
    #expect(write("a\"\\\n\u{1}é🪣\u{7F}") == "\"a\\\"\\\\\\n\\u0001é🪣\u{7F}\"")
  }

  @Test(
    "anything RFC 8259 does not allow is refused at its place",
    arguments: [
      ("", 1, 1), ("{", 1, 2), ("[1,]", 1, 4), ("[1 2]", 1, 4), ("{\"a\" 1}", 1, 6), ("{a:1}", 1, 2), ("01", 1, 1),
      ("-", 1, 2), ("1.", 1, 3), (".5", 1, 1), ("+1", 1, 1), ("1e", 1, 3), ("NaN", 1, 1), ("nul", 1, 1), ("tru", 1, 1),
      ("'a'", 1, 1), ("\"a", 1, 1), ("\"\t\"", 1, 2), (#""\x""#, 1, 2), (#""\ud800""#, 1, 2), (#""\ud800A""#, 1, 2),
      (#""\udc00""#, 1, 2), (#""\u12g4""#, 1, 2), ("1 2", 1, 3), ("[]]", 1, 3), ("// c\n1", 1, 1), ("\u{FEFF}1", 1, 1),
      ("{\n  \"é\": x}", 2, 8), ("9223372036854775808", 1, 1), ("-9223372036854775809", 1, 1), ("1e999", 1, 1),
    ])
  func refused(text: String, line: Int, column: Int) {
    let error = #expect(throws: JSONSyntaxError.self) { try read(text) }
    #expect(error?.line == line && error?.column == column, "\(text) → \(error.map(\.description) ?? "accepted")")
  }

  @Test("duplicate keys are refused, wherever they stand")
  func duplicates() {
    for text in [#"{"a":1,"a":2}"#, #"{"b":1,"a":2,"b":3}"#, #"[{"a":{"x":1,"x":1}}]"#] {
      #expect(throws: JSONSyntaxError.self) { try read(text) }
    }
  }

  @Test("keys come out in byte order, however they are written")
  func keyOrder() throws {
    for text in [#"{"b":1,"a":2}"#, #"{"a":2,"b":1}"#, #"{"\u0062":1,"\u0061":2}"#, #"{"b":1,"\u0061":2}"#] {
      #expect(write(try read(text)) == #"{"a":2,"b":1}"#)
    }
    #expect(try read(#"{"ab":1,"a":2,"é":3,"z":4}"#).map?.keys == ["a", "ab", "z", "é"])
    #expect(throws: JSONSyntaxError.self) { try read(#"{"a":1,"\u0061":2}"#) }
    #expect(throws: JSONSyntaxError.self) { try read(#"{"\u0061":1,"b":2,"a":3}"#) }
  }

  @Test("maps take pairs in any order, the later of two wins")
  func maps() {
    #expect(ValueMap([("b", 1), ("a", 2), ("b", 3)]) == ["a": 2, "b": 3])
    let many = (0..<1_000).shuffled().map { (String($0 % 500), Value.integer(Int64($0 % 500))) }
    #expect(ValueMap(many).count == 500 && ValueMap(many)["77"] == 77)
  }

  @Test("of few and of many pairs in any order the later of two with one key stays")
  func repeatedKeys() {
    for count in [2, 3, 23, 24, 25, 26, 60] {
      let pairs = (0..<count).map { (String($0 * 7 % (count / 2 + 1)), Value.integer(Int64($0))) }
      var last: [String: Value] = [:]
      for (key, value) in pairs { last[key] = value }
      let map = ValueMap(pairs)
      #expect(map.keys == last.keys.sorted() && map.allSatisfy { last[$0.key] == $0.value }, "\(count) pairs")
    }
  }

  @Test("a byte that needs an escape is found at every place of a text, and no other byte is taken for one")
  func escapesEverywhere() throws {
    for special in ["\"", "\\", "\u{0}", "\u{1F}", "\u{7F}", " ", "!", "#", "[", "]", "é", "\u{FFFF}", "😀"] {
      for before in 0..<18 {
        let text = String(repeating: "a", count: before) + special + String(repeating: "b", count: 17 - before)
        let written = write(.string(text))
        #expect(try read(written) == .string(text))
        let isEscaped = ["\"", "\\", "\u{0}", "\u{1F}"].contains(special)
        #expect(written.contains("\\") == isEscaped, "\(written)")
      }
    }
  }

  @Test("bytes that are not UTF-8 are refused")
  func encoding() {
    #expect(throws: JSONSyntaxError.self) { try ValueJSON.decode([0x22, 0xFF, 0x22]) }
    #expect(throws: JSONSyntaxError.self) { try ValueJSON.decode([0x22, 0xED, 0xA0, 0x80, 0x22]) }
  }

  @Test("depth and size are limited")
  func limits() throws {
    let deep = Array(String(repeating: "[", count: 100_000).utf8)
    #expect(throws: JSONSyntaxError.self) { try ValueJSON.decode(deep) }
    let limits = JSONLimits(depth: 2, bytes: 10)
    #expect(try ValueJSON.decode(Array("[[1]]".utf8), limits: limits) == [[1]])
    #expect(throws: JSONSyntaxError.self) { try ValueJSON.decode(Array("[[[1]]]".utf8), limits: limits) }
    #expect(throws: JSONSyntaxError.self) { try ValueJSON.decode(Array("[1,2,3,4,5]".utf8), limits: limits) }
  }

  @Test("every prefix of a text is refused without a crash")
  func truncated() throws {
    let text = Array(#"{"a":[1,-2.5e3,"xé😀",true,null],"b":{"c":{}}}"#.utf8)
    _ = try ValueJSON.decode(text)
    for length in 0..<text.count {
      #expect(throws: JSONSyntaxError.self) { try ValueJSON.decode(Array(text[..<length])) }
    }
  }
}
