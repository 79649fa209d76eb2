import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport

@testable import S3Provider

/// A bucket on a connection of some type, and the answers S3 gives for what was never set.
enum S3Fixture {
  static func target(
    _ type: String = "aws", region: String? = "eu-west-1", siteRegion: String? = "eu-west-1",
    account: String? = "111122223333", name: String = "acme-data"
  ) -> Target {
    Target(
      address: Address("buckets", "data"),
      identity: PhysicalIdentity(endpoint: "https://s3", account: account, name: name), region: region,
      site: Site(
        connection: "c", type: type, endpoint: type == "aws" ? "https://s3.eu-west-1.amazonaws.com" : "https://s3",
        region: siteRegion, account: account))
  }

  static let store = S3Store.store

  /// Values that use every field of a facet's wire form.
  static let values: [(facet: AnyFacet, name: String, value: Value)] =
    [
      (AnyFacet(S3Versioning.self), "enabled", "enabled"),
      (AnyFacet(S3Versioning.self), "suspended", "suspended"),
      (AnyFacet(S3Encryption.self), "aes256", ["algorithm": "AES256"]),
      (
        AnyFacet(S3Encryption.self), "kms",
        [
          "algorithm": "aws:kms", "kmsKey": "arn:aws:kms:eu-west-1:111122223333:key/a", "bucketKey": true,
          "blockedEncryptionTypes": ["SSE-C"],
        ]
      ),
      (
        AnyFacet(S3Encryption.self), "nothing-blocked",
        ["algorithm": "aws:kms:dsse", "blockedEncryptionTypes": []]
      ),
      (AnyFacet(S3PublicAccess.self), "blocked", "blocked"),
      (AnyFacet(S3PublicAccess.self), "two-flags", ["blockPublicAcls": true, "ignorePublicAcls": true]),
      (AnyFacet(S3Ownership.self), "enforced", "BucketOwnerEnforced"),
      (
        AnyFacet(S3CORS.self), "two-rules",
        [
          [
            "id": "shop", "origins": ["https://shop.acme.example", "https://a&b.example"], "methods": ["PUT", "GET"],
            "headers": ["*"], "expose": ["ETag"], "maxAge": "1h",
          ],
          ["origins": ["*"], "methods": ["HEAD"], "maxAge": "0s"],
        ]
      ),
      (AnyFacet(S3Lifecycle.self), "everything", lifecycle),
      (AnyFacet(S3Lifecycle.self), "portable", portableLifecycle),
      (
        AnyFacet(S3Policy.self), "tls-only",
        [
          "Version": "2012-10-17",
          "Statement": [
            [
              "Sid": "TLSOnly", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
              "Resource": ["arn:aws:s3:::acme-data", "arn:aws:s3:::acme-data/*"],
              "Condition": ["Bool": ["aws:SecureTransport": "false"]],
            ]
          ],
        ]
      ),
      (AnyFacet(S3Tags.self), "two", ["costCenter": "4711", "büro <&>\"'": "a b & c"]),
    ] + S3LaterFixture.values

  /// Only what Ceph and moto keep too: no storage classes of AWS, no sizes, no `keep` beside an age.
  private static let portableLifecycle: Value = [
    "trim": ["noncurrentExpiration": ["after": "30d"]],
    "abort": ["abortMultipartAfter": "7d"],
    "off": ["enabled": false, "prefix": "tmp/", "expiration": ["after": "1d"]],
    "tag": ["tags": ["a": "1"], "expiration": ["date": "2027-01-01"]],
    "marker": ["expiration": ["expiredObjectDeleteMarker": true]],
    "two": ["prefix": "logs/", "tags": ["b": "2", "a": "1"], "expiration": ["after": "400d"]],
  ]

  private static let lifecycle: Value = [
    "trim": ["noncurrentExpiration": ["after": "30d", "keep": 3]],
    "abort": ["abortMultipartAfter": "7d", "prefix": ""],
    "off": ["enabled": false, "prefix": "tmp/", "expiration": ["after": "1d"]],
    "tag": ["tags": ["a": "1"], "expiration": ["date": "2027-01-01"]],
    "marker": ["expiration": ["expiredObjectDeleteMarker": true]],
    "all": [
      "prefix": "logs/", "tags": ["b": "2", "a": "1"], "sizeGreaterThan": "0B", "sizeLessThan": "1GiB",
      "transitions": [["to": "GLACIER", "after": "90d"], ["to": "DEEP_ARCHIVE", "date": "2028-01-01"]],
      "noncurrentTransitions": [["to": "GLACIER", "after": "0d", "keep": 1]],
    ],
  ]
}

/// The reply to a read of a facet, decoded and canonical.
func observed<F: Facet>(_ facet: F.Type, _ reply: Reply, on target: Target = S3Fixture.target()) -> Observed<Value>? {
  ProcedureRun(AnyFacet(facet).read(target)) { _ in reply }.output
}

/// The calls a write makes when every call gets this reply.
func calls<F: Facet>(
  _ facet: F.Type, from before: F.Model?, to after: F.Model?, on target: Target = S3Fixture.target(),
  _ answer: (Call) -> Reply = { _ in Reply(200) }
) throws -> [Call] {
  guard case .procedure(let procedure) = try F.write(FacetChange(before: before, after: after), on: target).content
  else { return [] }
  return ProcedureRun(procedure, answer).calls
}

extension Call {
  var text: String { String(decoding: body, as: UTF8.self) }
}
