import CooperModel
import CooperSchema
import CooperState
import Testing

private let address = Address("buckets", "a")
private let bucket = RecordedResource(
  kind: "bucket", connection: "aws", identity: PhysicalIdentity(endpoint: "https://s3.example", name: "acme-a"),
  facets: ["tags": RecordedFacet(value: ["team": "x"])], outputs: ValueMap([("arn", "old")]))
private let empty = StateSnapshot(lineage: "l", serial: 5, project: "acme")
private let begin = Event.begin(run: "r", command: "apply", at: 0, lineage: "l", serial: 5)

private func fold(_ events: Event...) -> RecordedResource? {
  StateSnapshot.fold(empty, [begin] + events).resources[address]
}

@Suite struct FoldTests {
  @Test("An intent to create is recorded as being created, whatever status the entry says")
  func intent() {
    #expect(fold(.intent(address, .create, bucket))?.status == .creating)
    #expect(StateSnapshot.fold(empty, [begin, .intent(address, .create, bucket)]).openIntents == [address])
  }

  @Test("A create that is done is complete and has the outputs born with it")
  func created() {
    let entry = fold(.intent(address, .create, bucket), .outcome(address, .create, .done(ValueMap([("arn", "new")]))))
    #expect(entry?.status == .complete)
    #expect(entry?.outputs == ValueMap([("arn", "new")]))
  }

  @Test("Fingerprints of one part take the place of that part's, and of no other whose name begins alike")
  func fingerprints() {
    let entry = fold(
      .recorded(address, bucket), .secrets(address, "login", ["login.password": "1", "login.token": "2"]),
      .secrets(address, "loginMore", ["loginMore.password": "3"]), .secrets(address, "login", ["login.password": "4"]))
    #expect(entry?.secrets == ["login.password": "4", "loginMore.password": "3"])
  }

  @Test("A create that did not happen leaves nothing")
  func notCreated() {
    #expect(fold(.intent(address, .create, bucket), .outcome(address, .create, .nothingHappened("denied"))) == nil)
  }

  @Test("What vanished and could not be made again stays recorded")
  func notRecreated() {
    let events: [Event] = [
      .recorded(address, bucket), .intent(address, .create, bucket), .outcome(address, .create, .nothingHappened("no")),
    ]
    #expect(StateSnapshot.fold(empty, events).resources[address] == bucket)
  }

  @Test("A create of another physical thing at a complete address is never hidden by the entry that is there")
  func createUnderNewName() {
    var renamed = bucket
    renamed.identity.name = "acme-b"
    let entry = fold(.recorded(address, bucket), .intent(address, .create, renamed))
    #expect(entry?.identity.name == "acme-b")
    #expect(entry?.status == .creating)
  }

  @Test("Delete and purge: under way, then gone or back", arguments: [Event.Operation.delete, .purge])
  func deletion(_ operation: Event.Operation) {
    let intent = Event.intent(address, operation, bucket)
    #expect(fold(.recorded(address, bucket), intent)?.status == .deleting)
    #expect(fold(.recorded(address, bucket), intent, .outcome(address, operation, .done(ValueMap()))) == nil)
    let back = fold(.recorded(address, bucket), intent, .outcome(address, operation, .nothingHappened("not empty")))
    #expect(back == bucket)
    #expect(fold(intent)?.status == .deleting, "an unknown thing that is being deleted is not lost")
  }

  @Test("An outcome without its intent changes nothing")
  func strayOutcome() {
    #expect(fold(.recorded(address, bucket), .outcome(address, .delete, .done(ValueMap()))) == bucket)
    #expect(fold(.outcome(address, .create, .done(ValueMap()))) == nil)
    let deleting = fold(.intent(address, .delete, bucket), .outcome(address, .create, .done(ValueMap())))
    #expect(deleting?.status == .deleting)
  }

