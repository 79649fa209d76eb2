public import CooperModel
public import CooperSchema

/// What documents know of an identity: never a secret, only where there is one.
public struct IdentityFacts: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable {
    case accessKey, role, serviceAccount, servicePrincipal, bucketUser, external
  }

  public var address: Address
  public var kind: Kind
  /// The native name.
  public var name: String
  /// ARN of a role.
  public var arn: Value?
  /// Address of a service account.
  public var email: Value?
  public var objectId: String?
  public var clientId: String?
  public var tenant: String?
  /// The account at AWS or the project at Google in which it lives.
  public var home: String?
  public var partition = "aws"
  public var trust: [TrustedParty]
  public var maxSession: TimeSpan?
  /// Fields that lead to a secret, e.g. `secretAccessKey`.
  public var secrets: Set<String>
  public var description: String?

  public init(
    address: Address, kind: Kind, name: String, arn: Value? = nil, email: Value? = nil, trust: [TrustedParty] = [],
    maxSession: TimeSpan? = nil, secrets: Set<String> = []
  ) {
    self.address = address
    self.kind = kind
    self.name = name
    self.arn = arn
    self.email = email
    self.trust = trust
    self.maxSession = maxSession
    self.secrets = secrets
  }

  func slot(_ field: String, member: String? = nil) -> DocumentSlot { DocumentSlot(address, field, member: member) }

  /// True where it has the pair of an S3 key.
  var hasKeyPair: Bool { kind == .accessKey || kind == .bucketUser }
  /// True for a service account with its JSON key.
  var hasGoogleKey: Bool { secrets.contains("key") }

  func knownARN() throws(DocumentProblem) -> String {
    guard let arn = try arn?.knownText() else {
      throw .lacking(address, "ARN", fix: "write  account:  at its connection, or apply first")
    }
    return arn
  }

  func knownEmail() throws(DocumentProblem) -> String {
    guard let email = try email?.knownText() else {
      throw .lacking(address, "e-mail address", fix: "write it, or  project:  at its connection")
    }
    return email
  }
}

/// Somebody who may act as an identity, one of `trust:`.
public enum TrustedParty: Sendable, Hashable {
  /// A platform; what it says of itself is born in apply.
  case platform(type: String, account: Value?, externalId: Value?)
  case aws(String, externalId: String?)
  case service(String)
  case oidc(host: String, subject: String, audience: String?)
}
