import CooperModel
import CooperPlan
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

/// What holds for a facet that isn't in the YAML, or not any more, by the log of the store that holds it.
@Suite("Facets that the YAML doesn't have") struct LettingGoTests {
  static let held = Place.all.filter(\.isHeld)

  /// Other facets of the same resource that stand beside it in the YAML, some of all that there are.
  private static func neighbours(of place: Place) -> [Place] {
    let all = held.filter { $0.type == place.type && $0.section == place.section }
    guard let index = all.firstIndex(where: { $0.facet.name == place.facet.name }) else { return [] }
    let others = all[(index + 1)...] + all[..<index]
    return Array(others.filter { PlayedFacet.samples($0).count > 1 }.prefix(3))
  }

  @Test("every facet has a value here that its store keeps, but those that no store of ours plays", arguments: held)
  func complete(_ place: Place) {
    let isException = Place.withoutRoundTrip[place.name] != nil
    #expect(!PlayedFacet.samples(place).isEmpty || isException, "\(place): no value to let go of")
  }

  @Test(
    "release → untouched: taken out of the YAML it is let go, nothing is sent, and the store still holds it",
    arguments: held)
  func released(_ place: Place) throws {
    for stage in try Stage.all(place, among: Self.neighbours(of: place), PlayedFacet.samples) {
      var stage = stage
      stage.world.declare(stage.beside(0))
      let look = try #require(stage.world.look())
      #expect(look.plan.blocked.isEmpty && look.plan.unsupported.isEmpty && look.plan.drift.isEmpty, "\(stage)")
      let change = try #require(look.plan.changes.first, "\(stage): nothing is let go")
      #expect(look.plan.changes.count == 1 && change.action == .release && change.calls.isEmpty, "\(stage): \(change)")
      #expect(change.facets.filter { $0.action != .record }.map(\.name) == [place.facet.name], "\(stage)")
      #expect(change.facets.first { $0.name == place.facet.name }?.action == .release, "\(stage)")
      let calls = try stage.world.apply(look)
      #expect(calls.allSatisfy(\.reads) && look.calls.allSatisfy(\.reads), "\(stage) sent \(calls.map(\.line))")
      #expect(stage.world.recordedFacets == Set(stage.beside(0).keys), "\(stage)")
      #expect(stage.isStillHeld, "\(stage): the store holds \(String(describing: stage.held))")
      let after = try #require(stage.world.look())
      #expect(after.plan.isEmpty && after.plan.recordings.isEmpty, "\(stage): \(after.plan.changes)")
      #expect(stage.strange(after.calls).isEmpty, "\(stage) is read: \(stage.strange(after.calls))")
    }
  }

  @Test(
    "absent elsewhere → not called: what the YAML doesn't have is neither read nor written, also where the store holds it",
    arguments: held)
  func absent(_ place: Place) throws {
    for stage in try Stage.all(place, among: Self.neighbours(of: place), PlayedFacet.samples) {
      let without = try stage.run(holding: false)
      let with = try stage.run(holding: true)
      #expect(with.lines == without.lines, "\(stage): what is called depends on what nobody declares")
      #expect(stage.strange(with.calls).isEmpty, "\(stage) is called: \(stage.strange(with.calls))")
      #expect(!with.observed.contains(place.facet.name), "\(stage) is observed")
      #expect(with.isStillHeld, "\(stage): a neighbour's write changed it")
      #expect(
        stage.neighbour == nil ? with.lines.isEmpty : with.calls.contains { !$0.reads }, "\(stage): \(with.lines)")
    }
  }
}

extension Call {
  /// A read whole; of a write what it goes to, and not what it says.
  fileprivate var line: String {
    if reads { return golden }
    let form = String(decoding: body, as: UTF8.self).split(separator: "&")
    // A precondition counts the writes that were before.
    let places = query.filter { !$0.name.hasPrefix("if") }
    let items = places.map { "\($0.name)=\($0.value ?? "")" } + form.filter { $0.hasPrefix("Action=") }.map(String.init)
    return "\(method.rawValue) /\(([bucket].compactMap { $0 } + path).joined(separator: "/"))?\(items)"
  }
}

