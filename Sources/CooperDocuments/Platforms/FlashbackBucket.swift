internal import CooperModel
internal import CooperSchema

/// The body that registers a bucket with Flashback (FB-02, FB-03, FB-22 … FB-24).
public enum FlashbackBucket {
  static func body(of subject: DocumentSubject) throws(DocumentProblem) -> DocumentNode {
    guard subject.platform?.type == "flashback" else {
      throw .unfit(
        .flashback, subject.address, "it is not a registration in Flashback", fix: "in: FLASHBACK-CONNECTION")
    }
    let bucket = try subject.needsBucket()
    let identity = try subject.needsIdentity()
    let access = try access(bucket, identity, subject.address)
    let endpoint = try bucket.knownEndpoint()
    return .fields([
      "name": .text(subject.name), "bucket": .text(try bucket.knownName()),
      "storageType": .text(storageType(bucket.flavour)),
      "workspaceId": .text(subject.platform?.settings["workspace"]?.string ?? ""), "key": access.key,
      "secret": access.secret, "endpoint": endpoint.map { .text($0) },
      // FB-22: an endpoint makes the region needless.
      "region": endpoint == nil ? try region(bucket) : nil,
    ])
  }

  private static func region(_ bucket: BucketFacts) throws(DocumentProblem) -> DocumentNode? {
    try bucket.knownRegion().map { .text($0) }
  }

  private static func storageType(_ flavour: BucketFacts.Flavour) -> String {
    switch flavour {
    case .google: "GCS"
    case .azure: "BLOB"
    default: "S3"
    }
  }

  private static func access(
    _ bucket: BucketFacts, _ identity: IdentityFacts, _ address: Address
  ) throws(DocumentProblem) -> (key: DocumentNode, secret: DocumentNode?) {
    // FB-25: delegation works on native endpoints only.
    let isDelegated =
      [.role, .external].contains(identity.kind) || (identity.kind == .serviceAccount && !identity.hasGoogleKey)
    if isDelegated, bucket.endpoint != nil {
      throw .unfit(
        .flashback, address, "delegated access works on a cloud's own endpoint only (FB-25)",
        fix: "name an identity of type accessKey")
    }
    switch identity.kind {
    case .accessKey where bucket.flavour == .azure:
      // FB-24, U-02: not documented; likely account and key.
      return (.text(bucket.azure?.account ?? ""), .secret(identity.slot("secretAccessKey")))
    case .accessKey, .bucketUser:
      return (.secret(identity.slot("accessKeyId")), .secret(identity.slot("secretAccessKey")))
    case .role:
      for party in identity.trust {
        if case .platform("flashback", _, let id?) = party, let id = try id.knownText() {
          return (.text(try identity.knownARN()), .text(id))
        }
      }
      throw .lacking(
        identity.address, "external id for Flashback", fix: "trust: [{ party: FLASHBACK-CONNECTION, externalId: … }]")
    case .serviceAccount where identity.hasGoogleKey:
      // parts of the one JSON key.
      return (
        .secret(identity.slot("key", member: "client_email")), .secret(identity.slot("key", member: "private_key"))
      )
    case .serviceAccount: return (.text(try identity.knownEmail()), nil)
    case .external where bucket.flavour == .azure: return (.text(bucket.azure?.account ?? ""), nil)
    case .servicePrincipal, .external:
      throw .unfit(
        .flashback, address, "Flashback can't sign in as \(identity.address)",
        fix: "name an identity of type accessKey, role or serviceAccount")
    }
  }
}
