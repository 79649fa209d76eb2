import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

/// What holds for every facet of every kind on every type of connection, from the registry.
@Suite("Every facet of the registry") struct RegistryConformanceTests {
  static let places = Place.all
  static let held = places.filter(\.isHeld)

  @Test("there are facets of all kinds of stores, and exceptions are of facets that there are") func complete() {
    #expect(Self.places.count > 200)
    #expect(Set(Self.places.map(\.type)).isSuperset(of: ["aws", "ceph", "gcs", "azure", "kubernetes", "local"]))
    let names = Set(Self.places.map(\.name))
    for exceptions in [Place.withoutRoundTrip, Place.withoutGolden] {
      #expect(names.isSuperset(of: exceptions.keys), "stale: \(Set(exceptions.keys).subtracting(names))")
      #expect(exceptions.values.allSatisfy { $0.count > 20 }, "each says why")
    }
    #expect(names.isSuperset(of: Place.words.keys), "stale: \(Set(Place.words.keys).subtracting(names))")
  }

  @Test(
    "403, a 404 of somebody else, 405, 501, 5xx and what nobody can read are never a value and never absence",
    arguments: places)
  func refusals(_ place: Place) {
    for reply in [
      Reply(403, "{\"error\": {\"code\": 403, \"message\": \"no\"}}"), Reply(404, "<html>not here</html>"),
      Reply(405), Reply(501), Reply(500), Reply(503), Reply(200, "<html><bo"),
    ] {
      let run = ProcedureRun(place.facet.read(place.target)) { _ in reply }
      // What is read from settings alone asks nobody.
      guard !run.calls.isEmpty else { continue }
      switch run.output {
      case .absent: Issue.record("\(place): \(reply.status) is read as absent")
      case .present: Issue.record("\(place): \(reply.status) is read as a value")
      case .unsupported, nil: break
      }
    }
  }

  /// A HEAD is answered without a body, so that its status is all there is to it; InfinStor is asked nothing.
  static let foundByStatus: Set = ["s3.buckets", "local.buckets"]

  @Test("what is not there is told by the provider itself: no refusal and no page of somebody else is absence")
  func found() {
    var asked: Set<String> = []
    for place in Self.places {
      let name = "\(place.provider).\(place.section)"
      for reply in [
        Reply(404, "<html>not here</html>"), Reply(403), Reply(405), Reply(500), Reply(501), Reply(200, "<html><bo"),
      ] {
        if Self.foundByStatus.contains(name), reply.status == 404 { continue }
        let run = ProcedureRun(place.kind.find(place.target)) { _ in reply }
        guard !run.calls.isEmpty else { continue }
        asked.insert(name)
        if run.output == .absent { Issue.record("\(name): \(reply.status) is absence") }
      }
    }
    #expect(asked.isSuperset(of: Self.foundByStatus) && asked.count > 8)
  }

  @Test("canonical form is idempotent on random values", arguments: places) func idempotence(_ place: Place) {
    for seed in UInt64(0)..<30 {
      var random = CooperSchema.SplitMix64(seed: seed)
      guard let value = sample(place.facet.schema.shape, using: &random),
        let once = try? place.facet.canonical(value, place.target.site)
      else { continue }
      #expect((try? place.facet.canonical(once, place.target.site)) == once, "\(place), seed \(seed)")
    }
  }

  @Test(
    "random models: written, they are observed, and the next plan is empty; cleared, they are absent", arguments: held)
  func roundTrips(_ place: Place) throws {
    guard Place.withoutRoundTrip[place.name] == nil else { return }
    let models = RandomModels(place: place)
    var seen: Set<Value> = []
    var same: Set<Value> = []
    for seed in UInt64(0)..<600 where same.count < 40 {
      guard let value = models.value(seed: seed), seen.insert(value).inserted else { continue }
      var played = try #require(PlayedFacet(place), "\(place): nobody plays its provider; see Place.store")
      switch played.roundTrip(value) {
      case .same: same.insert(value)
      case .refused: break
      case .wrong(let what): Issue.record("\(place), seed \(seed): \(what)")
      }
    }
    #expect(!same.isEmpty, "\(place): no valid value is made of its shape; see Place.words")
    #expect(same.count >= min(5, seen.count), "\(place): of \(seen.count) values only \(same.count) were written")
  }

