import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport

/// Valid values of a facet, made of its shape and of the rules that are declared for it: what a rule refuses is cut out of
/// the sample, where the rule points, until none does.
struct RandomModels {
  let place: Place

  /// Nil where nothing valid is left of this seed's sample.
  func value(seed: UInt64) -> Value? {
    var random = CooperSchema.SplitMix64(seed: seed)
    guard var value = sample(place.facet.schema.shape, using: &random) else { return nil }
    if let words = Place.words[place.name] { value = Self.worded(value, words, &random) }
    if let whole = Place.words[place.name]?[""]?.randomElement(using: &random) { value = whole }
    if place.isComposed, let map = value.map {
      let unshown = Place.unshown[place.name] ?? []
      var kept = ValueMap(map.filter { $0.value != "" && !unshown.contains($0.key) }.map { ($0.key, $0.value) })
      for (field, choices) in (Place.words[place.name] ?? [:]).sorted(by: { $0.key < $1.key }) {
        kept[field] = choices.randomElement(using: &random)
      }
      value = .map(kept)
    }
    for _ in 0..<24 {
      if place.isComposedOfSettings { return composed(value) }
      let problems =
        place.facet.schema.problems(value) + (place.support?.facetProblem(place.facet.name, value) ?? [])
      guard let problem = problems.first else { return isReadable(value) ? value : nil }
      guard !problem.path.isEmpty else { return nil }
      let depth = Int.random(in: 1...problem.path.count, using: &random)
      value = Self.cut(value, problem.path.prefix(depth))
    }
    return nil
  }

  /// What the settings that say so make of it; nil where they can't.
  private func composed(_ value: Value) -> Value? {
    let composition = Composition(target: place.target(saying: value), connection: ValueMap(), facets: [:])
    guard let document = try? place.kind.payload?.compose(composition) else { return nil }
    return isReadable(document) ? document : nil
  }

  /// False where the cut took what is required.
  private func isReadable(_ value: Value) -> Bool {
    // XML 1.0 has no place for control characters, nor have HTTP headers: those of the sampler are refused elsewhere.
    if value.texts.contains(where: { text in text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\t" } }) {
      return false
    }
    return (try? place.facet.canonical(value, place.target.site)) != nil
  }

  private static func worded(
    _ value: Value, _ words: [String: [Value]], _ random: inout CooperSchema.SplitMix64
  ) -> Value {
    switch value {
    case .list(let elements): return .list(elements.map { worded($0, words, &random) })
    case .map(let map):
      return .map(
        ValueMap(
          map.map { pair in
            (pair.key, words[pair.key]?.randomElement(using: &random) ?? worded(pair.value, words, &random))
          }))
    default: return value
    }
  }

  private static func cut(_ value: Value, _ path: ArraySlice<String>) -> Value {
    guard let first = path.first else { return value }
    let rest = path.dropFirst()
    switch value {
    case .map(var map):
      map[first] = rest.isEmpty ? nil : map[first].map { cut($0, rest) }
      return .map(map)
    case .list(var elements):
      guard let index = Int(first), elements.indices.contains(index) else { return value }
      if rest.isEmpty { elements.remove(at: index) } else { elements[index] = cut(elements[index], rest) }
      return .list(elements)
    default: return value
    }
  }
}

extension Value {
  /// All keys and texts in it.
  var texts: [String] {
    switch self {
    case .string(let text): [text]
    case .list(let elements): elements.flatMap(\.texts)
    case .map(let map): map.flatMap { [$0.key] + $0.value.texts }
    default: []
    }
  }
}

/// One facet against the played provider.
struct PlayedFacet {
  enum Outcome: Equatable {
    case same
    /// Refused before anything was changed.
    case refused(String)
    case wrong(String)
  }

  let place: Place
  var store: any PlayedStore
  /// In the order in which they were made.
  var calls: [Call] = []
  /// The call that makes the resource carried it: later it is as it is.
  private(set) var wasBorn = false

  init?(_ place: Place) {
    guard let store = place.store else { return nil }
    self.init(place, store)
  }

  init?(_ place: Place, _ store: any PlayedStore) {
    self.place = place
    self.store = store
  }

  /// While it is made, its target says what it shall have; where a facet makes the resource, it says that always.
  private func target(_ desired: Value?, isMaking: Bool = false) -> Target {
    var target = place.target(saying: desired)
    if isMaking { target.atCreation = ValueMap([(place.facet.name, desired ?? .null)]) }
    if place.support?.makers.contains(place.facet.name) == true, let desired {
      target.maker = Maker(place.facet.name, desired)
    }
    return target
  }

  mutating func read(_ desired: Value?) -> ProcedureRun<Observed<Value>> {
    var store = store
    let run = ProcedureRun(place.facet.read(target(desired))) { store.answer($0) }
    self.store = store
    calls += run.calls
    return run
  }

