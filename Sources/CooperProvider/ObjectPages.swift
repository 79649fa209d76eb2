/// What a bucket holds, a page at a time; a provider writes the call and decodes its reply, the rest is the same for all.
public protocol ObjectPages: Sendable {
  /// An object, or one of its versions.
  associatedtype Element: Sendable & Hashable
  /// Asks for the next page.
  var call: Call { get }
  /// True behind the last page.
  var isAtEnd: Bool { get }
  /// The elements of a page; nil where the next call asks the same in another way.
  mutating func read(_ reply: Reply) throws(CallFailure) -> [Element]?
  /// Starts again from the first page, with what was learnt about the store.
  mutating func restart()
  /// Bytes of an element.
  static func size(of element: Element) -> Int64
}

/// Counts what pages hold, until the limit is reached.
public struct CountObjects<Pages: ObjectPages>: Procedure {
  private let limit: Int
  private var pages: Pages
  private var contents = Contents(objects: 0, bytes: 0)

  public init(_ pages: Pages, limit: Int) {
    self.pages = pages
    self.limit = limit
  }

  public mutating func next(_ reply: Reply?) -> Step<Contents> {
    guard let reply else { return .call(pages.call) }
    do throws(CallFailure) {
      guard let page = try pages.read(reply) else { return .call(pages.call) }
      contents.objects += page.count
      contents.bytes += page.reduce(0) { $0 + Pages.size(of: $1) }
      if pages.isAtEnd { return .done(contents) }
      guard contents.objects < limit else {
        contents.complete = false
        return .done(contents)
      }
      return .call(pages.call)
    } catch {
      return .failed(error)
    }
  }
}

/// Deletes what the first page lists and then lists again, until nothing is listed: a run that died is simply begun anew.
public struct EmptyObjects<Pages: ObjectPages>: Procedure {
  /// A call and what its reply means.
  public struct Deletion: Sendable {
    public var call: Call
    public var check: @Sendable (Reply) throws(CallFailure) -> Void

    public init(_ call: Call, check: @escaping @Sendable (Reply) throws(CallFailure) -> Void) {
      self.call = call
      self.check = check
    }
  }

  private enum Phase {
    case listing
    case batch(Deletion, [Pages.Element])
    /// The last one is under way.
    case single([Pages.Element])
  }

  private let what: String
  private let example: Pages.Element
  private let one: @Sendable (Pages.Element) -> Deletion
  private let batch: (@Sendable ([Pages.Element]) -> Deletion?)?
  private var pages: Pages
  private var phase = Phase.listing
  private var takesBatches = true
  /// What the last page listed: seeing it again after its deletion means that nothing is gained.
  private var lastPage: [Pages.Element] = []
  private var repeats = 0
  private static var repeatLimit: Int { 5 }

  /// `batch` deletes a whole page, nil where one call can't; one that fails as unsupported is tried one by one.
  public init(
    _ pages: Pages, what: String, example: Pages.Element, one: @escaping @Sendable (Pages.Element) -> Deletion,
    batch: (@Sendable ([Pages.Element]) -> Deletion?)? = nil
  ) {
    self.pages = pages
    self.what = what
    self.example = example
    self.one = one
    self.batch = batch
  }

  /// A page and a deletion: the loop once.
  public var plannedCalls: [Call] { [pages.call, (batch?([example]) ?? one(example)).call] }

  public mutating func next(_ reply: Reply?) -> Step<Void> {
    guard let reply else { return .call(call) }
    do throws(CallFailure) {
      switch phase {
      case .listing: if try listed(reply) { return .done(()) }
      case .batch(let deletion, let page): try deleted(page, deletion, reply)
      case .single(let rest): try deletedOne(rest, reply)
      }
      return .call(call)
    } catch {
      return .failed(error)
    }
  }

  private var call: Call {
    switch phase {
    case .listing: pages.call
    case .batch(let deletion, _): deletion.call
    case .single(let rest): rest.last.map { one($0).call } ?? pages.call
    }
  }

  /// True when nothing is left; a page may be empty and not the last.
  private mutating func listed(_ reply: Reply) throws(CallFailure) -> Bool {
    let listing = pages.call
    guard let page = try pages.read(reply) else { return false }
    guard !page.isEmpty else { return pages.isAtEnd }
    repeats = page == lastPage ? repeats + 1 : 0
    guard repeats < Self.repeatLimit else {
      throw CallFailure(
        .conflict, code: "NotEmptied", "\(page.count) \(what) are listed again after their deletion",
        call: listing.method.rawValue + " " + ([listing.bucket].compactMap { $0 } + listing.path).joined(separator: "/")
      )
    }
    lastPage = page
    if takesBatches, let deletion = batch?(page) { phase = .batch(deletion, page) } else { phase = .single(page) }
    return false
  }

  private mutating func deleted(
    _ page: [Pages.Element], _ deletion: Deletion, _ reply: Reply
  ) throws(CallFailure) {
    do throws(CallFailure) {
      try deletion.check(reply)
      relist()
    } catch {
      guard error.kind == .unsupported else { throw error }
      takesBatches = false
      phase = .single(page)
    }
  }

  /// What is gone already is deleted.
  private mutating func deletedOne(_ rest: [Pages.Element], _ reply: Reply) throws(CallFailure) {
    if let last = rest.last, reply.status != 404 { try one(last).check(reply) }
    let rest = Array(rest.dropLast())
    if rest.isEmpty { relist() } else { phase = .single(rest) }
  }

  /// What is listed behind a deleted object has moved.
  private mutating func relist() {
    pages.restart()
    phase = .listing
  }
}
