public import CooperModel
public import CooperSchema

/// The resource that a document is made of, with everything that it refers to.
public struct DocumentSubject: Sendable, Hashable {
  public var address: Address
  /// Its name at the platform: of a location or registration; else the key.
  public var name: String
  public var bucket: BucketFacts?
  public var identity: IdentityFacts?
  /// Folder in the bucket.
  public var prefix: String?
  public var platform: Platform?
  /// Rights that the resource gives or gets.
  public var grants: [Grant]
  /// The driver of COSI, for classes.
  public var driver: String?
  /// The reviewed file says that secrets may stand in the document.
  public var includesSecrets = false

  public init(
    address: Address, name: String, bucket: BucketFacts? = nil, identity: IdentityFacts? = nil, prefix: String? = nil,
    platform: Platform? = nil, grants: [Grant] = [], driver: String? = nil
  ) {
    self.address = address
    self.name = name
    self.bucket = bucket
    self.identity = identity
    self.prefix = prefix
    self.platform = platform
    self.grants = grants
    self.driver = driver
  }

  /// The platform on which a location or registration is.
  public struct Platform: Sendable, Hashable {
    /// Type of its connection, e.g. `palette`.
    public var type: String
    /// Settings that the resource has there.
    public var settings: ValueMap

    public init(type: String, settings: ValueMap = ValueMap()) {
      self.type = type
      self.settings = settings
    }
  }

  /// One grant on one bucket, to principals of any cloud.
  public struct Grant: Sendable, Hashable {
    public var name: String
    public var bucket: BucketFacts
    public var prefix: String?
    /// A word, or statements of one's own.
    public var allow: Value
    public var principals: [Principal]
    /// A backup location by which one of them uses the bucket tags its objects (P-VELERO).
    public var tagsObjects = false

    public init(name: String, bucket: BucketFacts, prefix: String?, allow: Value, principals: [Principal]) {
      self.name = name
      self.bucket = bucket
      self.prefix = prefix
      self.allow = allow
      self.principals = principals
    }
  }

  /// Somebody who gets a right: one entry of `to:`.
  public enum Principal: Sendable, Hashable {
    case identity(IdentityFacts)
    case aws(String)
    case service(String)
    case google(String)
    case azure(String)
  }

  func needsBucket() throws(DocumentProblem) -> BucketFacts {
    guard let bucket else { throw .lacking(address, "bucket", fix: "name one by  bucket:") }
    return bucket
  }

  /// The identity whose credentials go into a form.
  func needsIdentity() throws(DocumentProblem) -> IdentityFacts {
    guard let identity else {
      throw .lacking(
        address, "identity whose credentials these would be",
        fix: "write  identity:  at the resource, or at the document where it is made of a bucket")
    }
    return identity
  }
}
