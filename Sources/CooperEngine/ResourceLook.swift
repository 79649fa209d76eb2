internal import CooperModel
internal import CooperPlan
internal import CooperProvider
internal import CooperSchema
internal import CooperState

/// One resource with what is needed to look at it; a class, because a thousand reads refer to it.
final class Job: Sendable {
  let subject: Subject
  let target: Target
  let kind: Kind
  let connection: any Connection
  /// By section and listing key; a missing section means that listing was refused.
  let listing: [String: [String: Listed]]

  init(
    subject: Subject, target: Target, kind: Kind, connection: any Connection, listing: [String: [String: Listed]]
  ) {
    self.subject = subject
    self.target = target
    self.kind = kind
    self.connection = connection
    self.listing = listing
  }
}

/// Facets of one resource that are read together: one, or all of them where a single call carries all.
struct FacetRead: Sendable {
  let job: Job
  let index: Int
  let facets: [AnyFacet]

  static func all(of job: Job, at index: Int) -> [FacetRead] {
    let facets = job.subject.facets.compactMap { job.kind.facet($0) }
    switch job.kind.granularity {
    // A revision goes with all of them: together they ask for it once.
    case .facet where job.kind.revision == nil: return facets.map { FacetRead(job: job, index: index, facets: [$0]) }
    case .facet, .resource: return facets.isEmpty ? [] : [FacetRead(job: job, index: index, facets: facets)]
    }
  }
}

/// Reads single resources.
struct ResourceLook: Sendable {
  let runner: CallRunner
  /// By connection and facet.
  private let decoded = Locked<[DecodedKey: DecodedReplies<Observed<Value>>]>([:])

  private struct DecodedKey: Hashable {
    var connection: String
    var facet: String
  }

  init(runner: CallRunner) { self.runner = runner }

  /// A read that still shows the value from before a write this many seconds ago is repeated before it is drift.
  static let staleWindow: Int64 = 60
  static let staleRereads = 6
  /// Counting what a resource holds stops here.
  static let contentsLimit = 100_000

  func presence(_ job: Job) async -> ObservedResource.Presence {
    if job.kind.showsNothing {
      // What a run began and nobody saw end is made again; kinds that show nothing are made by calls that replace.
      return job.subject.isRecorded && !job.subject.isInterrupted ? .present(region: job.subject.region) : .absent
    }
    if let listed = job.listing[job.target.address.section]?[job.target.identity.listingKey],
      listed.region != nil || job.subject.isRecorded || job.subject.region == nil
    {
      return .present(region: listed.region)
    }
    // What is not recorded and listed without its region is asked for it: it may stand elsewhere than the YAML says.
    return await find(job)
  }

  func find(_ job: Job) async -> ObservedResource.Presence {
    do throws(CallFailure) {
      switch try await runner.run(job.kind.find(job.target), on: job.connection) {
      case .present(let region): return .present(region: region)
      case .absent: return .absent
      case .foreign(let owner): return .foreign(owner)
      }
    } catch {
      return .unknown(error)
    }
  }

  func contents(_ job: Job) async -> Result<Contents, CallFailure> {
    do throws(CallFailure) {
      return .success(try await runner.run(job.kind.contents(job.target, Self.contentsLimit), on: job.connection))
    } catch {
      return .failure(error)
    }
  }

  /// What one `FacetRead` found.
  struct Seen: Sendable {
    var facets: [(String, ObservedResource.Facet)] = []
    var revision: String?
  }

  func facets(_ read: FacetRead) async -> Seen {
    var memo = read.facets.count > 1 || read.job.kind.revision != nil ? ReplyMemo() : nil
    var seen = Seen()
    for facet in read.facets {
      var observed = await self.facet(facet, read.job, memo)
      var rereads = 0
      while rereads < Self.staleRereads, isStale(observed, read.job.subject.recorded[facet.name]) {
        rereads += 1
        try? await runner.clock.sleep(.milliseconds(50 << rereads))
        memo = memo.map { _ in ReplyMemo() }
        observed = await self.facet(facet, read.job, memo)
      }
      seen.facets.append((facet.name, observed))
    }
    if let revision = read.job.kind.revision {
      // Who can read the facets can read this; a failure is told with them.
      seen.revision = (try? await runner.run(revision(read.job.target), on: read.job.connection, memo: memo)) ?? nil
    }
    return seen
  }

  func facet(_ facet: AnyFacet, _ job: Job, _ memo: ReplyMemo?) async -> ObservedResource.Facet {
    if job.kind.showsNothing { return job.subject.recorded[facet.name]?.value.map { .present($0) } ?? .absent }
    do throws(CallFailure) {
      let decoded = decodedReplies(of: facet.name, on: job.target.site.connection)
      switch try await runner.run(facet.read(job.target), on: job.connection, memo: memo, decoded: decoded) {
      case .present(let value): return .present(value)
      case .absent: return .absent
      case .unsupported(let reason): return .unsupported(reason)
      }
    } catch {
      return .unknown(error)
    }
  }

  private func decodedReplies(of facet: String, on connection: String) -> DecodedReplies<Observed<Value>> {
    let key = DecodedKey(connection: connection, facet: facet)
    return decoded.withLock { decoded in
      if let known = decoded[key] { return known }
      let new = DecodedReplies<Observed<Value>>()
      decoded[key] = new
      return new
    }
  }

  /// True when shortly after a write the read shows exactly what was there before it.
  private func isStale(_ observed: ObservedResource.Facet, _ recorded: RecordedFacet?) -> Bool {
    guard let recorded, let before = recorded.digestBefore, let written = recorded.writtenAt,
      Int64(runner.clock.now()) - written < Self.staleWindow
    else { return false }
    // What was written is never stale, whatever was there before; that spares nearly all of the digests.
    if case .present(let value) = observed, value == recorded.value { return false }
    let digest = ObservationDigest.digest(of: observed)
    guard digest == before else { return false }
    return digest != (recorded.value.map { ObservationDigest.digest(of: $0) } ?? "absent")
  }
}

extension Listed {
  /// Tells things of one name in different scopes apart.
  var key: String { scope.map { $0 + "/" + name } ?? name }
}

extension PhysicalIdentity {
  fileprivate var listingKey: String { scope.map { $0 + "/" + name } ?? name }
}
