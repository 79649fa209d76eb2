internal import CooperEngine
internal import CooperModel
internal import CooperProvider
internal import CooperSchema
internal import CooperTransport
private import FoundationEssentials

/// The steps from a connection's settings to a listing, each told as soon as it is done; a step that fails ends it.
struct ConnectionCheck {
  let session: Session
  let declaration: ConnectionDeclaration
  let transport: CurlTransport
  let secrets: SecretResolver
  let trust: EndpointTrust

  /// True when every step is good.
  func run() async -> Bool {
    let logged: any HTTPTransport =
      session.options.logLevel == .debug
      ? LoggingTransport(inner: transport, log: { session.log(.debug, $0) }) : transport
    let connection: any Connection
    do throws(CallFailure) {
      guard let provider = session.registry.provider(ofType: declaration.type) else { return false }
      connection = try provider.connect(declaration, environment: session.environment(logged, secrets))
    } catch {
      return failed("settings", error, since: nil)
    }
    tell("settings", "ok", connection.site.region.map { "region \($0)" } ?? "")
    guard await isReachable(connection) else { return false }
    let runner = session.runner { session.log($0, $1) }
    // Whether anything answers is asked of any address; credentials go only where they may.
    if let refusal = trust.refusal(of: connection) { return failed("trust", refusal, since: nil) }
    guard await isSignedIn(connection, runner) else { return false }
    return await lists(connection, runner)
  }

  // MARK: Steps

  private func isReachable(_ connection: any Connection) async -> Bool {
    let endpoint = connection.site.endpoint
    guard endpoint.hasPrefix("http://") || endpoint.hasPrefix("https://") else {
      let isThere = FileManager.default.fileExists(atPath: endpoint)
      tell("endpoint", "ok", isThere ? endpoint : "\(endpoint) is not there yet; the first apply makes it")
      return true
    }
    let begun = SystemClock.now()
    let certificate = declaration.settings["caCertificate"]?.string.flatMap { try? session.projectFiles.read($0) }
    do throws(CallFailure) {
      // Without credentials: any answer at all proves name, network and TLS.
      let request = HTTPRequest(
        .get, endpoint + "/", caCertificate: certificate.map { String(decoding: $0, as: UTF8.self) },
        bodyLimit: 1 << 20, totalTimeout: 30)
      let reply = try await transport.send(request)
      tell("endpoint", "ok", "\(endpoint) answers, HTTP \(reply.status)", since: begun)
      tell(
        "tls", "ok", endpoint.hasPrefix("https://") ? "the certificate is trusted" : "none: plain HTTP is allowed here")
      return true
    } catch {
      return failed(error.code == TransportCode.tlsFailed ? "tls" : "endpoint", error, since: begun)
    }
  }

  private func isSignedIn(_ connection: any Connection, _ runner: CallRunner) async -> Bool {
    guard let question = connection.identify() else {
      tell("credentials", "-", "this store has no question for who is signed in; the listing tells")
      return true
    }
    let begun = SystemClock.now()
    do throws(CallFailure) {
      let identity = try await runner.run(question, on: connection)
      let account = identity.account.map { "account \($0), " } ?? ""
      tell("credentials", "ok", "\(account)\(identity.principal), from \(identity.source)", since: begun)
      guard let declared = connection.declaredAccount, let account = identity.account else { return true }
      guard declared == account else {
        let wrong = CallFailure(
          .unauthenticated, code: Observer.wrongAccountCode, "the YAML says account \(declared), this is \(account)")
        return failed("account", wrong, since: nil)
      }
      tell("account", "ok", "the one the YAML says")
      return true
    } catch {
      return failed("credentials", error, since: begun)
    }
  }

  private func lists(_ connection: any Connection, _ runner: CallRunner) async -> Bool {
    var isGood = true
    for section in session.registry.catalog.kinds.keys.sorted() {
      guard let kind = session.registry.kind(section: section, ofType: connection.site.type) else { continue }
      let begun = SystemClock.now()
      do throws(CallFailure) {
        let listed = try await runner.run(kind.list(connection.site), on: connection)
        tell("list", "ok", "\(listed.count) \(section)", since: begun)
      } catch {
        isGood = failed("list", error, since: begun)
      }
    }
    return isGood
  }

  // MARK: Words

  private func tell(_ step: String, _ verdict: String, _ detail: String, since begun: Double? = nil) {
    let time = begun.map { "\(Int((SystemClock.now() - $0) * 1_000)) ms" } ?? ""
    let line = "  " + Self.padded(step, 12) + Self.padded(verdict, 7) + Self.padded(time, 9) + detail
    session.output.print(String(line.reversed().drop { $0 == " " }.reversed()))
  }

  /// Shows a failure with its fix; always false.
  private func failed(_ step: String, _ failure: CallFailure, since begun: Double?) -> Bool {
    tell(step, "FAILED", "\(failure.code): \(failure.message)", since: begun)
    if let call = failure.call { session.output.print("              \(call)") }
    if let fix = Self.fix(step, failure) { session.output.print("              \(fix)") }
    return false
  }

  private static func fix(_ step: String, _ failure: CallFailure) -> String? {
    switch failure.code {
    case TransportCode.resolveFailed: return "is the host's name right in  endpoint:, and can this machine resolve it?"
    case TransportCode.connectFailed, TransportCode.timeout:
      return "does it run, and is it reachable from here? See also HTTPS_PROXY and NO_PROXY"
    case TransportCode.tlsFailed: return "name the certificate of a private authority:  caCertificate: certs/ca.pem"
    case TransportCode.proxyFailed: return "see HTTPS_PROXY and NO_PROXY"
    default: break
    }
    switch failure.kind {
    case .denied:
      let permission = failure.permission.map { "grant \($0.action) on \($0.resource)" } ?? "grant the right to list"
      return step == "list" ? permission + "; planning works without it, with a call more for each bucket" : permission
    case .unauthenticated: return "see  access:  of the connection, and the clock of this machine"
    case .notFound, .protocolBroken, .unsupported:
      return "is  endpoint:  really that of a \(step == "list" ? "store" : "service")?"
    default: return nil
    }
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }
}
