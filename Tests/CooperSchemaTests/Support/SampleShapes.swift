import CooperSchema

/// A bucket-like shape that uses every kind of field once.
enum SampleShapes {
  static let rule = ObjectShape(
    "CORSRule", summary: "A rule for cross-origin requests.",
    fields: [
      FieldShape("id", .string(.any), summary: "Name of the rule."),
      FieldShape(
        "origins", .set(.string(TextRule(lengths: 1...100)), identity: []), presence: .required,
        summary: "Origins that may call.", example: "[https://shop.example]"),
      FieldShape(
        "methods", .set(.choice(["GET", "PUT", "POST", "DELETE", "HEAD"]), identity: []), presence: .required,
        summary: "HTTP methods."),
      FieldShape("maxAge", .duration(0...86_400), summary: "How long a browser may cache the answer."),
    ])

  static let tag = ObjectShape(
    "Tag", summary: "A tag.",
    fields: [
      FieldShape("key", .string(.any), presence: .required, summary: "Key."),
      FieldShape("text", .string(.any), summary: "Text."),
    ])

  static let lifecycleRule = ObjectShape(
    "LifecycleRule", summary: "What happens to objects with time.",
    fields: [
      FieldShape("after", .either(scalar: .duration(nil), long: .object(tag)), summary: "Age."),
      FieldShape("keep", .integer(1...100), summary: "Newer versions to keep."),
      FieldShape("minimumSize", .size, summary: "Smallest object."),
      FieldShape("on", .instant, summary: "Date."),
      FieldShape(
        "status", .choice(["enabled", "disabled"]), presence: .defaulted("enabled"), summary: "Whether it runs."),
    ])

  static let nameRule = TextRule(
    lengths: 3...63, pattern: "^[a-z0-9.-]+$",
    expectation: "a bucket name of lower-case letters, digits, dots and hyphens",
    matches: { text in
      !text.isEmpty
        && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 46 }
    })

  static let bucket = ObjectShape(
    "Bucket", summary: "A bucket.",
    fields: [
      FieldShape("description", .string(.any), summary: "Shown in plans."),
      FieldShape(
        "connection", .reference(section: "connections"), presence: .required, summary: "Where it lives.",
        example: "aws"),
      FieldShape(
        "bucketName", .string(nameRule), mutability: .replaces(because: "names are for ever"), summary: "Native name."),
      FieldShape("versioning", .choice(["enabled", "suspended"]), summary: "Whether versions are kept."),
      FieldShape("readonly", .bool, summary: "A flag."),
      FieldShape("ratio", .number, summary: "A number."),
      FieldShape("cors", .list(.object(rule)), summary: "Rules for cross-origin requests."),
      FieldShape("lifecycle", .map(.object(lifecycleRule), keys: TextRule(lengths: 1...20)), summary: "Rules by id."),
      FieldShape("tags", .map(.string(.any), keys: .any), summary: "Tags."),
      FieldShape("tagList", .set(.object(tag), identity: ["key"]), summary: "Tags as a set."),
      FieldShape("policy", .document(.iamPolicy), summary: "Bucket policy."),
      FieldShape("region", .string(.any), presence: .providerDefault, summary: "Region."),
      FieldShape("arn", .string(.any), presence: .readOnly, summary: "ARN."),
    ])

  static let access = ObjectShape(
    "Access", summary: "How Cooper signs in.",
    fields: [
      FieldShape("method", .choice(["static", "env"]), presence: .required, summary: "Method."),
      FieldShape("secretAccessKey", .secret, summary: "Secret."),
      FieldShape("note", .string(TextRule(lengths: 1...3)), sensitivity: .sensitive, summary: "Not shown."),
    ])
}
