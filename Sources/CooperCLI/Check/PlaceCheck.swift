internal import CooperConfig
internal import CooperDiagnostics
internal import CooperEngine
internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// The check of a backup location, a registration or a bucket: whether the platform has it, whether its bucket can be
/// reached and does with backups what it should, and whether the consumer's own credentials are enough.
final class PlaceCheck {
  static let consumerNames = ["consumer", "list", "write", "read", "delete"]
  static let bucketNames = ["bucket", "region", "addressing", "versioning", "lock", "lifecycle"]

  let resource: ResourceDeclaration
  let configuration: Configuration
  let connections: Connections
  let book: OutputBook
  let surroundings: CheckSurroundings
  /// Whether an object may be written and removed again.
  let writes: Bool
  let steps: CheckSteps
  private let place: String

  init(
    _ resource: ResourceDeclaration, of configuration: Configuration, _ connections: Connections, _ book: OutputBook,
    _ surroundings: CheckSurroundings, writes: Bool, tells: @escaping (CheckReport.Step) -> Void
  ) {
    self.resource = resource
    self.configuration = configuration
    self.connections = connections
    self.book = book
    self.surroundings = surroundings
    self.writes = writes
    place = resource.range.map { configuration.sources.location(of: $0) } ?? ""
    steps = CheckSteps(tells)
  }

  var registry: ProviderRegistry { surroundings.session.registry }

  var report: CheckReport {
    CheckReport(name: "\(resource.address)", type: type(resource.connection), place: place, steps: steps.steps)
  }

  /// Connections that a check of this resource uses.
  static func connections(of resource: ResourceDeclaration, _ configuration: Configuration) -> Set<String> {
    var names: Set<String> = [resource.connection]
    for (field, section) in [("bucket", BucketKind.section), ("identity", Identity.section)] {
      guard let name = resource.settings[field]?.string,
        let other = configuration.resource(Address(section, name))
      else { continue }
      names.insert(other.connection)
      // An account's key may live with the account.
      for (field, section) in [("account", StorageAccountKind.section), ("bucket", BucketKind.section)] {
        if let name = other.settings[field]?.string, let next = configuration.resource(Address(section, name)) {
          names.insert(next.connection)
        }
      }
    }
    return names
  }

  func run() async {
    let target: Target?
    let begun = SystemClock.now()
    do throws(CallFailure) {
      target = try await book.target(of: resource)
    } catch {
      // What others make and haven't yet is their bucket, mostly.
      let isLate = error.kind == .unavailable
      steps.failed(
        isLate ? "bucket" : "settings", error, since: begun,
        fix: isLate ? "cooper apply  makes what is missing, and waits for it" : nil)
      return skipRest()
    }
    let isBucket = resource.address.section == BucketKind.section
    if !isBucket { await lookAtEntry(target) }
    let address = isBucket ? resource.address : target?.related["bucket"]?.address ?? declaredBucket
    guard let address, let bucket = configuration.resource(address) else { return skipRest() }
    let kind = registry.kind(section: BucketKind.section, ofType: type(bucket.connection))
    if kind?.probe != nil {
      await checkOwn(bucket, kind, target)
    } else {
      await checkBorn(bucket, kind, target)
    }
    skipRest()
  }

  private var declaredBucket: Address? {
    resource.settings["bucket"]?.string.map { Address(BucketKind.section, $0) }
  }

  func type(_ connection: String) -> String { configuration.connections[connection]?.declaration.type ?? "" }

  private func skipRest() { steps.skip(ConnectionSteps.names + Self.bucketNames + Self.consumerNames) }

  // MARK: The platform's side

