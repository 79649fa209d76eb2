public import CooperDiagnostics
public import CooperModel

/// Which resource needs which: made while loading, used for order, for blocking what depends on something blocked, and
/// for drawing.
///
/// Belongs here: addresses and why they are joined. Doesn't: what a plan makes of it.
public struct ResourceGraph: Sendable {
  /// Why one resource needs another.
  public enum Reason: Sendable, Hashable {
    /// It names it, e.g. `bucket: data-eu`.
    case names
    /// It holds a text of it that is known before apply, e.g. `$(buckets.data.arn)`; the output's name.
    case text(String)
    /// It holds a value that is born when the other is made; the output's name.
    case born(String)
  }

  public struct Edge: Sendable, Hashable {
    /// The one that needs.
    public var from: Address
    /// The one that is needed.
    public var to: Address
    public var reason: Reason
    /// The top-level field of `from` that holds the reference, e.g. `replication`.
    public var field: String
    public var range: SourceRange?

    public init(from: Address, to: Address, reason: Reason, field: String, range: SourceRange? = nil) {
      self.from = from
      self.to = to
      self.reason = reason
      self.field = field
      self.range = range
    }

    /// The same need, wherever it is written.
    fileprivate func joins(as other: Edge) -> Bool {
      from == other.from && to == other.to && reason == other.reason && field == other.field
    }
  }

  /// All declared resources, also those that are only used, sorted.
  public private(set) var addresses: [Address]
  /// Each once, sorted by both ends, field and reason.
  public private(set) var edges: [Edge]
  /// Where the edges of those that need something stand.
  private var places: [Address: Range<Int>] = [:]

  public init(addresses: [Address] = [], edges: [Edge] = []) {
    self.addresses = addresses.sorted()
    var kept: [Edge] = []
    kept.reserveCapacity(edges.count)
    for place in Self.sorted(edges, self.addresses) {
      // The first of equal ones stays.
      if let last = kept.last, last.joins(as: edges[place]) { continue }
      kept.append(edges[place])
    }
    self.edges = kept
    var start = 0
    while start < kept.count {
      let from = kept[start].from
      var end = start + 1
      while end < kept.count, kept[end].from == from { end += 1 }
      places[from] = start..<end
      start = end
    }
  }

  /// The places of edges in their order. Nearly all resources have one or two, so that only these few are compared.
  private static func sorted(_ edges: [Edge], _ addresses: [Address]) -> [Int] {
    // Of each address its first edge; of each edge the next one of its address.
    var first: [Address: Int] = [:]
    var next = [Int?](repeating: nil, count: edges.count)
    for place in edges.indices.reversed() { next[place] = first.updateValue(place, forKey: edges[place].from) }
    var places: [Int] = []
    places.reserveCapacity(edges.count)
    for address in addresses {
      let start = places.count
      var open = first.removeValue(forKey: address)
      while let place = open {
        places.append(place)
        open = next[place]
      }
      if places.count > start + 1 { places[start...].sort { isBefore(edges[$0], edges[$1]) } }
    }
    // Edges of what is no resource stand among the others.
    return places.count == edges.count ? places : edges.indices.sorted { isBefore(edges[$0], edges[$1]) }
  }

  /// What a resource needs right away, each need once, sorted by what is needed; also itself, if it names itself.
  public func edges(of address: Address) -> ArraySlice<Edge> { places[address].map { edges[$0] } ?? [] }

  /// The others that a resource needs right away, sorted.
  public func needs(of address: Address) -> [Address] {
    var found: [Address] = []
    for edge in edges(of: address) where edge.to != address && edge.to != found.last { found.append(edge.to) }
    return found
  }

  /// Circles in which each step is a value born in apply: nothing in them could be made first.
  public func impossibleCircles() -> [[Edge]] {
    var steps: [Address: [Edge]] = [:]
    for edge in edges { if case .born = edge.reason { steps[edge.from, default: []].append(edge) } }
    var done: Set<Address> = []
    var found: [[Edge]] = []
    for start in steps.keys.sorted() where !done.contains(start) {
      var path: [Edge] = []
      walk(start, steps, &path, &done, &found)
    }
    return found
  }

  private func walk(
    _ address: Address, _ steps: [Address: [Edge]], _ path: inout [Edge], _ done: inout Set<Address>,
    _ found: inout [[Edge]]
  ) {
    if let start = path.firstIndex(where: { $0.from == address }) {
      found.append(Array(path[start...]))
      return
    }
    guard done.insert(address).inserted else { return }
    for edge in steps[address] ?? [] {
      path.append(edge)
      walk(edge.to, steps, &path, &done, &found)
      path.removeLast()
    }
  }

  private static func isBefore(_ a: Edge, _ b: Edge) -> Bool {
    if a.from != b.from { return a.from < b.from }
    if a.to != b.to { return a.to < b.to }
    if a.field != b.field { return a.field < b.field }
    return a.reason.order < b.reason.order
  }
}

extension ResourceGraph.Reason {
  fileprivate var order: String {
    switch self {
    case .names: ""
    case .text(let output): "1" + output
    case .born(let output): "2" + output
    }
  }
}
