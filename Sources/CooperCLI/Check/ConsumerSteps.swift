internal import CooperConfig
internal import CooperEngine
internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// What the consumer's own credentials may do under the location's prefix: dry by a listing, and with consent by an object
/// that is written, read back and deleted.
struct ConsumerSteps {
  let check: PlaceCheck
  let kind: Kind
  /// Cooper's own connection, which removes for good what the consumer's deletion leaves in a bucket with versions.
  let owner: (any Connection)?
  let target: Target
  let lock: NewObjectLock
  /// Reads what Cooper's own connection can't, as the consumer; what it tells goes before `lock`.
  var guards: ((any Connection) async -> NewObjectLock)?

  private var steps: CheckSteps { check.steps }
  private var runner: CallRunner { check.surroundings.runner }

  func run(_ identity: Related?, on declaration: ConnectionDeclaration) async {
    guard let identity else {
      return skipAll("no identity is declared: the platform brings its own credentials, and Cooper has none of them")
    }
    guard let consumer = await signIn(identity, declaration) else { return }
    let lock = await guards?(consumer) ?? lock
    guard await lists(consumer) else { return }
    guard check.writes else {
      for name in ["write", "read", "delete"] {
        steps.tell(
          name, .skipped, "only a call that writes tells",
          fix: name == "write" ? "cooper check \(check.resource.address) --write" : nil)
      }
      return
    }
    switch lock {
    case .none: await canary(consumer)
    case .period(let period):
      skipWrites("an object would stay for \(period.text), as new objects are locked here")
    case .unknown(let reason): skipWrites("nothing is written where it might be locked: \(reason)")
    }
  }

  // MARK: Who the consumer is

  private func signIn(_ identity: Related, _ store: ConnectionDeclaration) async -> (any Connection)? {
    let session = check.surroundings.session
    guard let provider = session.registry.provider(ofType: store.type),
      let access = provider.access(actingAs: identity)
    else {
      skipAll(
        "\(identity.address) is a \(identity.variant ?? "principal"): only who runs as it can sign in, so this stays unproven"
      )
      return nil
    }
    let begun = SystemClock.now()
    var declaration = store
    declaration.access = access
    declaration.planAccess = nil
    // Messages name the field, and it is the identity's.
    declaration.accessField = "\(identity.address)"
    do throws(CallFailure) {
      let born = try await secretsBorn(in: access, identity)
      let resolver = check.surroundings.secrets
      let fields = Dictionary(
        identity.settings.map { ($0.value, "\(identity.address).\($0.key)") }, uniquingKeysWith: { first, _ in first })
      var environment = session.environment(check.surroundings.logged, resolver)
      environment.secret = { (reference, field) throws(CallFailure) in
        if let secret = born[reference] { return secret }
        return try resolver.resolve(reference, field: fields[reference] ?? field)
      }
      let connection = try provider.connect(declaration, environment: environment)
      guard let question = connection.identify() else {
        steps.tell("consumer", .good, "\(identity.address); the store has no question for who it is", since: begun)
        return connection
      }
      do throws(CallFailure) {
        let who = try await runner.run(question, on: connection)
        steps.tell("consumer", .good, "\(identity.address) is \(who.principal)", since: begun)
      } catch {
        // A failure that names a missing right is of somebody who is signed in; a consumer needs none but those on objects.
        guard error.kind == .denied || error.permission != nil else { throw error }
        steps.tell("consumer", .good, "\(identity.address); it may not ask who it is", since: begun)
      }
      return connection
    } catch {
      steps.failed("consumer", error, since: begun, fix: "see what the references of \(identity.address) lead to")
      return nil
    }
  }

  /// Keys that a platform made, asked of it before the connection needs them.
  private func secretsBorn(in access: ValueMap, _ identity: Related) async throws(CallFailure) -> [Value: Secret] {
    var found: [Value: Secret] = [:]
    for pair in access {
      let use = SecretUse(pair.value, field: "\(identity.address).\(pair.key)")
      guard use.output != nil else { continue }
      found[pair.value] = try await check.book.secret(use)
    }
    return found
  }

