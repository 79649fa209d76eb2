internal import CooperEngine
internal import CooperModel
internal import CooperProvider
internal import CooperSchema
internal import CooperTransport
private import FoundationEssentials

/// What every check needs of the world.
struct CheckSurroundings {
  let session: Session
  let transport: CurlTransport
  let options: TransportOptions
  let secrets: SecretResolver
  let trust: EndpointTrust

  var logged: any HTTPTransport {
    let session = session
    return session.options.logLevel == .debug
      ? LoggingTransport(inner: transport, log: { session.log(.debug, $0) }) : transport
  }

  var runner: CallRunner {
    let session = session
    return session.runner { session.log($0, $1) }
  }
}

/// The steps from a connection's settings to who is signed in; each needs the one before.
struct ConnectionSteps {
  static let names = ["settings", "name", "endpoint", "tls", "credentials"]

  let surroundings: CheckSurroundings
  let steps: CheckSteps

  /// The connection when everything up to the sign-in is good.
  func open(_ declaration: ConnectionDeclaration) async -> (any Connection)? {
    let session = surroundings.session
    let connection: any Connection
    do throws(CallFailure) {
      guard let provider = session.registry.provider(ofType: declaration.type) else { return nil }
      connection = try provider.connect(
        declaration, environment: session.environment(surroundings.logged, surroundings.secrets))
    } catch {
      steps.failed("settings", error, since: nil)
      return nil
    }
    steps.tell("settings", .good, connection.site.region.map { "region \($0)" } ?? "")
    let certificate = declaration.settings["caCertificate"]?.string.flatMap { try? session.projectFiles.read($0) }
    guard reach(connection.site.endpoint, certificate.map { String(decoding: $0, as: UTF8.self) }) else { return nil }
    // Whether anything answers is asked of any address; credentials go only where they may.
    if let refusal = surroundings.trust.refusal(of: connection) {
      steps.failed("trust", refusal, since: nil)
      return nil
    }
    return await isSignedIn(connection) ? connection : nil
  }

  // MARK: The way there

  /// Name, network and TLS of an endpoint; a directory needs none of them.
  func reach(_ endpoint: String, _ caCertificate: String?) -> Bool {
    guard endpoint.hasPrefix("http://") || endpoint.hasPrefix("https://") else {
      let isThere = FileManager.default.fileExists(atPath: endpoint)
      steps.tell(
        "endpoint", .good, isThere ? endpoint : "\(endpoint) is not there yet; the first apply makes it")
      return true
    }
    let begun = SystemClock.now()
    // Without credentials: any answer at all proves name, network and TLS.
    let look = EndpointLook.at(
      HTTPRequest(
        .get, endpoint + "/", caCertificate: caCertificate, bodyLimit: 1 << 20, totalTimeout: 30), surroundings.options)
    return tell(look, endpoint, since: begun)
  }

  private func tell(_ look: EndpointLook, _ endpoint: String, since begun: Double) -> Bool {
    let isEncrypted = endpoint.hasPrefix("https://")
    switch look.outcome {
    case .success(let status):
      tellName(look, endpoint)
      steps.tell("endpoint", .good, "\(endpoint) answers, HTTP \(status)", seconds: look.answered)
      tellCertificate(look, isEncrypted)
      return true
    case .failure(let failure):
      let code = failure.code
      if code == TransportCode.resolveFailed {
        steps.failed("name", failure, since: begun)
        return false
      }
      tellName(look, endpoint)
      if code == TransportCode.tlsFailed, look.isConnected {
        steps.tell("endpoint", .good, "\(endpoint) takes connections", seconds: look.connected)
      }
      steps.failed(code == TransportCode.tlsFailed ? "tls" : "endpoint", failure, since: begun)
      return false
    }
  }

  private func tellName(_ look: EndpointLook, _ endpoint: String) {
    let authority = endpoint.split(separator: "/").dropFirst().first.map(String.init) ?? ""
    let host = authority.hasPrefix("[") ? authority : String(authority.prefix { $0 != ":" })
    if host.hasPrefix("[") || host.allSatisfy({ $0.isNumber || $0 == "." }) {
      steps.tell("name", .skipped, "\(host) is an address and needs no look-up")
    } else {
      steps.tell("name", .good, "\(host) resolves", seconds: look.resolved)
    }
  }

  private func tellCertificate(_ look: EndpointLook, _ isEncrypted: Bool) {
    guard isEncrypted else { return steps.tell("tls", .good, "none: plain HTTP is allowed here") }
    var words = "the certificate is trusted"
    var fix: String?
    if let certificate = look.certificate {
      words += ": \(certificate.subject), by \(certificate.issuer)"
      if let expires = certificate.expires {
        let days = Int((expires - SystemClock.now()) / 86_400)
        words += "; it ends in \(days) days"
        if days < 21 { fix = "renew the certificate before it ends" }
      }
    }
    steps.tell("tls", .good, words, seconds: look.secured, fix: fix)
  }

  // MARK: Who am I

  private func isSignedIn(_ connection: any Connection) async -> Bool {
    guard let question = connection.identify() else {
      steps.tell("credentials", .skipped, "this store has no question for who is signed in; the listing tells")
      return true
    }
    let begun = SystemClock.now()
    do throws(CallFailure) {
      let identity = try await surroundings.runner.run(question, on: connection)
      let account = identity.account.map { "account \($0), " } ?? ""
      steps.tell("credentials", .good, "\(account)\(identity.principal), from \(identity.source)", since: begun)
      guard let declared = connection.declaredAccount, let account = identity.account else { return true }
      guard declared == account else {
        let wrong = CallFailure(
          .unauthenticated, code: Observer.wrongAccountCode, "the YAML says account \(declared), this is \(account)")
        steps.failed("account", wrong, since: nil)
        return false
      }
      steps.tell("account", .good, "the one the YAML says")
      return true
    } catch {
      steps.failed("credentials", error, since: begun)
      return false
    }
  }
}
