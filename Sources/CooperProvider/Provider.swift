public import CooperModel
public import CooperSchema

/// Who a connection is signed in as.
public struct SignedInIdentity: Sendable, Hashable {
  public var account: String?
  /// E.g. `assumed-role/dev/ana`; never a key.
  public var principal: String
  /// Where the credentials came from, e.g. `AWS_PROFILE=stage in ~/.aws/config`.
  public var source: String

  public init(account: String?, principal: String, source: String) {
    self.account = account
    self.principal = principal
    self.source = source
  }
}

/// What a store shows of itself in its answers.
public struct RecognisedStore: Sendable, Hashable {
  /// The type of connection that it is, e.g. `minio`.
  public var type: String
  /// By what it shows, e.g. `Server: MinIO`.
  public var sign: String

  public init(type: String, sign: String) {
    self.type = type
    self.sign = sign
  }
}

/// A way to reach one provider: it signs and sends calls and knows nothing of plans.
public protocol Connection: Sendable {
  var site: Site { get }
  /// One attempt, signed afresh; replies of any status are returned. Throws only when there is no reply.
  func attempt(_ call: Call) async throws(CallFailure) -> Reply
  /// What a reply means for sending the same call again: a retryable failure (of conflicts those that pass by
  /// themselves), or nil when the procedure shall see it.
  func transientFailure(_ reply: Reply, to call: Call) -> CallFailure?
  /// The URL as plans show it, without secrets.
  func url(for call: Call) -> String
  /// Asks who is signed in; nil where the provider has no such question.
  func identify() -> (any Procedure<SignedInIdentity>)?
  /// The account the YAML says the connection must be in.
  var declaredAccount: String? { get }
  /// Addresses that the YAML chose and credentials go to, as `https://host[:port]`; empty where the provider's own are
  /// used. One that isn't recorded gets no credentials before somebody outside the repository confirms it.
  var chosenEndpoints: [String] { get }
  /// True where the provider's own service answers, and not something that speaks its protocol.
  var isOwnService: Bool { get }
  /// Asks by a read which type of connection the store shows itself to be; nil where there is no telling.
  func recognise() -> (any Procedure<RecognisedStore?>)?
  /// The physical identity of a name on this connection.
  func identity(of name: String) -> PhysicalIdentity
  /// The same way, signing with another key; nil where keys of this kind don't sign here.
  func signedIn(with key: KeyPair) -> (any Connection)?
}

extension Connection {
  public var chosenEndpoints: [String] { [] }
  public var isOwnService: Bool { chosenEndpoints.isEmpty }
  public func recognise() -> (any Procedure<RecognisedStore?>)? { nil }
  public func signedIn(with key: KeyPair) -> (any Connection)? { nil }
}

/// A program that a file of the user's own names, e.g. `credential_process` in `~/.aws/config`.
public struct UsersProgram: Sendable, Hashable {
  /// The program and its arguments; no shell reads them.
  public var words: [String]
  /// The file that names it. Inside the project it isn't the user's alone, and the program doesn't run.
  public var namedIn: String
  /// Variables that the file gives it besides those of all programs.
  public var variables: [String: String]

  public init(words: [String], namedIn: String, variables: [String: String] = [:]) {
    self.words = words
    self.namedIn = namedIn
    self.variables = variables
  }
}

/// What providers get from the outside; tests give their own.
public struct ProviderEnvironment: Sendable {
  public var variable: @Sendable (String) -> String?
  /// Reads a whole file; nil if it is not there. Paths are absolute or start at the project.
  public var readFile: @Sendable (String) throws -> [UInt8]?
  /// Follows a reference such as `env:NAME` in the field with that place, e.g. `connections.minio.access.secretAccessKey`;
  /// the bytes must not be logged.
  public var secret: @Sendable (_ reference: Value, _ field: String) throws(CallFailure) -> Secret
  /// Runs a program of the user's and gives what it printed; never one that the repository names.
  public var output: @Sendable (UsersProgram) throws(CallFailure) -> Secret
  /// Replaces a file of the user's in one step, readable by nobody else; tools of other makers keep sessions in such.
  public var replaceFile: @Sendable (_ path: String, _ bytes: [UInt8]) throws -> Void
  public var transport: any HTTPTransport
  /// Seconds since 1970 and their fraction.
  public var now: @Sendable () -> Double
  public var homeDirectory: String?
  public var projectDirectory: String
  /// Whether what isn't ready yet is waited for; false where a command tells how things stand now.
  public var awaits = true

  public init(
    variable: @escaping @Sendable (String) -> String?, readFile: @escaping @Sendable (String) throws -> [UInt8]?,
    secret: @escaping @Sendable (Value, String) throws(CallFailure) -> Secret, transport: any HTTPTransport,
    now: @escaping @Sendable () -> Double, homeDirectory: String?, projectDirectory: String,
    output: @escaping @Sendable (UsersProgram) throws(CallFailure) -> Secret = Self.runsNothing,
    replaceFile: @escaping @Sendable (String, [UInt8]) throws -> Void = Self.writesNothing
  ) {
    self.variable = variable
    self.readFile = readFile
    self.secret = secret
    self.transport = transport
    self.now = now
    self.homeDirectory = homeDirectory
    self.projectDirectory = projectDirectory
    self.output = output
    self.replaceFile = replaceFile
  }

  /// For surroundings without programs.
  public static let runsNothing: @Sendable (UsersProgram) throws(CallFailure) -> Secret = {
    (program) throws(CallFailure) in
    throw CallFailure(.unsupported, code: "NoPrograms", "\(program.words.first ?? "a program") can't run here")
  }

  /// For surroundings in which nothing is kept.
  public static let writesNothing: @Sendable (String, [UInt8]) throws -> Void = { path, _ in
    throw CallFailure(.unsupported, code: "NoFiles", "\(path) can't be written here")
  }
}

/// A family of connection types with the kinds they hold.
public protocol Provider: Sendable {
  var name: String { get }
  var connectionTypes: [ConnectionType] { get }
  /// The kinds it can look at and write.
  var kinds: [Kind] { get }
  /// The kinds as the language knows them; may name more than `kinds`, and such a resource is planned offline only.
  var kindSchemas: [KindSchema] { get }
  /// Where it keeps keys of others, e.g. Secrets of a cluster; nil where it keeps none.
  var secretStore: SecretStore? { get }
  /// Asks a platform what it says of itself to those who trust it (`ConnectionType.partyOutputs`); nil where it says nothing.
  var party: (@Sendable (Site, _ partition: String) -> any Procedure<ValueMap>)? { get }
  /// Checks settings and prepares access; makes no call. Throws a failure that names the field.
  func connect(
    _ declaration: ConnectionDeclaration, environment: ProviderEnvironment
  ) throws(CallFailure) -> any Connection
  /// The `access` by which a connection acts as an identity of the project, with its references to secrets as they stand
  /// there; nil where the identity holds nothing to sign in with.
  func access(actingAs identity: Related) -> ValueMap?
}

extension Provider {
  public func access(actingAs identity: Related) -> ValueMap? { nil }

  public var kindSchemas: [KindSchema] { kinds.map(\.schema) }
  public var secretStore: SecretStore? { nil }
  public var party: (@Sendable (Site, _ partition: String) -> any Procedure<ValueMap>)? { nil }
}
