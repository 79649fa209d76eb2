import CooperModel
import CooperSchema
import Testing

/// What the shapes can't say; each row is a value, and the codes and places that must be reported for it.
@Suite("Problems of shared facets") struct FacetProblemTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var name: String
    var facet: FacetSchema
    var value: Value
    var expected: [String]
    var testDescription: String { name }

    init(_ name: String, _ facet: FacetSchema, _ value: Value, _ expected: [String]) {
      self.name = name
      self.facet = facet
      self.value = value
      self.expected = expected
    }
  }

  private static func rule(_ pairs: (String, Value)...) -> Value { ["r": .map(ValueMap(pairs))] }
  private static func statement(_ pairs: (String, Value)...) -> Value {
    let whole: [(String, Value)] = [
      ("Effect", "Allow"), ("Principal", "*"), ("Action", "s3:GetObject"), ("Resource", "arn:aws:s3:::b/*"),
    ]
    return ["Statement": [.map(ValueMap(whole + pairs))]]
  }

  static let rows: [Row] = firstRows + replicationRows + otherRows + laterRows

  static let firstRows: [Row] = [
    Row("cors: good", CORSRule.facet, [["origins": ["*"], "methods": ["GET"], "maxAge": "0s"]], []),
    Row("cors: PATCH is for stores to judge", CORSRule.facet, [["origins": ["*"], "methods": ["PATCH"]]], []),
    Row("cors: no method", CORSRule.facet, [["origins": ["*"], "methods": ["FETCH"]]], ["COR0001 0.methods.0"]),
    Row(
      "cors: lower case", CORSRule.facet, [["origins": ["*"], "methods": ["GET", "put"]]], ["COR0001 0.methods.1"]),
    Row("cors: no origins", CORSRule.facet, [["origins": [], "methods": ["GET"]]], ["COR0002 0.origins"]),
    Row("cors: no methods", CORSRule.facet, [["origins": ["*"], "methods": []]], ["COR0003 0.methods"]),
    Row(
      "cors: two stars", CORSRule.facet, [["origins": ["https://*.*.example"], "methods": ["GET"]]],
      ["COR0004 0.origins.0"]),
    Row(
      "cors: id twice", CORSRule.facet,
      [
        ["id": "a", "origins": ["x"], "methods": ["GET"]], ["id": "a", "origins": ["y"], "methods": ["GET"]],
      ], ["COR0006 "]),
    Row("lifecycle: good", LifecycleRule.facet, rule(("expiration", ["after": "1d"])), []),
    Row("lifecycle: no form", LifecycleRule.facet, rule(("expiration", [:])), ["LIF0001 r.expiration"]),
    Row(
      "lifecycle: age and date", LifecycleRule.facet, rule(("expiration", ["after": "1d", "date": "2027-01-01"])),
      ["LIF0002 r.expiration.date"]),
    Row(
      "lifecycle: marker next to days", LifecycleRule.facet,
      rule(("expiration", ["after": "1d", "expiredObjectDeleteMarker": true])),
      ["LIF0003 r.expiration.expiredObjectDeleteMarker"]),
    Row(
      "lifecycle: expiration of zero days is for stores to judge", LifecycleRule.facet,
      rule(("expiration", ["after": "0d"])), []),
    Row(
      "lifecycle: half a day of a condition", LifecycleRule.facet,
      rule(("expiration", [:]), ("conditions", ["age": "12h"])), ["LIF0009 r.conditions.age"]),
    Row(
      "lifecycle: conditions that say no time", LifecycleRule.facet,
      rule(("expiration", [:]), ("conditions", ["suffix": ".log"])), ["LIF0001 r.expiration"]),
    Row(
      "lifecycle: conditions that say a time", LifecycleRule.facet,
      rule(("expiration", [:]), ("conditions", ["createdBefore": "2027-01-01"])), []),
    Row(
      "lifecycle: transition of zero days is legal", LifecycleRule.facet,
      rule(("transitions", [["to": "GLACIER", "after": "0d"]])), []),
    Row(
      "lifecycle: sizes reversed", LifecycleRule.facet,
      rule(("expiration", ["after": "1d"]), ("sizeGreaterThan", "2MiB"), ("sizeLessThan", "1MiB")),
      ["LIF0005 r.sizeGreaterThan"]),
    Row(
      "lifecycle: date not midnight", LifecycleRule.facet, rule(("expiration", ["date": "2027-01-01T10:00:00Z"])),
      ["LIF0006 r.expiration.date"]),
    Row("lifecycle: no action", LifecycleRule.facet, rule(("prefix", "tmp/")), ["LIF0007 r"]),
    Row(
      "lifecycle: marker false alone is no action", LifecycleRule.facet,
      rule(("expiration", ["expiredObjectDeleteMarker": false])), ["LIF0007 r"]),
    Row(
      "lifecycle: not whole days", LifecycleRule.facet, rule(("abortMultipartAfter", "36h")),
      ["LIF0009 r.abortMultipartAfter"]),
    Row(
      "lifecycle: transition without time", LifecycleRule.facet, rule(("transitions", [["to": "GLACIER"]])),
      ["LIF0010 r.transitions.0"]),
    Row(
      "lifecycle: class twice", LifecycleRule.facet,
      rule(("transitions", [["to": "GLACIER", "after": "1d"], ["to": "GLACIER", "after": "2d"]])),
      ["LIF0011 r.transitions.1.to"]),
    Row(
      "lifecycle: abort with tags", LifecycleRule.facet,
      rule(("abortMultipartAfter", "7d"), ("tags", ["a": "b"])), ["LIF0012 r.abortMultipartAfter"]),
    Row(
      "lifecycle: 1001 rules", LifecycleRule.facet,
      .map(ValueMap((0...1000).map { ("r\($0)", ["expiration": ["after": "1d"]]) })), ["LIF0008 "]),
    Row("policy: good", BucketPolicy.facet, statement(), []),
    Row("policy: cleared", BucketPolicy.facet, [:], []),
    Row("policy: text", BucketPolicy.facet, "{not json", ["POL0001 "]),
    Row("policy: a list", BucketPolicy.facet, [], ["POL0001 "]),
    Row("policy: no Statement", BucketPolicy.facet, ["Version": "2012-10-17"], ["POL0002 "]),
    Row(
      "policy: 20 KB", BucketPolicy.facet, statement(("Sid", .string(String(repeating: "x", count: 20_480)))),
      ["POL0004 "]),
    Row("policy: bad effect", BucketPolicy.facet, statement(("Effect", "Permit")), ["POL0007 Statement.0.Effect"]),
    Row(
      "policy: Action and NotAction", BucketPolicy.facet, statement(("NotAction", "s3:*")), ["POL0008 Statement.0"]),
    Row("tags: good", TagSet.facet, ["team": "a"], []),
    Row("tags: aws:", TagSet.facet, ["aws:x": "a"], ["TAG0001 aws:x"]),
    Row("tags: 51", TagSet.facet, .map(ValueMap((0...50).map { ("k\($0)", "v") })), ["TAG0002 "]),
    Row(
      "tags: long value", TagSet.facet, ["k": .string(String(repeating: "é", count: 257))], ["TAG0004 k"]),
    Row("tags: longest value", TagSet.facet, ["k": .string(String(repeating: "é", count: 256))], []),
    Row("encryption: cleared", Encryption.facet, [:], []),
    Row("encryption: cleared, default filled in", Encryption.facet, ["bucketKey": false], []),
    Row(
      "encryption: key with AES256", Encryption.facet, ["algorithm": "AES256", "kmsKey": "k"], ["ENC0002 kmsKey"]),
    Row("encryption: key without algorithm", Encryption.facet, ["kmsKey": "k"], ["ENC0001 "]),
  ]

  private static func replication(_ rules: Value) -> Value { ["role": "arn:aws:iam::1:role/r", "rules": rules] }
  private static let there: Value = ["bucket": "other"]

  static let replicationRows: [Row] = [
    Row("replication: good", Replication.facet, replication(["a": ["destination": there]]), []),
    Row("replication: cleared", Replication.facet, [:], []),
    Row("replication: no role", Replication.facet, ["rules": ["a": ["destination": there]]], ["REP0001 "]),
    Row("replication: no rules", Replication.facet, replication([:]), ["REP0002 rules"]),
    Row(
      "replication: 1001 rules", Replication.facet,
      replication(.map(ValueMap((0...1000).map { ("r\($0)", ["destination": there]) }))), ["REP0003 rules"]),
    Row(
      "replication: one priority twice", Replication.facet,
      replication([
        "a": ["destination": there, "priority": 1], "b": ["destination": there, "priority": 1],
        "c": ["destination": there, "priority": 2],
      ]), ["REP0004 rules.b.priority"]),
    Row(
      "replication: deletions by tags", Replication.facet,
      replication([
        "a": ["destination": there, "deleteMarkers": "replicate", "tags": ["k": "v"]],
        "b": ["destination": there, "deleteMarkers": "replicate", "prefix": "x"],
      ]), ["REP0005 rules.a.deleteMarkers"]),
  ]

  private static func many(_ count: Int, _ value: Value) -> Value {
    .map(ValueMap((1...count).map { ("c\($0)", value) }))
  }
  private static let queue: Value = "arn:aws:sqs:eu-west-1:1:q"
  private static let list: Value = ["bucket": "logs", "format": "CSV", "schedule": "daily"]

  static let laterRows: [Row] = [
    Row("lock: possible", ObjectLock.facet, "enabled", []),
    Row("lock: days", ObjectLock.facet, ["mode": "GOVERNANCE", "retention": "30d"], []),
    Row("lock: years", ObjectLock.facet, ["mode": "COMPLIANCE", "years": 7], []),
    Row("lock: no period", ObjectLock.facet, ["mode": "GOVERNANCE"], ["OLK0001 "]),
    Row("lock: days and years", ObjectLock.facet, ["mode": "GOVERNANCE", "retention": "1d", "years": 1], ["OLK0001 "]),
    Row("lock: hours", ObjectLock.facet, ["mode": "GOVERNANCE", "retention": "12h"], ["OLK0002 retention"]),
    Row(
      "notifications: good", Notifications.facet,
      ["eventBridge": true, "targets": ["q": ["to": queue, "events": ["s3:ObjectCreated:*"]]]], []),
    Row(
      "notifications: to a bucket", Notifications.facet,
      ["targets": ["q": ["to": "arn:aws:s3:::b", "events": ["s3:ObjectCreated:*"]]]], ["NOT0001 targets.q.to"]),
    Row(
      "notifications: of nothing", Notifications.facet, ["targets": ["q": ["to": queue, "events": []]]],
      ["NOT0002 targets.q.events"]),
    Row(
      "notifications: a strange event", Notifications.facet,
      ["targets": ["q": ["to": queue, "events": ["ObjectCreated"]]]], ["NOT0003 targets.q.events.0"]),
    Row(
      "notifications: 101", Notifications.facet,
      ["targets": many(101, ["to": queue, "events": ["s3:ObjectCreated:*"]])], ["NOT0004 targets"]),
    Row("website: good", Website.facet, ["index": "index.html", "error": "404.html"], []),
    Row("website: cleared", Website.facet, [:], []),
    Row("website: redirects", Website.facet, ["redirectTo": "x.example", "redirectScheme": "https"], []),
    Row("website: nothing", Website.facet, ["error": "404.html"], ["WEB0001 "]),
    Row("website: both", Website.facet, ["index": "i", "redirectTo": "x"], ["WEB0002 redirectTo"]),
    Row(
      "website: 51 routes", Website.facet,
      ["index": "i", "routes": .list(Array(repeating: ["prefix": "a", "host": "h"], count: 51))], ["WEB0003 routes"]),
    Row("website: scheme alone", Website.facet, ["index": "i", "redirectScheme": "https"], ["WEB0004 redirectScheme"]),
    Row(
      "website: route that replaces twice", Website.facet,
      ["index": "i", "routes": [["replaceKey": "a", "replacePrefix": "b"]]], ["WEB0005 routes.0.replacePrefix"]),
    Row("website: route to nowhere", Website.facet, ["index": "i", "routes": [["prefix": "a"]]], ["WEB0006 routes.0"]),
    Row(
      "replication: encrypted objects without a key", Replication.facet,
      ["role": "r", "rules": ["a": ["encryptedObjects": true, "destination": ["bucket": "b"]]]], ["REP0006 rules.a"]),
    Row(
      "replication: a key without encrypted objects", Replication.facet,
      ["role": "r", "rules": ["a": ["destination": ["bucket": "b", "kmsKey": "k"]]]], ["REP0006 rules.a"]),
    Row(
      "replication: an owner without a number", Replication.facet,
      ["role": "r", "rules": ["a": ["destination": ["bucket": "b", "owner": "destination"]]]],
      ["REP0007 rules.a.destination.owner"]),
    Row("tiering: good", IntelligentTiering.facet, ["a": ["archiveAfter": "90d", "deepArchiveAfter": "180d"]], []),
    Row("tiering: no tier", IntelligentTiering.facet, ["a": [:]], ["ITI0001 a"]),
    Row(
      "tiering: too early", IntelligentTiering.facet, ["a": ["archiveAfter": "89d", "deepArchiveAfter": "90d"]],
      ["ITI0002 a.archiveAfter", "ITI0002 a.deepArchiveAfter"]),
    Row("tiering: 1001", IntelligentTiering.facet, many(1001, ["archiveAfter": "90d"]), ["ITI0003 "]),
    Row("inventory: good", Inventory.facet, ["a": list], []),
    Row("inventory: 1001", Inventory.facet, many(1001, list), ["INV0001 "]),
    Row("metrics: 1001", RequestMetrics.facet, many(1001, [:]), ["MET0001 "]),
    Row("analytics: 1001", StorageAnalytics.facet, many(1001, [:]), ["ANA0001 "]),
    Row("analytics: prefix alone", StorageAnalytics.facet, ["a": ["exportPrefix": "x"]], ["ANA0002 a.exportPrefix"]),
    Row("iam: good", IAMBinding.facet, [["role": "roles/storage.admin", "members": ["user:a@b", "allUsers"]]], []),
    Row("iam: no role", IAMBinding.facet, [["role": "admin", "members": ["user:a"]]], ["IAM0001 0.role"]),
    Row(
      "iam: no kind", IAMBinding.facet, [["role": "roles/x", "members": ["user:a", "b@c"]]],
      ["IAM0002 0.members.1"]),
    Row(
      "iam: 1501 members", IAMBinding.facet,
      [["role": "roles/x", "members": .list((0...1500).map { .string("user:\($0)") })]], ["IAM0003 "]),
    Row("immutability: good", Immutability.facet, ["period": "146000d"], []),
    Row("immutability: hours", Immutability.facet, ["period": "12h"], ["IMM0001 period"]),
    Row("legal hold: 11", LegalHold.facet, .list((1...11).map { .string("case\($0)") }), ["LEG0001 "]),
  ]

  static let otherRows: [Row] = [
    Row("logging: good", AccessLogging.facet, ["bucket": "logs", "prefix": "a/"], []),
    Row("logging: cleared", AccessLogging.facet, [:], []),
    Row("logging: no bucket", AccessLogging.facet, ["prefix": "a/"], ["LOG0001 "]),
    Row("soft delete: off", SoftDelete.facet, "0s", []),
    Row("soft delete: a week", SoftDelete.facet, "7d", []),
    Row("soft delete: six days", SoftDelete.facet, "6d", ["SOF0001 "]),
    Row("soft delete of an account: one day", AccountSoftDelete.facet, "1d", []),
    Row("soft delete of an account: off", AccountSoftDelete.facet, ["blobs": "0s", "containers": "7d"], []),
    Row("soft delete of an account: hours", AccountSoftDelete.facet, "36h", ["SOF0002 "]),
    Row(
      "soft delete of an account: hours for containers", AccountSoftDelete.facet,
      ["blobs": "7d", "containers": "12h"], ["SOF0002 containers"]),
    Row("cozystack: users in flavour B", CozystackBucket.facet, ["namespace": "t", "flavour": "B", "users": [:]], []),
    Row("cozystack: flavour to be asked", CozystackBucket.facet, ["namespace": "t", "users": [:]], []),
    Row(
      "cozystack: users in flavour A (CZ-02)", CozystackBucket.facet,
      ["namespace": "t", "flavour": "A", "users": ["u": [:]], "storagePool": "p"],
      ["CZK0001 users", "CZK0001 storagePool"]),
    Row("cosi: good", COSIBucket.facet, ["namespace": "t", "bucketClass": "c"], []),
    Row(
      "cosi: class and bucket", COSIBucket.facet, ["namespace": "t", "bucketClass": "c", "existingBucket": "b"],
      ["COS0001 "]),
    Row("cosi: neither", COSIBucket.facet, ["namespace": "t"], ["COS0001 "]),
    Row(
      "cosi: a mode in v1alpha1", COSIBucket.facet,
      [
        "namespace": "t", "bucketClass": "c", "version": "v1alpha1",
        "access": ["a": ["accessClass": "s3", "secret": "s", "mode": "ReadOnly"]],
      ], ["COS0002 access.a.mode"]),
  ]

  @Test("problems are found where they are", arguments: rows) func found(_ row: Row) {
    let problems = row.facet.problems(row.value)
    #expect(problems.map { $0.code + " " + $0.path.joined(separator: ".") } == row.expected)
    #expect(problems.allSatisfy { !$0.message.isEmpty && !$0.message.hasSuffix(".") })
  }

  @Test("every facet shows an example") func examples() {
    for facet in BucketKind.facets + StorageAccountKind.facets { #expect(facet.example != nil, "\(facet.name)") }
  }
}

@Suite("Policies that name another bucket") struct PolicyResourceTests {
  private func problems(_ resource: Value, partition: String = "aws") -> [String] {
    BucketPolicy(["Statement": [["Sid": "Read", "Resource": resource]]])
      .foreignResources(bucket: "acme-data", partition: partition).map(\.message)
  }

  @Test("the bucket, its keys and patterns over its name are its own") func own() {
    #expect(problems(["arn:aws:s3:::acme-data", "arn:aws:s3:::acme-data/*", "*"]).isEmpty)
    #expect(problems("arn:aws:s3:::acme-*").isEmpty)
    #expect(problems("arn:aws-cn:s3:::acme-data/x", partition: "aws-cn").isEmpty)
  }

  @Test("the statement that names another bucket is found") func foreign() {
    #expect(
      problems(["arn:aws:s3:::acme-data/*", "arn:aws:s3:::acme-data2/*"])
        == ["statement Read names arn:aws:s3:::acme-data2/*, which is not in this bucket"])
    #expect(problems("arn:aws:s3:::other-*").count == 1)
    #expect(problems("arn:aws:s3:::acme-data", partition: "aws-cn").count == 1)
  }
}