/// A facet that the store holds, beside another one that the YAML has, or beside none where its kind has no other.
private struct Stage: CustomStringConvertible {
  let place: Place
  let neighbour: Place?
  let values: [Value]
  let own: Value
  let store: any PlayedStore
  var world: PlayedWorld
  private let ownReads: Set<String>
  private let neighbourCalls: Set<String>
  private let before: Value?

  var description: String { "\(place) beside \(neighbour?.facet.name ?? "nothing")" }

  static func all(_ place: Place, among neighbours: [Place], _ samples: (Place) -> [Value]) throws -> [Stage] {
    guard let own = samples(place).first, !place.makesResource else { return [] }
    let beside = neighbours.filter { !$0.makesResource }
    let found: [Place?] = beside.isEmpty ? [nil] : beside
    return try found.map { try Stage(place, own, beside: $0, $0.map(samples) ?? []) }
  }

  private init(_ place: Place, _ own: Value, beside neighbour: Place?, _ values: [Value]) throws {
    (self.place, self.neighbour, self.values, self.own) = (place, neighbour, values, own)
    var alone: Set<String> = []
    // What only a creation gives is there before anything else.
    var played = try #require(PlayedFacet(place))
    guard played.set(own) else { throw CallFailure(.invalid, code: "Stage", "\(place) can't be set") }
    if let neighbour {
      // Its own calls, also those by which one value follows another.
      var other = try #require(PlayedFacet(neighbour))
      for value in values { _ = other.set(value) }
      // Of the whole resource, whatever is read of it.
      if let revision = place.kind.revision {
        var store = other.store
        alone.formUnion(ProcedureRun(revision(place.target)) { store.answer($0) }.calls.map(\.line))
      }
      alone.formUnion(other.calls.map(\.line))
      var beside = try #require(PlayedFacet(neighbour, played.store))
      guard beside.set(values[0]) else { throw CallFailure(.invalid, code: "Stage", "\(neighbour) can't be set") }
      played.store = beside.store
    }
    self.store = played.store
    before = played.observed(own)
    ownReads = Set(played.calls.filter(\.reads).map(\.line))
    neighbourCalls = alone
    var recorded = neighbour.map { [$0.facet.name: values[0]] } ?? [:]
    recorded[place.facet.name] = own
    world = PlayedWorld(place, played.store, recorded: recorded)
  }

  func beside(_ index: Int) -> [String: Value] { neighbour.map { [$0.facet.name: values[index]] } ?? [:] }

  /// What the store holds of it now.
  var held: Value? {
    var played = PlayedFacet(place, world.connection.store)
    return played?.observed(own)
  }

  var isStillHeld: Bool { held == before && held != nil }

  /// Those that only it makes.
  func strange(_ calls: [Call]) -> [String] {
    calls.map(\.line).filter { ownReads.contains($0) && !neighbourCalls.contains($0) }
  }

  struct Record {
    var calls: [Call] = []
    var observed: Set<String> = []
    var isStillHeld = false
    var lines: [String] { calls.map(\.line) }
  }

  /// A project that never knew of it: the neighbour gets another value, and the plan after that is empty.
  func run(holding: Bool) throws -> Record {
    var bare = try #require(place.store)
    if let neighbour, var first = PlayedFacet(neighbour, bare), first.set(values[0]) { bare = first.store }
    var stage = self
    stage.world = PlayedWorld(place, holding ? store : bare, recorded: beside(0))
    var record = Record()
    stage.world.declare(beside(values.count - 1))
    let look = try #require(stage.world.look())
    #expect(look.plan.blocked.isEmpty && look.plan.unsupported.isEmpty, "\(self): \(look.plan.blocked)")
    record.calls += look.calls
    record.calls += try stage.world.apply(look)
    let after = try #require(stage.world.look())
    #expect(after.plan.isEmpty, "\(self): \(after.plan.changes)")
    record.calls += after.calls
    record.observed = look.observed.union(after.observed)
    record.isStillHeld = stage.isStillHeld
    return record
  }
}
