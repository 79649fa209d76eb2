internal import CooperModel
internal import CooperPlan

/// A piece of a change that runs without waiting.
enum ChangePart: Sendable, Hashable {
  /// Everything.
  case whole
  /// Making it, and the facets that name nothing else.
  case first
  /// The facets that name other resources.
  case rest
}

/// Which pieces of a plan's changes run when; pure bookkeeping, so that its rules can be tested without a provider.
struct ExecutionOrder: Sendable {
  struct Unit: Sendable, Hashable {
    /// Index into the changes.
    var change: Int
    var part: ChangePart
  }

  private(set) var units: [Unit] = []
  /// By unit: units that must have ended before.
  private var waitsFor: [Set<Int>] = []
  private var waiting: [Int: [Int]] = [:]
  /// For each wait for a whole change, the wait for its first part that will do when nothing else can go on.
  private var lighter: [Int: Int] = [:]
  private var ready: [Int] = []
  private var nextReady = 0
  private var started: Set<Int> = []

  init(_ changes: [Change]) {
    let places = Dictionary(changes.enumerated().map { ($1.address, $0) }, uniquingKeysWith: { first, _ in first })
    var first: [Int] = []
    var last: [Int] = []
    for (index, change) in changes.enumerated() {
      let isSplit = change.facetWaits.contains { !$0.value.isEmpty }
      first.append(units.count)
      units.append(Unit(change: index, part: isSplit ? .first : .whole))
      if isSplit { units.append(Unit(change: index, part: .rest)) }
      last.append(units.count - 1)
    }
    waitsFor = Array(repeating: [], count: units.count)
    for (index, change) in changes.enumerated() {
      for needed in change.startsAfter.compactMap({ places[$0] }) where needed != index {
        waitsFor[first[index]].insert(last[needed])
        if first[needed] != last[needed] { lighter[last[needed]] = first[needed] }
      }
      guard last[index] != first[index] else { continue }
      waitsFor[last[index]].insert(first[index])
      for needed in change.facetWaits.values.joined().compactMap({ places[$0] }) where needed != index {
        waitsFor[last[index]].insert(first[needed])
      }
    }
    for (unit, needs) in waitsFor.enumerated() { for need in needs { waiting[need, default: []].append(unit) } }
    ready = units.indices.filter { waitsFor[$0].isEmpty }
  }

  /// The next piece that may run; nil when all are begun, or when those under way must end first.
  mutating func next() -> Int? {
    guard nextReady < ready.count else { return nil }
    let unit = ready[nextReady]
    nextReady += 1
    started.insert(unit)
    return unit
  }

  mutating func ended(_ unit: Int) {
    for other in waiting[unit] ?? [] {
      guard waitsFor[other].remove(unit) != nil, waitsFor[other].isEmpty else { continue }
      ready.append(other)
    }
    waiting[unit] = nil
  }

  /// Called when nothing runs and nothing is ready although pieces are left: a circle over facets and settings. Waits for
  /// whole changes become waits for their first parts; what is left then runs as it stands.
  mutating func loosen() {
    for unit in units.indices where !started.contains(unit) && !waitsFor[unit].isEmpty {
      for need in waitsFor[unit] {
        guard let light = lighter[need] else { continue }
        waitsFor[unit].remove(need)
        if !started.contains(light) {
          waitsFor[unit].insert(light)
          waiting[light, default: []].append(unit)
        }
      }
      if waitsFor[unit].isEmpty { ready.append(unit) }
    }
    guard nextReady == ready.count, let unit = units.indices.first(where: { !started.contains($0) }) else { return }
    waitsFor[unit] = []
    ready.append(unit)
  }

  var isDone: Bool { started.count == units.count }
}

/// Runs the pieces with at most `width` under way, each as soon as what it waits for has ended.
func inOrder(
  _ changes: [Change], width: Int, _ work: @escaping @Sendable (ExecutionOrder.Unit) async -> Void
) async {
  var order = ExecutionOrder(changes)
  await withTaskGroup(of: Int.self) { group in
    var running = 0
    while true {
      while running < max(1, width), let index = order.next() {
        let unit = order.units[index]
        running += 1
        group.addTask {
          await work(unit)
          return index
        }
      }
      if running == 0 {
        if order.isDone { return }
        order.loosen()
        continue
      }
      guard let ended = await group.next() else { return }
      running -= 1
      order.ended(ended)
    }
  }
}
