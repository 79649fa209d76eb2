public import CooperConfig
internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// A random project over one simulated store, and random edits of it.
public struct SimulatedProject: Sendable {
  public static let connection = "sim"
  public var configuration: Configuration
  private var random: SplitMix64
  private var edits = 0

  public init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    configuration = Configuration(project: "simulation", directory: "/project")
    configuration.connections[Self.connection] = ConnectionEntry(
      ConnectionDeclaration(name: Self.connection, type: "aws", settings: ValueMap(), access: ValueMap()))
    for index in 0..<(1 + Int(random.next() % 3)) { declare("b\(index)") }
    refresh()
  }

  static func address(_ name: String) -> Address { Address("buckets", name) }

  private mutating func declare(_ key: String) {
    configuration.resources.append(
      ResourceDeclaration(
        address: Self.address(key), connection: Self.connection, name: "sim-\(key)", region: "eu-west-1",
        facets: facets(of: "sim-\(key)"), deletion: .protect))
  }

  /// One random edit: a facet changed, added, cleared or released; a bucket added, renamed or removed under consent.
  public mutating func edit(holdingObjects: (String) -> Bool) {
    edits += 1
    configuration.moved = []
    configuration.removed = []
    switch random.next() % 6 {
    case 0: declare("n\(edits)")
    case 1 where configuration.resources.count > 1: remove(holdingObjects)
    case 2: rename()
    default:
      let index = Int(random.next() % UInt64(configuration.resources.count))
      configuration.resources[index].facets = facets(of: configuration.resources[index].name)
    }
    refresh()
  }

  private mutating func remove(_ holdingObjects: (String) -> Bool) {
    let gone = configuration.resources.remove(at: Int(random.next() % UInt64(configuration.resources.count)))
    let actions: [RemovalAction] = holdingObjects(gone.name) ? [.forget, .purge] : [.forget, .delete, .purge]
    let action = actions[Int(random.next() % UInt64(actions.count))]
    configuration.removed = [Removal(address: gone.address, action: action)]
  }

  private mutating func rename() {
    let index = Int(random.next() % UInt64(configuration.resources.count))
    let from = configuration.resources[index].address
    configuration.resources[index].address = Self.address("r\(edits)")
    configuration.moved = [Move(from: from, to: configuration.resources[index].address)]
  }

  /// Every risk is consented to, so that a plan is never blocked; that consents are needed is tested elsewhere.
  private mutating func refresh() {
    configuration.resources.sort { $0.address < $1.address }
    configuration.consents = configuration.resources.flatMap { resource in
      Risk.Kind.allCases.map { Consent(address: resource.address, risk: $0.rawValue) }
    }
    configuration.digest = "edit \(edits)"
  }

  private mutating func facets(of bucket: String) -> [FacetDeclaration] {
    var facets: [FacetDeclaration] = []
    for (name, values) in Self.pool(bucket) where random.chance(50) {
      facets.append(FacetDeclaration(name: name, value: values[Int(random.next() % UInt64(values.count))]))
    }
    return facets
  }

  private static func pool(_ bucket: String) -> [(String, [Value])] {
    [
      (
        "cors",
        [
          [], [["origins": ["https://a.example"], "methods": ["GET"]]],
          [["origins": ["https://b.example", "https://a.example"], "methods": ["PUT", "GET"], "maxAge": "1h"]],
        ]
      ),
      ("encryption", [["algorithm": "AES256"], ["algorithm": "aws:kms", "bucketKey": true]]),
      (
        "lifecycle",
        [
          [:], ["abort": ["abortMultipartAfter": "7d"]],
          ["trim": ["noncurrentExpiration": ["after": "30d", "keep": 3]], "abort": ["abortMultipartAfter": "1d"]],
        ]
      ),
      ("ownership", ["BucketOwnerEnforced", "ObjectWriter"]),
      ("policy", [policy(bucket, "Deny"), policy(bucket, "Allow")]),
      ("publicAccess", ["blocked"]),
      ("tags", [[:], ["team": "a"], ["team": "b", "cost": "4711"]]),
      ("versioning", ["enabled", "suspended"]),
    ]
  }

  private static func policy(_ bucket: String, _ effect: String) -> Value {
    [
      "Version": "2012-10-17",
      "Statement": [
        [
          "Sid": "One", "Effect": .string(effect), "Principal": ["AWS": ["arn:aws:iam::210987654321:role/etl"]],
          "Action": "s3:GetObject", "Resource": .string("arn:aws:s3:::\(bucket)/*"),
        ]
      ],
    ]
  }
}
