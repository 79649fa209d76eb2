internal import CooperModel

/// An alias of MinIO's client, as `mc alias import ALIAS FILE` reads it.
enum MCAlias {
  static func alias(of subject: DocumentSubject) throws(DocumentProblem) -> DocumentNode {
    let client = try S3Client(subject, .mc)
    try client.needsKeyPair(.mc)
    return [
      "url": .text(try S3Client.endpoint(of: client.bucket)), "accessKey": .secret(client.identity.slot("accessKeyId")),
      "secretKey": .secret(client.identity.slot("secretAccessKey")), "api": "S3v4",
      "path": client.bucket.needsPathStyle ? "on" : "auto",
    ]
  }
}
