import CooperDocuments
import CooperModel
import CooperProvider
import CooperSchema

/// What the YAML says of an identity as the documents that IAM holds; pure.
struct IAMComposition {
  let composition: Composition

  init(_ composition: Composition) { self.composition = composition }

  private var target: Target { composition.target }
  private var partition: String { target.site.partition }

  func facets() throws(CallFailure) -> [String: Value] {
    var facets: [String: Value] = [:]
    facets["trust"] = try trust()
    facets["permissions"] = permissions
    // What isn't written is left as it is.
    facets["path"] = target.settings["path"]
    if target.settings["type"] == "role" { facets["description"] = composition.description.map { .string($0) } }
    // Without one it is managed all the same: a grant that is taken out is taken back.
    facets["grants"] = grants
    return facets
  }

  /// Nil where none is written.
  func trust() throws(CallFailure) -> Value? {
    guard let trust = composition.facets["trust"]?.list else { return nil }
    var statements: [Value] = []
    for entry in trust { statements.append(try statement(entry)) }
    return Self.document(statements)
  }

  var permissions: Value? { composition.facets["permissions"].map { own($0) } }

  var grants: Value { composition.grants.isEmpty ? .map(ValueMap()) : Self.document(composition.grants) }

  private static func document(_ statements: [Value]) -> Value {
    ["Version": "2012-10-17", "Statement": .list(statements)]
  }

  // MARK: Trust

  private func statement(_ entry: Value) throws(CallFailure) -> Value {
    if let name = entry["party"]?.string { return try party(name, entry) }
    if let principal = entry["aws"] { return assume(principal, entry["externalId"]) }
    if let service = entry["service"] {
      return ["Effect": "Allow", "Principal": ["Service": service], "Action": "sts:AssumeRole"]
    }
    guard let host = entry["oidc"]?.string, let subject = entry["subject"]?.string else {
      throw CallFailure(.invalid, code: "IDE0001", "an entry of trust names nobody")
    }
    guard let account = target.site.account ?? composition.connection["account"]?.string else {
      throw CallFailure(
        .invalid, code: "AWS0015",
        "\(target.address) trusts an issuer that is known in an account: write  account:  at connection "
          + target.site.connection)
    }
    let statement = TrustStatement.webIdentity(
      host: host, subject: subject, audience: entry["audience"]?.string, account: account, partition: partition)
    return statement.value
  }

  /// What a platform says of itself (PA-10), or what the vendor published (FB-30).
  private func party(_ name: String, _ entry: Value) throws(CallFailure) -> Value {
    let party = composition.parties[name]
    switch party?.type {
    case "flashback":
      guard let id = entry["externalId"] else {
        throw CallFailure(
          .invalid, code: "AWS0015",
          "\(target.address): Flashback lets its users choose the external id (FB-30): trust: [{ party: \(name), externalId: … }]"
        )
      }
      return assume(.string(TrustStatement.flashbackUser), id)
    default:
      guard let account = party?.values["accountId"] else {
        throw CallFailure(
          .invalid, code: "AWS0015",
          "\(target.address): nobody has published from which account \(party?.type ?? name) signs in; write what its "
            + "operator says: trust: [{ aws: arn:…, externalId: … }]")
      }
      return assume(account, entry["externalId"] ?? party?.values["externalId"])
    }
  }

  private func assume(_ principal: Value, _ externalId: Value?) -> Value {
    var statement: ValueMap = ["Effect": "Allow", "Principal": ["AWS": principal], "Action": "sts:AssumeRole"]
    if let externalId { statement["Condition"] = ["StringEquals": ["sts:ExternalId": externalId]] }
    return .map(statement)
  }

  // MARK: Permissions

  private func own(_ permissions: Value) -> Value {
    if let policy = permissions["policy"] { return policy }
    let names = permissions["names"]?.list?.compactMap(\.string) ?? [permissions["names"]?.string ?? "*"]
    let buckets = names.map { Value.string("arn:\(partition):s3:::\($0)") }
    let applies = permissions["cooper"]?.string == "apply"
    let reads = CooperPermissions.reads
    var statements: [Value] = [
      Self.allow("Look", reads, .list(buckets)),
      Self.allow("List", ["s3:ListAllMyBuckets"], "*"),
    ]
    if applies { statements.append(Self.allow("Change", CooperPermissions.changes, .list(buckets))) }
    return Self.document(statements)
  }

  private static func allow(_ sid: String, _ actions: [String], _ resource: Value) -> Value {
    [
      "Sid": .string(sid), "Effect": "Allow", "Action": .list(actions.map { .string($0) }), "Resource": resource,
    ]
  }
}

/// What Cooper itself needs on buckets: the actions that its calls name.
enum CooperPermissions {
  /// A fold over the calls by which everything of a bucket is read.
  static let reads: [String] = {
    let site = Site(
      connection: "", type: "aws", endpoint: "https://s3.us-east-1.amazonaws.com", region: nil, account: nil)
    let target = Target(
      address: Address(BucketKind.section, "any"),
      identity: PhysicalIdentity(endpoint: site.endpoint, name: "any"), region: nil, site: site)
    let calls =
      S3Bucket.facets.flatMap { $0.read(target).plannedCalls } + S3Bucket.kind.find(target).plannedCalls
      + S3Bucket.kind.contents(target, 1).plannedCalls
    return Set(calls.flatMap(\.permissions).map(\.action)).sorted()
  }()

  /// What changes buckets without touching what is in them; emptying one is a right of its own.
  static let changes: [String] = [
    "s3:CreateBucket", "s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:DeleteBucketWebsite",
    "s3:PutAccelerateConfiguration", "s3:PutAnalyticsConfiguration", "s3:PutBucketAcl", "s3:PutBucketCORS",
    "s3:PutBucketLogging", "s3:PutBucketNotification", "s3:PutBucketObjectLockConfiguration",
    "s3:PutBucketOwnershipControls", "s3:PutBucketPolicy", "s3:PutBucketPublicAccessBlock",
    "s3:PutBucketRequestPayment", "s3:PutBucketTagging", "s3:PutBucketVersioning", "s3:PutBucketWebsite",
    "s3:PutEncryptionConfiguration", "s3:PutIntelligentTieringConfiguration", "s3:PutInventoryConfiguration",
    "s3:PutLifecycleConfiguration", "s3:PutMetricsConfiguration", "s3:PutReplicationConfiguration",
  ]
}
