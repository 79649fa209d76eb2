import CooperModel
import CooperSchema

/// What sets one S3-compatible store apart from the others; a store is one value in a file of this folder.
struct S3Dialect: Sendable {
  /// Whether STS can say who is signed in.
  enum IdentityQuestion: Sendable, Hashable {
    case always
    /// Only where the connection gives an `sts` endpoint.
    case withTokenEndpoint
    case never
  }

  /// When an object lock can be switched on.
  enum ObjectLockTime: Sendable, Hashable {
    case always
    /// A header on the creation of the bucket works with every release, a call later only with some; the text says which.
    case laterWithSome(String)
    /// Only by a header on the creation of the bucket; the text says by which source.
    case atCreation(String)
  }

  /// When the creation of a bucket names its region in the body.
  enum Location: Sendable, Hashable {
    /// Everywhere but in us-east-1.
    case always
    /// Stores with one region refuse all names but theirs.
    case whenDiffering
  }

  /// The connection's `type`.
  var name: String
  var summary: String
  var style: S3Addressing.Style
  /// False on AWS alone, which has endpoints of its own.
  var needsEndpoint: Bool
  /// Stores with an endpoint of their own want the region said: probing AWS for a bucket of that name gives a wrong
  /// answer (openshift/oadp-operator#2108).
  var needsRegion: Bool
  /// The region of stores that have one for all; nil where it must be said or can be left out.
  var onlyRegion: String?
  /// The region that stands in the name of an endpoint's host; nil where none does.
  var regionOfHost: (@Sendable (String) -> String?)?
  /// Hosts below this domain answer HTTPS only, whatever `insecure` says.
  var encryptedDomain: String?
  var sendsContentMD5: Bool
  var identity: IdentityQuestion
  var objectLock: ObjectLockTime
  var location: Location
  /// Facets that it lacks, with the reason and since when that is known.
  var lacks: [String: KindSupport.Facet]
  /// Facets that it lacks and yet answers for, e.g. an encryption that can't be chosen.
  var shown: Set<String>
  /// Facets of which only a look at this very store can tell, with the reason.
  var unsure: [String: String]
  /// How requests differ from those to Amazon, for the pages about stores.
  var notes: [String]
  /// Codes of conflicts that pass by themselves, so that the call is sent again.
  var passingConflicts: Set<String>
  /// By what its answers show that it is this store.
  var sign: Sign?
  var nameProblem: @Sendable (String) -> String?
  var facetProblem: @Sendable (String, Value) -> [FacetProblem]

  init(
    name: String, summary: String, style: S3Addressing.Style = .path, needsEndpoint: Bool = true,
    needsRegion: Bool = true, onlyRegion: String? = nil,
    regionOfHost: (@Sendable (String) -> String?)? = nil, encryptedDomain: String? = nil, sendsContentMD5: Bool = true,
    identity: IdentityQuestion = .never, objectLock: ObjectLockTime = .always, location: Location = .always,
    lacks: [String: KindSupport.Facet] = [:], shown: Set<String> = [], unsure: [String: String] = [:],
    notes: [String] = [], passingConflicts: Set<String> = Self.conflictsOfS3, sign: Sign? = nil,
    nameProblem: @escaping @Sendable (String) -> String? = { BucketName.problem($0) },
    facetProblem: @escaping @Sendable (String, Value) -> [FacetProblem] = { _, _ in [] }
  ) {
    self.name = name
    self.summary = summary
    self.style = style
    self.needsEndpoint = needsEndpoint
    self.needsRegion = needsRegion && onlyRegion == nil && regionOfHost == nil
    self.onlyRegion = onlyRegion
    self.regionOfHost = regionOfHost
    self.encryptedDomain = encryptedDomain
    self.sendsContentMD5 = sendsContentMD5
    self.identity = identity
    self.objectLock = objectLock
    self.location = location
    self.lacks = lacks
    self.shown = shown
    self.unsure = unsure
    self.notes = notes
    self.passingConflicts = passingConflicts
    self.sign = sign
    self.nameProblem = nameProblem
    self.facetProblem = facetProblem
  }

  /// One line for each store.
  static let all: [S3Dialect] = [.aws, .minio, .ceph, .r2, .b2, .wasabi, .swift, .rclone, .generic]

  /// S3 API Reference, error responses; a failed precondition and a name that is taken don't pass.
  static let conflictsOfS3: Set<String> = ["OperationAborted", "ConditionalRequestConflict"]

  /// Facets that a store lacks for one reason.
  static func lacking(_ names: [String], _ reason: String) -> [String: KindSupport.Facet] {
    Dictionary(names.map { ($0, .unsupported(reason: reason, nearest: nil)) }, uniquingKeysWith: { $1 })
  }

  /// What AWS alone has of the protocol.
  static let amazonsOwn = ["accelerate", "intelligentTiering", "inventory", "metrics", "analytics"]

  static func named(_ name: String) -> S3Dialect? { all.first { $0.name == name } }

  var isAWS: Bool { !needsEndpoint }