  // MARK: What it may do

  private func lists(_ consumer: any Connection) async -> Bool {
    guard let probe = kind.probe?(target, check.prefix, []) else { return false }
    let begun = SystemClock.now()
    do throws(CallFailure) {
      try await runner.run(probe.list, on: consumer)
      let place = check.prefix.isEmpty ? "the bucket" : check.prefix
      steps.tell("list", .good, "it may list \(place)", since: begun)
      return true
    } catch {
      steps.failed("list", error, since: begun, fix: grant(error))
      return false
    }
  }

  private func canary(_ consumer: any Connection) async {
    let object = check.prefix + Canary.name()
    let content = Array("Written by cooper check, which removes it again.\n".utf8)
    guard let probe = kind.probe?(target, object, content) else { return }
    // From here to its removal nothing ends this but the calls' own time limits.
    Signals.hold()
    defer { Signals.installLeaving() }
    let begun = SystemClock.now()
    var left: [String?] = []
    do throws(CallFailure) {
      let version = try await runner.run(probe.write, on: consumer)
      steps.tell("write", .good, object, since: begun)
      if let version { left.append(version) }
    } catch {
      steps.failed("write", error, since: begun, fix: grant(error))
      // A lost answer is no proof that nothing was written.
      if error.mayHaveHappened { await cleanUp(probe, object, [nil], consumer) }
      return
    }
    if !Signals.stop.isStopped { await readBack(probe, content, consumer) }
    let deleting = SystemClock.now()
    var isDeleted = false
    do throws(CallFailure) {
      if let marker = try await runner.run(probe.delete, on: consumer) { left.append(marker) }
      isDeleted = true
      steps.tell("delete", .good, "removed again", since: deleting)
    } catch {
      steps.failed("delete", error, since: deleting, fix: grant(error))
      if left.isEmpty { left.append(nil) }
    }
    if !left.isEmpty || !isDeleted { await cleanUp(probe, object, left, consumer) }
  }

  private func readBack(_ probe: ObjectProbe, _ content: [UInt8], _ consumer: any Connection) async {
    let begun = SystemClock.now()
    do throws(CallFailure) {
      let found = try await runner.run(probe.read, on: consumer)
      guard found == content else {
        throw CallFailure(.protocolBroken, code: "CON0019", "other bytes came back than were written")
      }
      steps.tell("read", .good, "the same bytes came back", since: begun)
    } catch {
      steps.failed("read", error, since: begun, fix: grant(error))
    }
  }

  /// Versions that a plain deletion leaves, and what the consumer may not delete, go by Cooper's own credentials.
  private func cleanUp(
    _ probe: ObjectProbe, _ object: String, _ versions: [String?], _ consumer: any Connection
  ) async {
    let begun = SystemClock.now()
    do throws(CallFailure) {
      for version in versions { try await runner.run(probe.remove(version), on: owner ?? consumer) }
      steps.tell("clean-up", .good, "nothing is left of it", since: begun)
    } catch {
      steps.failed("clean-up", error, since: begun, fix: "remove by hand, with all its versions:  \(object)")
    }
  }

  // MARK: Words

  private func grant(_ failure: CallFailure) -> String? {
    if failure.kind == .unauthenticated { return "see what the references of the consumer's identity lead to" }
    guard failure.kind == .denied, let permission = failure.permission else { return CheckSteps.fix("list", failure) }
    return "grant the consumer \(permission.action) on \(permission.resource)"
  }

  private func skipAll(_ reason: String) {
    steps.tell("consumer", .skipped, reason)
    for name in PlaceCheck.consumerNames.dropFirst() { steps.tell(name, .skipped, "needs the consumer's credentials") }
  }

  private func skipWrites(_ reason: String) {
    for name in ["write", "read", "delete"] { steps.tell(name, .skipped, reason) }
  }
}

/// Names of objects that nobody else can have.
enum Canary {
  static func name() -> String {
    var generator = SystemRandomNumberGenerator()
    let words = (0..<2).map { _ in
      let text = String(generator.next(), radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }
    return "cooper-check-" + words.joined()
  }
}
