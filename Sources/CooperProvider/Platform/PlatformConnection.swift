public import CooperModel
internal import CooperSchema

/// A way to one platform with an HTTP interface: its address, who is signed in, and what its answers mean.
public struct PlatformConnection: Connection {
  public let site: Site
  public let declaredAccount: String? = nil
  let sender: PlatformSender
  let session: PlatformSession
  /// A reply that means: the session has ended. The call is sent once more with a new one.
  let saysExpired: @Sendable (Reply) -> Bool
  let transient: @Sendable (Reply, Call) -> CallFailure?
  /// Headers that a call carries besides those of the session, e.g. its project.
  let headers: @Sendable (Call) -> [Header]

  public init(
    site: Site, sender: PlatformSender, session: PlatformSession,
    saysExpired: @escaping @Sendable (Reply) -> Bool = { $0.status == 401 },
    headers: @escaping @Sendable (Call) -> [Header] = { _ in [] },
    transient: @escaping @Sendable (Reply, Call) -> CallFailure?
  ) {
    self.site = site
    self.sender = sender
    self.session = session
    self.saysExpired = saysExpired
    self.headers = headers
    self.transient = transient
  }

  public func attempt(_ call: Call) async throws(CallFailure) -> Reply {
    let (token, generation) = try await session.current()
    let reply = try await sender.send(call, token.headers + headers(call))
    guard saysExpired(reply), session.renew(after: generation) else { return reply }
    let (renewed, _) = try await session.current()
    return try await sender.send(call, renewed.headers + headers(call))
  }

  public func transientFailure(_ reply: Reply, to call: Call) -> CallFailure? {
    200..<300 ~= reply.status ? nil : transient(reply, call)
  }

  public var chosenEndpoints: [String] { [sender.origin] }
  public func url(for call: Call) -> String { sender.url(for: call) }
  public func identify() -> (any Procedure<SignedInIdentity>)? { nil }
  public func identity(of name: String) -> PhysicalIdentity { PhysicalIdentity(endpoint: site.endpoint, name: name) }
}

/// Turns calls into requests to the address of a platform.
public struct PlatformSender: Sendable {
  public let connection: String
  /// Scheme, host, port and path, without a slash at its end.
  public let base: String
  private let caCertificate: String?
  private let transport: any HTTPTransport

  /// Scheme, host and port.
  public var origin: String {
    base.split(separator: "/", omittingEmptySubsequences: false).prefix(3).joined(separator: "/")
  }

  /// Reads `endpoint`, `caCertificate` and `insecure` of a connection.
  public init(
    _ declaration: ConnectionDeclaration, _ environment: ProviderEnvironment
  ) throws(CallFailure) {
    connection = declaration.name
    transport = environment.transport
    var text = declaration.settings["endpoint"]?.string ?? ""
    while text.hasSuffix("/") { text.removeLast() }
    let scheme = text.prefix { $0 != ":" }.lowercased()
    let rest = text.dropFirst(scheme.count + 3)
    guard scheme == "https" || scheme == "http", text.dropFirst(scheme.count).hasPrefix("://"), !rest.isEmpty,
      rest.first != "/", !rest.contains(where: { "?#@ \\".contains($0) }),
      rest.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
    else {
      throw .platformSetting(declaration.name, "endpoint", "it is a host with https://, a port and perhaps a path")
    }
    //
    guard scheme == "https" || declaration.settings["insecure"]?.string == "allow" else {
      throw .platformSetting(
        declaration.name, "endpoint", "\(text) is not encrypted; write https://, or insecure: allow beside it")
    }
    let host = rest.prefix { $0 != "/" }
    base = scheme + "://" + host.lowercased() + rest.dropFirst(host.count)
    caCertificate = try Self.certificate(declaration, environment)
  }

  private static func certificate(
    _ declaration: ConnectionDeclaration, _ environment: ProviderEnvironment
  ) throws(CallFailure) -> String? {
    guard let path = declaration.settings["caCertificate"]?.string else { return nil }
    guard let bytes = (try? environment.readFile(path)) ?? nil else {
      throw .platformSetting(declaration.name, "caCertificate", "\(path) can't be read")
    }
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.split(whereSeparator: \.isNewline).contains(where: { $0.hasPrefix("-----BEGIN ") }) else {
      throw .platformSetting(declaration.name, "caCertificate", "\(path) holds no certificate in PEM form")
    }
    return text
  }

  public func url(for call: Call) -> String {
    func encoded(_ text: String) -> String { String(decoding: FormText.encoded(Array(text.utf8)), as: UTF8.self) }
    let path = call.path.map { "/" + encoded($0) }.joined()
    let query = call.query.map { encoded($0.name) + ($0.value.map { "=" + encoded($0) } ?? "") }
    return base + path + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
  }

  public func send(_ call: Call, _ headers: [Header]) async throws(CallFailure) -> Reply {
    try await transport.send(
      HTTPRequest(
        call.method, url(for: call), headers: call.headers + headers, body: call.body, caCertificate: caCertificate,
        idempotent: call.idempotent))
  }

  /// Sends a body with secrets in it, e.g. to sign in.
  public func send(
    _ call: Call, filling secrets: [SecretUse: Secret]
  ) async throws(CallFailure) -> Reply {
    var call = call
    call.body = try call.secretBody.filled { use throws(CallFailure) in
      guard let secret = secrets[use] else {
        throw CallFailure(.invalid, code: "PLT0002", "\(use.field) was not looked up")
      }
      return secret
    }
    call.secretBody = []
    return try await send(call, [])
  }
}
