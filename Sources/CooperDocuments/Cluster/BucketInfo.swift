internal import CooperModel

/// COSI's BucketInfo (v1alpha1): where a bucket is and with which key it is used, as JSON in a Secret.
public struct BucketInfo: Sendable, Hashable {
  /// The key of the Secret's data.
  public static let dataKey = "BucketInfo"

  public var bucketName: String
  public var endpoint: String
  /// Empty in Cozystack's (CZ-09); R-01: legal input.
  public var region: String

  /// Reads the JSON of a Secret; nil when it isn't of S3 or a part is missing. `key` and `secret` get bytes that they wipe.
  public init?(_ json: [UInt8], key: (inout [UInt8]) -> Void, secret: (inout [UInt8]) -> Void) {
    guard let name = Self.text("bucketName", nil, json), let endpoint = Self.text("secretS3", "endpoint", json),
      let type = Self.text("authenticationType", nil, json), type.lowercased() == "key",
      var id = JSONMember.text(at: ["spec", "secretS3", "accessKeyID"], in: json),
      var value = JSONMember.text(at: ["spec", "secretS3", "accessSecretKey"], in: json)
    else { return nil }
    bucketName = name
    self.endpoint = endpoint
    region = Self.text("secretS3", "region", json) ?? ""
    key(&id)
    secret(&value)
    wipe(&id)
    wipe(&value)
  }

  private static func text(_ member: String, _ inner: String?, _ json: [UInt8]) -> String? {
    JSONMember.text(at: ["spec", member] + (inner.map { [$0] } ?? []), in: json).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  static func document(of subject: DocumentSubject) throws(DocumentProblem) -> DocumentNode {
    let bucket = try subject.needsBucket()
    let identity = try subject.needsIdentity()
    guard bucket.flavour.speaksS3, identity.hasKeyPair else {
      throw .unfit(
        .bucketInfo, subject.address, "it holds the key pair of a bucket with the S3 protocol",
        fix: "name an identity of type accessKey or bucketUser")
    }
    let name = try bucket.knownName()
    // CZ-06: the name holds the claim's uid, and so does that of the object.
    let uid = name.hasPrefix("bucket-") ? String(name.dropFirst(7)) : name
    return [
      "metadata": ["name": .text("bc-" + uid), "creationTimestamp": .null],
      "spec": [
        "bucketName": .text(name), "authenticationType": "KEY",
        "secretS3": [
          "endpoint": .text(try S3Client.endpoint(of: bucket)), "region": .text(try bucket.knownRegion() ?? ""),
          "accessKeyID": .secret(identity.slot("accessKeyId")),
          "accessSecretKey": .secret(identity.slot("secretAccessKey")),
        ], "secretAzure": .null, "protocols": ["s3"],
      ],
    ]
  }
}
