import CooperModel
import CooperProvider
import CooperSchema

/// Deletes all generations of all objects, one call each: it deletes what the first page lists and then lists again, so
/// that a run that died is simply begun anew.
struct EmptyBucket: Procedure {
  private enum Phase {
    case listing
    /// The last one is under way.
    case deleting([ObjectGeneration])
  }

  private let target: Target
  private var pages: ObjectPages
  private var phase = Phase.listing
  /// What the last page listed: seeing it again after its deletion means that nothing is gained.
  private var lastPage: [ObjectGeneration] = []
  private var repeats = 0
  private static let repeatLimit = 5

  init(_ target: Target) {
    self.target = target
    pages = ObjectPages(target)
  }

  mutating func next(_ reply: Reply?) -> Step<Void> {
    guard let reply else { return .call(call) }
    do throws(CallFailure) {
      switch phase {
      case .listing: if try listed(reply) { return .done(()) }
      case .deleting(let rest): try deleted(rest, reply)
      }
      return .call(call)
    } catch {
      return .failed(error)
    }
  }

  /// A page and a deletion: the loop once.
  var plannedCalls: [Call] { [pages.call, deletion(ObjectGeneration(name: "…", generation: "…", size: 0))] }

  private var call: Call {
    switch phase {
    case .listing: pages.call
    case .deleting(let rest): rest.last.map(deletion) ?? pages.call
    }
  }

  /// True when nothing is left.
  private mutating func listed(_ reply: Reply) throws(CallFailure) -> Bool {
    let listCall = pages.call
    let page = try pages.read(reply)
    if page.isEmpty {
      if pages.isAtEnd { return true }
      return false
    }
    repeats = page == lastPage ? repeats + 1 : 0
    guard repeats < Self.repeatLimit else {
      throw CallFailure(
        .conflict, code: "NotEmptied", "\(page.count) objects are listed again after their deletion",
        call: listCall.line)
    }
    lastPage = page
    phase = .deleting(page)
    return false
  }

  /// A generation, never the name alone: on a bucket with versions that would only hide it.
  private func deletion(_ object: ObjectGeneration) -> Call {
    .bucket(
      .delete, target, path: ["o", object.name], query: [QueryItem("generation", object.generation)],
      needs: "storage.objects.delete", onObjects: true)
  }

  private mutating func deleted(_ rest: [ObjectGeneration], _ reply: Reply) throws(CallFailure) {
    if let last = rest.last, reply.status != 404 { _ = try reply.succeeded(deletion(last)) }
    let rest = Array(rest.dropLast())
    if rest.isEmpty {
      pages.restart()
      phase = .listing
    } else {
      phase = .deleting(rest)
    }
  }
}
