internal import CooperConfig
internal import CooperEngine
internal import CooperModel
internal import CooperProvider
internal import CooperSchema
internal import CooperTransport
private import FoundationEssentials

/// The steps from a connection's settings to a look at what its store holds, each told as soon as it is done; a step that
/// fails ends it.
final class ConnectionCheck {
  private(set) var report: CheckReport
  let session: Session
  let declaration: ConnectionDeclaration
  let transport: CurlTransport
  let secrets: SecretResolver
  let trust: EndpointTrust
  /// What the project declares on this connection.
  let resources: [ResourceDeclaration]
  let tells: (CheckReport.Step) -> Void

  init(
    _ declaration: ConnectionDeclaration, at place: String, session: Session, transport: CurlTransport,
    secrets: SecretResolver, trust: EndpointTrust, resources: [ResourceDeclaration],
    tells: @escaping (CheckReport.Step) -> Void
  ) {
    report = CheckReport(name: declaration.name, type: declaration.type, place: place)
    self.declaration = declaration
    self.session = session
    self.transport = transport
    self.secrets = secrets
    self.trust = trust
    self.resources = resources
    self.tells = tells
  }

  func run() async {
    let session = session
    let logged: any HTTPTransport =
      session.options.logLevel == .debug
      ? LoggingTransport(inner: transport, log: { session.log(.debug, $0) }) : transport
    let connection: any Connection
    do throws(CallFailure) {
      guard let provider = session.registry.provider(ofType: declaration.type) else { return }
      connection = try provider.connect(declaration, environment: session.environment(logged, secrets))
    } catch {
      return failed("settings", error, since: nil)
    }
    tell("settings", .good, connection.site.region.map { "region \($0)" } ?? "")
    guard await isReachable(connection) else { return }
    let runner = session.runner { session.log($0, $1) }
    // Whether anything answers is asked of any address; credentials go only where they may.
    if let refusal = trust.refusal(of: connection) { return failed("trust", refusal, since: nil) }
    guard await isSignedIn(connection, runner) else { return }
    await listAndProbe(connection, runner)
  }

  // MARK: Steps

  private func isReachable(_ connection: any Connection) async -> Bool {
    let endpoint = connection.site.endpoint
    guard endpoint.hasPrefix("http://") || endpoint.hasPrefix("https://") else {
      let isThere = FileManager.default.fileExists(atPath: endpoint)
      tell("endpoint", .good, isThere ? endpoint : "\(endpoint) is not there yet; the first apply makes it")
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
      tell("endpoint", .good, "\(endpoint) answers, HTTP \(reply.status)", since: begun)
      tell(
        "tls", .good, endpoint.hasPrefix("https://") ? "the certificate is trusted" : "none: plain HTTP is allowed here"
      )
      return true
    } catch {
      failed(error.code == TransportCode.tlsFailed ? "tls" : "endpoint", error, since: begun)
      return false
    }
  }

  private func isSignedIn(_ connection: any Connection, _ runner: CallRunner) async -> Bool {
    guard let question = connection.identify() else {
      tell("credentials", .skipped, "this store has no question for who is signed in; the listing tells")
      return true
    }
    let begun = SystemClock.now()
    do throws(CallFailure) {
      let identity = try await runner.run(question, on: connection)
      let account = identity.account.map { "account \($0), " } ?? ""
      tell("credentials", .good, "\(account)\(identity.principal), from \(identity.source)", since: begun)
      guard let declared = connection.declaredAccount, let account = identity.account else { return true }
      guard declared == account else {
        let wrong = CallFailure(
          .unauthenticated, code: Observer.wrongAccountCode, "the YAML says account \(declared), this is \(account)")
        failed("account", wrong, since: nil)
        return false
      }
      tell("account", .good, "the one the YAML says")
      return true
    } catch {
      failed("credentials", error, since: begun)
      return false
    }
  }

  private func listAndProbe(_ connection: any Connection, _ runner: CallRunner) async {
    for section in session.registry.catalog.kinds.keys.sorted() {
      guard let kind = session.registry.kind(section: section, ofType: connection.site.type) else { continue }
      let begun = SystemClock.now()
      var listed: [Listed]?
      do throws(CallFailure) {
        let found = try await runner.run(kind.list(connection.site), on: connection)
        tell("list", .good, "\(found.count) \(section)", since: begun)
        listed = found
      } catch {
        failed("list", error, since: begun)
      }
      await probe(kind, section, connection, runner, listed)
    }
  }

  /// Reads the facets of the first resource of the project that is there.
  private func probe(
    _ kind: Kind, _ section: String, _ connection: any Connection, _ runner: CallRunner, _ listed: [Listed]?
  ) async {
    guard let support = session.registry.support(section: section, ofType: connection.site.type), !kind.facets.isEmpty
    else { return }
    let own = resources.filter { $0.address.section == section }
    var there: Target?
    for resource in own where there == nil {
      guard listed?.contains(where: { $0.name == resource.name }) ?? true else { continue }
      let target = target(of: resource, connection)
      if listed != nil {
        there = target
      } else if case .present? = try? await runner.run(kind.find(target), on: connection) {
        there = target
      }
    }
    guard let there else {
      let words = own.isEmpty ? "the project has no \(section) here" : "none of the project's \(section) is there yet"
      return tell(
        "profile", .skipped, "\(words), so it was not compared with what type \(declaration.type) holds",
        fix: own.isEmpty ? "declare one with  origin: existing  to have it read" : nil)
    }
    let managed = Set(own.flatMap { $0.facets.map(\.name) })
    let probe = ProfileProbe(
      kind: kind, support: support, connection: connection, runner: runner, target: there, managed: managed,
      openType: { self.openType(section, $0) })
    let found = await probe.run()
    report.facets += found.facets
    for step in found.steps { add(step) }
  }

  /// A type of the same provider that rules the facet out for no store.
  private func openType(_ section: String, _ facet: String) -> String? {
    let types = session.registry.catalog.connectionTypes
    let provider = types[declaration.type]?.provider
    return types.values.filter { $0.provider == provider && $0.support[section]?.unsure[facet] != nil }.map(\.name)
      .min()
  }

  private func target(of resource: ResourceDeclaration, _ connection: any Connection) -> Target {
    Target(
      address: resource.address, identity: connection.identity(of: resource.name),
      region: resource.region ?? connection.site.region, site: connection.site, settings: resource.settings)
  }

  // MARK: Words

  private func add(_ step: CheckReport.Step) {
    report.steps.append(step)
    tells(step)
  }

  private func tell(
    _ step: String, _ verdict: CheckReport.Verdict, _ detail: String, since begun: Double? = nil, fix: String? = nil
  ) {
    add(
      CheckReport.Step(
        name: step, verdict: verdict, detail: detail,
        milliseconds: begun.map { Int((SystemClock.now() - $0) * 1_000) }, fix: fix))
  }

  /// Shows a failure with its fix.
  private func failed(_ step: String, _ failure: CallFailure, since begun: Double?) {
    add(
      CheckReport.Step(
        name: step, verdict: .failed, detail: "\(failure.code): \(failure.message)",
        milliseconds: begun.map { Int((SystemClock.now() - $0) * 1_000) }, code: failure.code, call: failure.call,
        fix: Self.fix(step, failure)))
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
}