  private func lookAtEntry(_ target: Target?) async {
    let begun = SystemClock.now()
    if let failure = connections.failures[resource.connection] { return steps.failed("entry", failure, since: nil) }
    guard let target, let connection = connections.opened[resource.connection],
      let kind = registry.kind(section: resource.address.section, ofType: type(resource.connection))
    else {
      return steps.tell("entry", .skipped, "this version can't ask type \(type(resource.connection)) for it")
    }
    if kind.showsNothing {
      return steps.tell("entry", .skipped, "\(type(resource.connection)) shows nothing of what it holds")
    }
    do throws(CallFailure) {
      switch try await surroundings.runner.run(kind.find(target), on: connection) {
      case .present: steps.tell("entry", .good, "\(target.name) is there", since: begun)
      case .foreign(let whose):
        return steps.failed(
          "entry", CallFailure(.conflict, code: "CON0016", "\(target.name) belongs to \(whose)"), since: begun,
          fix: "choose another name, or sign in as its owner")
      case .absent:
        return steps.tell("entry", .skipped, "\(target.name) is not there yet; the next apply makes it", since: begun)
      }
    } catch {
      return steps.failed("entry", error, since: begun, fix: "cooper check \(resource.connection)")
    }
    guard let look = kind.liveLook.flatMap({ $0(target) }) else { return }
    let looked = SystemClock.now()
    do throws(CallFailure) {
      steps.tell(look.name, .good, try await surroundings.runner.run(look.look, on: connection), since: looked)
    } catch {
      steps.failed(look.name, error, since: looked, fix: look.fix)
    }
  }

  // MARK: The bucket's side

  /// A bucket on a store that the project has a connection to.
  private func checkOwn(_ bucket: ResourceDeclaration, _ kind: Kind?, _ user: Target?) async {
    guard let declaration = configuration.connections[bucket.connection]?.declaration, let kind,
      let connection = await ConnectionSteps(surroundings: surroundings, steps: steps).open(declaration)
    else { return }
    let target: Target
    do throws(CallFailure) {
      guard let found = try await book.target(of: bucket) else { return }
      target = found
    } catch {
      return steps.failed("bucket", error, since: nil)
    }
    let look = BucketSteps(
      steps: steps, runner: surroundings.runner, connection: connection, kind: kind, target: target, bucket: bucket,
      prefix: prefix)
    guard await look.isThere() else { return }
    let lock = await look.guards()
    guard resource.address != bucket.address else { return }
    await ConsumerSteps(check: self, kind: kind, owner: connection, target: target, lock: lock)
      .run(user?.related["identity"], on: declaration)
  }

  /// A bucket that a cluster makes, on a store that the cluster tells of.
  private func checkBorn(_ bucket: ResourceDeclaration, _ kind: Kind?, _ user: Target?) async {
    guard let related = user?.related["bucket"], let declaration = kind?.store?(related),
      let name = related.name.string,
      let store = registry.kind(section: BucketKind.section, ofType: declaration.type)
    else {
      return steps.tell(
        "bucket", .skipped, "its store can't be asked from here, or isn't known before the bucket is made")
    }
    let site = Site(
      connection: declaration.name, type: declaration.type, endpoint: declaration.settings["endpoint"]?.string ?? "",
      region: declaration.settings["region"]?.string, account: nil)
    let target = Target(
      address: bucket.address, identity: PhysicalIdentity(endpoint: site.endpoint, name: name), region: site.region,
      site: site, settings: bucket.settings)
    // The cluster's own authority isn't that of the store behind it.
    let authority = declaration.settings["caCertificate"]?.string
    guard ConnectionSteps(surroundings: surroundings, steps: steps).reach(site.endpoint, authority) else { return }
    steps.tell("bucket", .good, "the cluster calls it \(name)")
    // Cooper has no keys there but the consumer's: what they may not read stays unknown.
    let look = { (consumer: any Connection) async -> NewObjectLock in
      await BucketSteps(
        steps: self.steps, runner: self.surroundings.runner, connection: consumer, kind: store, target: target,
        bucket: bucket, prefix: self.prefix
      ).guards()
    }
    await ConsumerSteps(
      check: self, kind: store, owner: nil, target: target, lock: .unknown("the cluster's class decides"), guards: look
    )
    .run(user?.related["identity"], on: declaration)
  }

  /// The folder in the bucket, with its slash; empty without one.
  var prefix: String {
    var text = resource.settings["prefix"]?.string ?? ""
    while text.hasSuffix("/") { text.removeLast() }
    while text.hasPrefix("/") { text.removeFirst() }
    return text.isEmpty ? "" : text + "/"
  }
}

/// What is known of locks on new objects.
enum NewObjectLock {
  case none
  case period(TimeSpan)
  case unknown(String)
}