  @Test("an exception from round trips is one: with a store that plays it, it would fail", arguments: held)
  func exceptions(_ place: Place) throws {
    guard Place.withoutRoundTrip[place.name] != nil else { return }
    let models = RandomModels(place: place)
    let trips = (UInt64(0)..<200).compactMap { seed -> PlayedFacet.Outcome? in
      guard let value = models.value(seed: seed), var played = PlayedFacet(place) else { return nil }
      return played.roundTrip(value)
    }
    #expect(trips.isEmpty || trips.contains { $0 != .same }, "\(place) does make round trips: take the exception out")
  }

  // MARK: Requests

  /// The calls of a read, of the first two writes of random models that are taken, and of clearing them.
  static func requests(_ place: Place) -> String? {
    let models = RandomModels(place: place)
    var parts: [String] = []
    for seed in UInt64(0)..<600 where parts.count < 2 {
      guard let value = models.value(seed: seed), var played = PlayedFacet(place),
        let desired = try? place.facet.canonical(value, place.target.site), desired != place.facet.schema.cleared,
        let written = try? played.write(FacetChange(before: nil, after: desired)), written.failure == nil,
        written.calls.contains(where: { !$0.reads })
      else { continue }
      _ = played.read(desired)
      if played.wasBorn, let next = (seed + 1..<seed + 60).lazy.compactMap({ models.value(seed: $0) }).first {
        _ = try? played.write(FacetChange(before: desired, after: next))
      }
      if place.facet.schema.cleared != nil { _ = try? played.write(FacetChange(before: desired, after: nil)) }
      let text = String(decoding: ValueJSON.encode(desired, pretty: false), as: UTF8.self)
      let part = (["desired \(text)\n"] + played.calls.map(\.wire)).joined(separator: "---\n")
      if !parts.contains(part) { parts.append(part) }
    }
    return parts.isEmpty ? nil : parts.joined(separator: "===\n")
  }

  static let names = Set(held.map(\.name)).subtracting(Place.withoutGolden.keys).sorted()

  @Test("requests of every facet are the recorded ones, byte for byte, on every dialect", arguments: names)
  func goldens(_ name: String) {
    // Dialects whose requests are the same stand together.
    var groups: [(text: String, types: [String])] = []
    for place in Self.held where place.name == name {
      guard let text = Self.requests(place) else {
        Issue.record("\(place): no write of a random model made a call")
        continue
      }
      if let index = groups.firstIndex(where: { $0.text == text }) {
        groups[index].types.append(place.type)
      } else {
        groups.append((text, [place.type]))
      }
    }
    let text = groups.map { "# \($0.types.joined(separator: ", "))\n" + $0.text }.joined(separator: "\n")
    #expect(Golden().difference(text, name + ".txt") == nil)
  }

  @Test("every recorded file is that of a facet that there is") func noStaleGoldens() {
    #expect(Set(Golden().names) == Set(Self.names.map { $0 + ".txt" }))
  }

  @Test("an exception from goldens is one: it has no write", arguments: held) func goldenExceptions(_ place: Place) {
    guard Place.withoutGolden[place.name] != nil else { return }
    #expect(Self.requests(place) == nil, "\(place) makes requests: record them")
  }

  @Test("every call of a read or write of a cloud's facets says what right it needs", arguments: held)
  func permissions(_ place: Place) throws {
    // Platforms have no rights that could be named call by call: one may sign in or not.
    guard ["s3", "gcs", "azure", "local", "kubernetes"].contains(place.provider), Place.withoutGolden[place.name] == nil
    else { return }
    let models = RandomModels(place: place)
    for seed in UInt64(0)..<60 {
      guard let value = models.value(seed: seed), var played = PlayedFacet(place) else { continue }
      _ = played.roundTrip(value)
      for call in played.calls where call.permissions.isEmpty {
        Issue.record("\(place): \(call.method.rawValue) \(call.path)")
      }
    }
  }
}

extension Call {
  /// Its golden, with marks in the place of secrets.
  fileprivate var wire: String { secretBody.isEmpty ? golden : golden + secretBody.described + "\n" }
}