  /// What a bucket on such a connection can hold.
  var bucketSupport: KindSupport {
    let grants: @Sendable (GrantFacts) -> [Value] = { GrantStatements.statements($0) }
    var support = KindSupport(
      facets: BucketKind.support(
        holding: Self.facets, lacking: Self.othersFacets.merging(lacks) { $1 }, store: isAWS ? "Amazon S3" : name),
      settings: Set(BucketKind.settings.map(\.name)).subtracting(["account"]), required: isAWS ? ["region"] : [],
      nameProblem: nameProblem,
      facetProblem: { facet, value in Self.commonProblems(facet, value) + facetProblem(facet, value) },
      arn: { name, region in "arn:\(AWSPartition(region: region).rawValue):s3:::\(name)" },
      outputs: [
        "region": { $0.region },
        "endpoint": { facts in
          facts.connection["endpoint"]?.string
            ?? (isAWS ? facts.region.map { "https://s3.\($0).\(AWSPartition(region: $0).domain)" } : nil)
        },
      ],
      grantStatements: isAWS ? grants : nil)
    support.shown = shown
    if case .atCreation(let source) = objectLock {
      support.onlyAtCreation["objectLock"] = "\(name) takes an object lock only while a bucket is made (\(source))"
    }
    support.unsure = unsure
    // Behind type aws an endpoint may be that of an emulator.
    if isAWS { support.unsureElsewhere = Self.facets }
    return support
  }

  /// What is said of its requests: what holds for every store but Amazon's, then its own.
  var allNotes: [String] {
    if isAWS { return notes }
    var all = [
      "buckets are in the path unless pathStyle: false; every body is hashed, goes out whole and with Content-MD5; no "
        + "checksum headers, no x-amz-expected-bucket-owner"
    ]
    if needsRegion { all.append("region: must be written: Amazon would answer for a bucket of the same name") }
    switch objectLock {
    case .always: break
    case .laterWithSome(let release):
      all.append("an object lock is switched on while a bucket is made; later \(release)")
    case .atCreation(let source): all.append("an object lock is switched on only while a bucket is made (\(source))")
    }
    return all + notes
  }

  /// What no store with this protocol takes.
  private static func commonProblems(_ facet: String, _ value: Value) -> [FacetProblem] {
    if facet == "cors" { return CORSRule.methodProblems(value, allowed: CORSRule.methodNamesOfS3) }
    if facet == "lifecycle" { return LifecycleRule.problemsBeyondGoogle(value) }
    guard facet == "encryption", let key = value["kmsKey"]?.string, key.hasPrefix("projects/") else { return [] }
    return [
      FacetProblem(
        path: ["kmsKey"], code: "ENC0004", message: "\(key) is a key of Google's Cloud KMS, which S3 can't use",
        fix: "the id, alias or ARN of a key")
    ]
  }

  /// Facets of the protocol, whether this version writes them or not.
  static let facets: Set<String> = [
    "versioning", "encryption", "publicAccess", "ownership", "cors", "lifecycle", "policy", "tags", "replication",
    "logging", "objectLock", "notifications", "website", "acl", "requestPayment", "accelerate", "intelligentTiering",
    "inventory", "metrics", "analytics",
  ]

  /// Facets that belong to others, and what the protocol has instead.
  private static let othersFacets: [String: KindSupport.Facet] = [
    "uniformAccess": .unsupported(
      reason: "uniform access is a switch of Google Cloud Storage", nearest: "ownership: BucketOwnerEnforced"),
    "softDelete": .unsupported(
      reason: "S3 brings deleted objects back from their versions only",
      nearest: "versioning: enabled, with a lifecycle rule  noncurrentExpiration: { after: 7d }"),
    "retention": .unsupported(
      reason: "S3 locks objects, not the bucket", nearest: "objectLock: { mode: GOVERNANCE, retention: 30d }"),
    "immutability": .unsupported(
      reason: "S3 locks objects, not containers", nearest: "objectLock: { mode: GOVERNANCE, retention: 30d }"),
    "autoclass": .unsupported(reason: "autoclass is a switch of Google Cloud Storage", nearest: "intelligentTiering"),
    "storageClass": .unsupported(
      reason: "on S3 each request names the class, and a bucket has no default",
      nearest: "a lifecycle rule with  transitions: [{ to: …, after: 0d }]"),
    "eventHolds": .unsupported(reason: "S3 holds single objects only", nearest: "objectLock: enabled"),
    "iam": .unsupported(reason: "IAM bindings are those of Google Cloud Storage", nearest: "policy, or grants"),
    "anonymousAccess": .unsupported(reason: "it is a setting of Azure containers", nearest: "publicAccess and policy"),
  ]

  /// What else than buckets can live on such a connection, by section.
  var support: [String: KindSupport] {
    var support = [BucketKind.section: bucketSupport]
    if isAWS {
      support[Identity.section] = IAMSupport.identities
      support[ManagedPolicy.section] = IAMSupport.policies
    }
    return support
  }
}
