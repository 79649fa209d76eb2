public import CooperModel
public import CooperSchema

/// What documents know of a bucket; a value that is born in apply and isn't recorded is an unknown.
public struct BucketFacts: Sendable, Hashable {
  /// Whose store it is (systems.md section 7).
  public enum Flavour: String, Sendable, Hashable, CaseIterable {
    case aws, minio, ceph, r2, b2, wasabi
    /// Another store with the S3 protocol.
    case s3
    case google, azure
    /// Made by a cluster, with the S3 protocol.
    case cluster
    /// A directory of this machine.
    case local

    public var speaksS3: Bool { ![.google, .azure, .local].contains(self) }
  }

  public var address: Address
  public var flavour: Flavour
  /// The native name.
  public var name: Value
  /// Empty where the store has none (CZ-09).
  public var region: Value?
  /// With its scheme; nil is the cloud's own.
  public var endpoint: Value?
  public var isPathStyle: Bool
  /// `aws`, `aws-cn` …: the partition of its names, which follows the bucket.
  public var partition = "aws"
  /// The account at AWS, where the connection says it.
  public var account: String?
  /// The project at Google.
  public var project: String?
  public var azure: AzurePlace?
  /// Authorities to trust at the endpoint, PEM.
  public var certificate: String?
  public var allowsPlainHTTP: Bool
  /// Facets as desired, by name.
  public var facets: ValueMap

  public init(
    address: Address, flavour: Flavour, name: Value, region: Value? = nil, endpoint: Value? = nil,
    isPathStyle: Bool = false, facets: ValueMap = ValueMap(), certificate: String? = nil, allowsPlainHTTP: Bool = false
  ) {
    self.address = address
    self.flavour = flavour
    self.name = name
    self.region = region
    self.endpoint = endpoint
    self.isPathStyle = isPathStyle
    self.facets = facets
    self.certificate = certificate
    self.allowsPlainHTTP = allowsPlainHTTP
  }

  /// The account that holds a container.
  public struct AzurePlace: Sendable, Hashable {
    public var account: String
    public var resourceGroup: String?
    public var subscription: String?
    public var tenant: String?
    public var sku: String?
    /// `public`, `usGovernment` or `china`.
    public var cloud: String

    public init(
      account: String, resourceGroup: String? = nil, subscription: String? = nil, tenant: String? = nil,
      sku: String? = nil, cloud: String = "public"
    ) {
      self.account = account
      self.resourceGroup = resourceGroup
      self.subscription = subscription
      self.tenant = tenant
      self.sku = sku
      self.cloud = cloud
    }
  }
}

extension BucketFacts {
  func knownName() throws(DocumentProblem) -> String { try name.knownText() ?? "" }
  func knownRegion() throws(DocumentProblem) -> String? {
    let text = try region?.knownText()
    return text?.isEmpty ?? true ? nil : text
  }
  func knownEndpoint() throws(DocumentProblem) -> String? { try endpoint?.knownText() }

  /// With the region that stores without one sign for (CZ-09).
  func signingRegion() throws(DocumentProblem) -> String? {
    let region = try knownRegion()
    return region ?? (flavour == .aws || !flavour.speaksS3 ? nil : "us-east-1")
  }

  /// on for any endpoint of one's own and for MinIO.
  var needsPathStyle: Bool { isPathStyle || flavour == .minio || endpoint != nil }

  func arn() throws(DocumentProblem) -> String { "arn:\(partition):s3:::\(try knownName())" }
}

extension Value {
  /// The text; nil when it is anything else. Unknowns are refused.
  func knownText() throws(DocumentProblem) -> String? {
    if case .unknown(let output) = self { throw .bornInApply(output) }
    return string
  }
}
