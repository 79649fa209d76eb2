public import CooperSchema

/// A bucket that Cozystack makes: an object of `apps.cozystack.io/v1alpha1` in a tenant's namespace (CZ-01, CZ-02).
public struct CozystackBucket: Modeled {
  /// Which of the two shapes the platform has (CZ-02).
  public enum Flavour: String, SchemaChoice {
    /// Up to 1.0, and what Hikube documents: no spec, one key pair.
    case a = "A"
    /// From 1.1: lock, pool and users.
    case b = "B"
  }

  public var namespace = ""
  /// Nil: asked of the cluster (U-04).
  public var flavour: Flavour?
  public var users: [String: CozystackUser]?
  public var locking: Bool?
  public var storagePool: String?
  public var ownedBy: [String: String]?

  public init() {}

  /// A DNS label (RFC 1123).
  static let label = TextRule(
    lengths: 1...63, pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
    expectation: "lower-case letters, digits and hyphens, a letter or digit at both ends",
    matches: { DNSLabel.isValid($0) })

  public static let schema = ObjectSchema<CozystackBucket>(
    "CozystackBucket",
    "A bucket that Cozystack makes; its name at the store, its endpoint and its keys are born there.",
    [
      .init(
        required: "namespace", \.namespace, shape: .string(label),
        mutability: .replaces(because: "an object can't move to another namespace"),
        summary: "The tenant's namespace.", example: "tenant-acme"),
      .init(
        "flavour", \.flavour,
        summary: "A: Cozystack up to 1.0, one key pair. B: from 1.1, with users. Asked of the cluster if not written.",
        example: "B"),
      .init(
        "users", \.users, shape: .map(CozystackUser.shape, keys: label),
        summary: "Who gets a key pair of their own; flavour B makes no keys without users.",
        example: "{ velero: {}, audit: { readonly: true } }"),
      .init(
        "locking", \.locking, mutability: .replaces(because: "the class of a bucket is chosen when it is made"),
        summary: "Keeps every object for 365 days, which nobody can shorten, and the data when the bucket is deleted.",
        example: "true"),
      .init(
        "storagePool", \.storagePool, shape: .string(label),
        mutability: .replaces(because: "the class of a bucket is chosen when it is made"),
        summary: "Pool of storage, default that of the tenant.", example: "fast"),
      .init(
        "ownedBy", \.ownedBy, .readOnly,
        summary: "Fields that another manager owns, with its name, where the cluster says otherwise than this."),
    ])

  public static let facet = FacetSchema(
    name: "cozystack", shape: shape, summary: "Lets Cozystack make the bucket, with keys for users.",
    example: "{ namespace: tenant-acme, users: { velero: {} } }", problems: problems)

  /// CZ-02, CZ-03.
  @Sendable private static func problems(_ value: Value) -> [FacetProblem] {
    guard let model = try? CozystackBucket(value: value), model.flavour == .a else { return [] }
    let given = [
      ("users", model.users != nil), ("locking", model.locking != nil), ("storagePool", model.storagePool != nil),
    ]
    return given.filter(\.1).map { name, _ in
      FacetProblem(
        path: [name], code: "CZK0001", message: "Cozystack up to 1.0 (flavour A) has no \(name)", fix: "flavour: B")
    }
  }
}

/// A user of a Cozystack bucket; each gets a key pair.
public struct CozystackUser: Modeled {
  public var readonly: Bool?

  public init() {}

  public static let schema = ObjectSchema<CozystackUser>(
    "CozystackUser", "A user with a key pair of their own.",
    [.init("readonly", \.readonly, .defaulted(false), summary: "May read and not write.", example: "true")])
}

/// Names of Kubernetes objects that are one label of a host name.
public enum DNSLabel {
  /// RFC 1123: letters, digits and hyphens, a letter or digit at both ends.
  public static func isValid(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard let first = bytes.first, let last = bytes.last, bytes.count <= 63 else { return false }
    return isWordByte(first) && isWordByte(last) && bytes.allSatisfy { isWordByte($0) || $0 == 0x2d }
  }

  /// RFC 1035: the same, with a letter in front.
  public static func isValidWithLetterFirst(_ text: String) -> Bool {
    guard let first = text.utf8.first else { return false }
    return (0x61...0x7a).contains(first) && isValid(text)
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte)
  }
}
