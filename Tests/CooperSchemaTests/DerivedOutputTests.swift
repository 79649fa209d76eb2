import CooperSchema
import Testing

@Suite("JSON Schema, reference page, redaction, canonical form") struct DerivedOutputTests {
  @Test("JSON Schema of an object: required, enums, ranges, x- keys, definitions")
  func jsonSchema() throws {
    let schema = JSONSchema.document(for: .object(SampleShapes.bucket), title: "Bucket")
    #expect(schema["$schema"] == "https://json-schema.org/draft/2020-12/schema")
    #expect(schema["$ref"] == "#/$defs/Bucket")
    let bucket = try #require(schema["$defs"]?["Bucket"])
    #expect(bucket["required"] == ["connection"])
    #expect(bucket["additionalProperties"] == false)
    #expect(bucket["patternProperties"] == ["^x-": true])
    #expect(bucket["properties"]?["arn"] == nil, "read-only fields can't be written")
    #expect(bucket["properties"]?["versioning"]?["anyOf"]?.list?.first == ["enum": ["enabled", "suspended"]])
    #expect(bucket["properties"]?["versioning"]?["description"] == "Whether versions are kept.")
    let name = try #require(bucket["properties"]?["bucketName"]?["anyOf"]?.list?.first)
    #expect(name["pattern"] == "^[a-z0-9.-]+$" && name["minLength"] == 3 && name["maxLength"] == 63)
    let rule = try #require(schema["$defs"]?["LifecycleRule"]?["properties"])
    #expect(rule["keep"]?["anyOf"]?.list?.first == ["type": "integer", "minimum": 1, "maximum": 100])
    #expect(rule["status"]?["default"] == "enabled")
    #expect(
      JSONSchema.document(for: .object(SampleShapes.bucket), title: "x", allowsExtensionKeys: false)["$defs"]?[
        "Bucket"]?["patternProperties"] == nil)
  }

  @Test("two objects of one name get two definitions")
  func clash() {
    let other = ObjectShape("Tag", summary: "Another.", fields: [])
    let both = ObjectShape(
      "Both", summary: "",
      fields: [FieldShape("a", .object(SampleShapes.tag), summary: ""), FieldShape("b", .object(other), summary: "")])
    let schema = JSONSchema.document(for: .object(both), title: "x")
    #expect(schema["$defs"]?.map?.keys == ["Both", "Tag", "Tag2", "substitution", "text"])
  }

  @Test("reference page")
  func referencePage() {
    #expect(
      ReferencePage.markdown(for: SampleShapes.rule, level: 2) == """
        ## CORSRule

        A rule for cross-origin requests.

        | field | value | presence | meaning | errors |
        |---|---|---|---|---|
        | `id` | text | optional | Name of the rule. | [CFG0002](codes.md#CFG0002) |
        | `origins` | set of text of 1 to 100 characters | required | Origins that may call. Example: `[https://shop.example]`. | \
        [CFG0002](codes.md#CFG0002) [CFG0003](codes.md#CFG0003) [CFG0007](codes.md#CFG0007) [CFG0009](codes.md#CFG0009) |
        | `methods` | set of `GET`, `PUT`, `POST`, `DELETE`, `HEAD` | required | HTTP methods. | \
        [CFG0002](codes.md#CFG0002) [CFG0003](codes.md#CFG0003) [CFG0005](codes.md#CFG0005) [CFG0009](codes.md#CFG0009) |
        | `maxAge` | duration from 0s to 1d | optional | How long a browser may cache the answer. | \
        [CFG0004](codes.md#CFG0004) [CFG0011](codes.md#CFG0011) |

        """)
    let page = ReferencePage.markdown(for: SampleShapes.bucket)
    #expect(page.contains("Can't be changed later: names are for ever."))
    #expect(page.contains("\n## LifecycleRule\n") && page.contains("\n### Tag\n"))
    #expect(page.components(of: "\n### Tag\n") == 1, "an object is described once")
  }

  @Test("hidden values are numbered: equal values, equal numbers, over several values")
  func redaction() {
    let shape = Shape.list(.object(SampleShapes.access))
    var table = RedactionTable()
    let value: Value = [
      ["note": "abc", "secretAccessKey": "env:A"], ["note": "xyz"], ["note": "abc", "method": "env"],
    ]
    #expect(
      redacted(value, shape, table: &table) == [
        ["note": "(hidden 1)", "secretAccessKey": "env:A"], ["note": "(hidden 2)"],
        ["note": "(hidden 1)", "method": "env"],
      ])
    #expect(redacted([["note": "xyz"]], shape, table: &table) == [["note": "(hidden 2)"]])
    #expect(redacted([["note": .unknown("o")]], shape, table: &table) == [["note": .unknown("o")]])
    #expect(!"\(table)\(String(reflecting: table))".contains("abc"))
  }

  @Test("canonical form: defaults filled, nulls dropped, sets sorted, spellings unified; absent stays absent")
  func canonicalForm() {
    let value: Value = [
      "connection": "a", "description": .null, "tagList": [["key": "b"], ["key": "a", "text": .null]],
      "lifecycle": ["x": ["after": "24h", "minimumSize": 1_048_576], "gone": .null], "ratio": .number(2),
    ]
    #expect(
      canonical(value, .object(SampleShapes.bucket)) == [
        "connection": "a", "tagList": [["key": "a"], ["key": "b"]], "ratio": 2,
        "lifecycle": ["x": ["after": "1d", "minimumSize": "1MiB", "status": "enabled"]],
      ])
    #expect(canonical(["cors": []], .object(SampleShapes.bucket)) == ["cors": []])
  }
}

extension String {
  fileprivate func components(of text: String) -> Int { ranges(of: text).count }
}