  /// As a plan compares it; nil: nothing is set.
  mutating func observed(_ desired: Value?) -> Value? {
    guard case .present(let found)? = read(desired).output else { return nil }
    return place.facet.comparable(found, to: desired, on: target(desired))
  }

  mutating func write(_ change: FacetChange<Value>) throws -> ProcedureRun<Void> {
    let target = target(change.after, isMaking: change.before == nil)
    let procedure: any Procedure<Void>
    switch (try place.facet.write(change, target).content, place.kind.granularity) {
    case (.procedure(let own), _): procedure = own
    case (.patch(let fragment), .resource(let combine)): procedure = combine([fragment], target, nil)
    case (.patch, .facet): throw CallFailure(.invalid, code: "Patch", "a kind of single facets takes no fragments")
    }
    var store = store
    var run = ProcedureRun(procedure) { store.answer($0) }
    self.store = store
    calls += run.calls
    if let after = change.after, run.failure == nil, run.calls.allSatisfy(\.reads), isBorn(change) {
      let making = create(target, after)
      run.calls += making.calls
      run.failure = making.failure
    }
    return run
  }

  /// True where nothing is written after the call that makes the resource, and it isn't there without.
  private func isBorn(_ change: FacetChange<Value>) -> Bool {
    guard change.before == nil, place.kind.payload == nil else { return false }
    var look = self
    return look.observed(change.after) != change.after
  }

  private mutating func create(_ target: Target, _ value: Value) -> ProcedureRun<ValueMap> {
    var target = target
    target.desired[place.facet.name] = value
    var store = store
    let run = ProcedureRun(place.kind.create(target)) { store.answer($0) }
    self.store = store
    calls += run.calls
    wasBorn = true
    return run
  }

  /// True when it is there afterwards as a plan would compare it.
  mutating func set(_ desired: Value) -> Bool {
    var before = observed(desired)
    if before == place.facet.schema.cleared { before = nil }
    guard let written = try? write(FacetChange(before: before, after: desired)) else { return false }
    return written.failure == nil && observed(desired) == desired
  }

  /// Written, it is observed, and the next plan is empty; cleared, it is absent.
  mutating func roundTrip(_ value: Value) -> Outcome {
    do {
      let desired = try place.facet.canonical(value, place.target.site)
      let cleared = place.facet.schema.cleared
      var before = observed(desired)
      if before == cleared { before = nil }
      if desired != cleared, desired != before {
        let written = try write(FacetChange(before: before, after: desired))
        if let failure = written.failure {
          let changed = written.calls.contains { !$0.reads }
          return failure.kind == .invalid && !changed
            ? .refused(failure.code) : .wrong("the write failed: \(failure.code) \(failure.message)")
        }
        let found = observed(desired)
        guard found == desired else { return .wrong("written \(Self.text(desired)), read \(Self.text(found))") }
      }
      guard cleared != nil, let there = observed(nil), there != cleared else { return .same }
      if wasBorn { return keeps(there) }
      let run = try write(FacetChange(before: there, after: nil))
      if let failure = run.failure { return .wrong("the clearing failed: \(failure.code) \(failure.message)") }
      let left = observed(nil)
      return left == nil || left == cleared ? .same : .wrong("cleared, and \(Self.text(left)) is there")
    } catch let failure as CallFailure where failure.kind == .invalid || failure.kind == .unsupported {
      return .refused(failure.code)
    } catch {
      return .wrong("\(error)")
    }
  }

  /// What is given with the creation is refused to be taken away, before anything is sent.
  private mutating func keeps(_ value: Value) -> Outcome {
    let refusal = try? write(FacetChange(before: value, after: nil))
    return refusal == nil && observed(nil) == value ? .same : .wrong("what only a creation gives was taken away")
  }

  private static func text(_ value: Value?) -> String {
    value.map { String(decoding: ValueJSON.encode($0, pretty: false), as: UTF8.self) } ?? "nothing"
  }
}

extension PlayedFacet {
  /// Two values of it that its provider keeps, the second also after the first.
  static func samples(_ place: Place) -> [Value] { known[place.description] ?? [] }

  private static let known: [String: [Value]] = Dictionary(
    uniqueKeysWithValues: Place.all.filter(\.isHeld).map { place in
      let models = RandomModels(place: place)
      var found: [Value] = []
      var after = PlayedFacet(place)
      for seed in UInt64(0)..<200 where found.count < 2 {
        guard let value = models.value(seed: seed), var next = after,
          let desired = try? place.facet.canonical(value, place.target.site), desired != place.facet.schema.cleared,
          !found.contains(desired), next.set(desired)
        else { continue }
        found.append(desired)
        after = next
      }
      return (place.description, found)
    })
}
