import CooperModel
import CooperPlan
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

/// Every facet through the planner and the executor, on the played stores.
@Suite("Every facet through the engine") struct EngineConformanceTests {
  static let held = Place.all.filter(\.isHeld)

  @Test(
    "applied, the next plan is empty; another value, and it is empty again; cleared, it is absent, and nothing is left to do",
    arguments: held)
  func applied(_ place: Place) throws {
    // What is composed of settings and of what they name needs those in the YAML: test_kubernetes.py.
    let isLeftOut = place.makesResource || place.isComposedOfSettings || place.isOnlyBorn
    guard Place.withoutRoundTrip[place.name] == nil, !isLeftOut else { return }
    var world = PlayedWorld(place, try #require(place.store), recorded: [:])
    let name = place.facet.name
    var writes = 0
    for value in PlayedFacet.samples(place) {
      world.declare([name: value])
      writes += try settle(world, place)
    }
    if let cleared = place.facet.schema.cleared, !place.isComposed {
      world.declare([name: cleared])
      writes += try settle(world, place)
      var left = try #require(PlayedFacet(place, world.connection.store))
      let there = left.observed(nil)
      // Some stores always have one, and cleared is another name for it.
      let none = try place.facet.canonical(cleared, place.target.site)
      #expect(there == nil || there == cleared || there == none, "\(place): \(String(describing: there)) is left")
    }
    #expect(writes > 0, "\(place): nothing was ever written")
  }

  @Test("made with it, it is observed, and the next plan is empty", arguments: held) func made(_ place: Place) throws {
    guard Place.withoutRoundTrip[place.name] == nil, !place.isComposedOfSettings,
      let value = PlayedFacet.samples(place).first
    else { return }
    var world = PlayedWorld(place, try #require(place.bareStore), recorded: nil)
    world.declare(place.needs.merging([place.facet.name: value]) { $1 })
    let look = try #require(world.look())
    #expect(look.plan.changes.map(\.action) == [.create] && look.plan.blocked.isEmpty, "\(place): \(look.plan.blocked)")
    #expect(try world.apply(look).contains { !$0.reads }, "\(place)")
    let after = try #require(world.look())
    #expect(after.plan.isEmpty && after.plan.drift.isEmpty, "\(place): \(after.plan.changes) \(after.plan.drift)")
    #expect(world.recordedFacets.contains(place.facet.name), "\(place)")
    var held = try #require(PlayedFacet(place, world.connection.store))
    #expect(held.observed(value) == value, "\(place)")
  }

  /// The writes that it took.
  private func settle(_ world: PlayedWorld, _ place: Place) throws -> Int {
    let look = try #require(world.look())
    #expect(look.plan.blocked.isEmpty && look.plan.unsupported.isEmpty, "\(place): \(look.plan.blocked)")
    let calls = try world.apply(look)
    let after = try #require(world.look())
    #expect(after.plan.isEmpty && after.plan.drift.isEmpty, "\(place): \(after.plan.changes) \(after.plan.drift)")
    #expect(world.recordedFacets == [place.facet.name], "\(place)")
    return calls.filter { !$0.reads }.count
  }

  @Test(
    "what only a creation gives is refused at plan time on a resource that is there, and nothing is sent",
    arguments: held)
  func born(_ place: Place) throws {
    guard let value = PlayedFacet.samples(place).first, place.isOnlyBorn else { return }
    var world = PlayedWorld(place, try #require(place.store), recorded: [:])
    world.declare([place.facet.name: value])
    let look = try #require(world.look())
    #expect(look.plan.changes.isEmpty && look.plan.blocked.count + look.plan.unsupported.count == 1, "\(place)")
    #expect(try world.apply(look).allSatisfy(\.reads), "\(place)")
  }

  @Test(
    "what the type of connection lacks is refused at plan time with its reason, and never written",
    arguments: Place.all.filter { !$0.isHeld })
  func lacking(_ place: Place) throws {
    guard case .unsupported(let reason, _)? = place.support?.facets[place.facet.name] else { return }
    let models = RandomModels(place: place)
    let value = try #require((UInt64(0)..<200).lazy.compactMap { models.value(seed: $0) }.first, "\(place): no value")
    var world = PlayedWorld(place, try #require(place.store), recorded: [:])
    world.declare([place.facet.name: value])
    let look = try #require(world.look())
    #expect(look.plan.unsupported.map(\.reason) == [reason] && reason.count > 20, "\(place): \(look.plan.unsupported)")
    #expect(look.plan.changes.isEmpty && look.plan.blocked.isEmpty, "\(place)")
    #expect(try world.apply(look).allSatisfy(\.reads) && look.calls.allSatisfy(\.reads), "\(place)")
  }

  @Test("a write that is refused by 403, 404, 405, 409 or 501 is no success, whatever the store holds", arguments: held)
  func refusedWrites(_ place: Place) throws {
    guard Place.withoutRoundTrip[place.name] == nil, let value = PlayedFacet.samples(place).first else { return }
    for status in [403, 404, 405, 409, 501] {
      let store = RefusingStore(inner: try #require(place.store), refusal: Reply(status, "<html>no</html>"))
      var played = try #require(PlayedFacet(place, store))
      let run = try played.write(FacetChange(before: nil, after: value))
      #expect(run.failure != nil, "\(place): \(status) to a write is taken for its success")
      #expect(run.calls.contains { !$0.reads }, "\(place): nothing was written")
    }
  }
}

/// Reads are answered as ever, and every write is refused.
private struct RefusingStore: PlayedStore {
  var inner: any PlayedStore
  let refusal: Reply

  mutating func answer(_ call: Call) -> Reply { call.reads ? inner.answer(call) : refusal }
}