  @Test("Recorded replaces all but the facets of a known entry, and is taken whole for an unknown one")
  func recorded() {
    var other = bucket
    other.facets = [:]
    other.region = "eu-west-1"
    let entry = fold(.recorded(address, bucket), .recorded(address, other))
    #expect(entry?.region == "eu-west-1")
    #expect(entry?.facets == bucket.facets)
  }

  @Test("Redeclared takes over what is declared; identity, outputs, origin and facets stay")
  func redeclared() {
    var other = bucket
    other.identity.name = "other"
    other.outputs = ValueMap()
    other.origin = .adopted
    other.facets = [:]
    other.connection = "aws2"
    other.region = "eu-west-2"
    other.settings = ValueMap([("a", 1)])
    other.deletion = .purge
    other.declaredAt = "b.yaml:1"
    var expected = other
    expected.identity = bucket.identity
    expected.outputs = bucket.outputs
    expected.origin = bucket.origin
    expected.facets = bucket.facets
    var creating = bucket
    creating.status = .creating
    #expect(fold(.recorded(address, creating), .redeclared(address, other)) == expected)
    #expect(fold(.redeclared(address, other)) == nil)
  }

  @Test("A facet that is cleared stays managed; nil releases it; an unknown address has none")
  func facets() {
    let cleared = RecordedFacet(value: nil, writtenAt: 7)
    #expect(fold(.recorded(address, bucket), .facet(address, "tags", cleared))?.facets == ["tags": cleared])
    #expect(fold(.recorded(address, bucket), .facet(address, "tags", nil))?.facets == [:])
    #expect(fold(.facet(address, "tags", cleared)) == nil)
  }

  @Test("A move happens once, and never over another entry")
  func moved() {
    let to = Address("buckets", "b")
    var other = bucket
    other.identity.name = "acme-b"
    let move = Event.moved(from: address, to: to)
    let twice = StateSnapshot.fold(empty, [begin, .recorded(address, bucket), move, move])
    #expect(twice.resources == [to: bucket])
    let both = StateSnapshot.fold(empty, [begin, .recorded(address, bucket), .recorded(to, other), move])
    #expect(both.resources == [address: bucket, to: other])
    let itself = StateSnapshot.fold(empty, [begin, .recorded(address, bucket), .moved(from: address, to: address)])
    #expect(itself.resources == [address: bucket])
  }

  @Test("A run on another serial or lineage is saved already; the next run counts again")
  func foldedRuns() {
    let saved = Event.begin(run: "r", command: "apply", at: 0, lineage: "l", serial: 4)
    let foreign = Event.begin(run: "r", command: "apply", at: 0, lineage: "m", serial: 5)
    #expect(StateSnapshot.fold(empty, [saved, .recorded(address, bucket), .end]).resources.isEmpty)
    #expect(StateSnapshot.fold(empty, [foreign, .recorded(address, bucket)]).resources.isEmpty)
    #expect(
      StateSnapshot.fold(empty, [saved, .forgotten(address), begin, .recorded(address, bucket)]).resources.count == 1)
    #expect(StateSnapshot.fold(empty, [.recorded(address, bucket)]).resources.count == 1)
  }

  @Test("Property: any prefix of any run folds to a legal state, twice in a row", arguments: 0..<300)
  func prefixes(_ seed: Int) {
    var generator = StateGenerator(seed: seed)
    let base = generator.snapshot()
    #expect(base.violations().isEmpty)
    let events = generator.run(on: base) + generator.run(on: base)
    for count in 0...events.count {
      let folded = StateSnapshot.fold(base, events.prefix(count))
      #expect(folded.violations().isEmpty, "seed \(seed), \(count) events")
      #expect(folded.serial == base.serial)
      // Dying between saving and dropping the journal: the saved state swallows the same events without effect.
      var saved = folded
      saved.serial += 1
      #expect(
        StateSnapshot.fold(saved, events.prefix(count).drop { !$0.isBegin }) == saved, "seed \(seed), \(count) events")
    }
  }
}

extension Event {
  var isBegin: Bool { if case .begin = self { true } else { false } }
}
