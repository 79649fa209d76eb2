import CooperModel
import CooperSchema
import CooperState
import Testing

@Suite struct StateFormatTests {
  @Test("Property: any state survives its text, and the text is the same each time", arguments: 0..<300)
  func roundTrip(_ seed: Int) throws {
    var generator = StateGenerator(seed: seed)
    let snapshot = generator.snapshot()
    let text = StateFormat.encode(snapshot, cooperVersion: "0.1.0")
    let read = try StateFormat.decode(text, file: "state.json")
    #expect(read == snapshot)
    #expect(StateFormat.encode(read, cooperVersion: "0.1.0") == text)
  }

  @Test("Absent, null and empty facet values stay three things")
  func absence() throws {
    var snapshot = StateSnapshot(lineage: "l", project: "acme")
    let address = Address("buckets", "a")
    var bucket = RecordedResource(
      kind: "bucket", connection: "aws", identity: PhysicalIdentity(endpoint: "https://s3.example", name: "a"))
    bucket.facets = [
      "cleared": RecordedFacet(value: nil), "null": RecordedFacet(value: .null), "empty": RecordedFacet(value: []),
      "map": RecordedFacet(value: .map(ValueMap())), "zero": RecordedFacet(value: 0),
    ]
    snapshot.resources[address] = bucket
    let read = try StateFormat.decode(StateFormat.encode(snapshot, cooperVersion: "1"), file: "f")
    #expect(read.resources[address]?.facets == bucket.facets)
    #expect(read.resources[address]?.facets["cleared"] == RecordedFacet(value: nil))
    #expect(read.resources[address]?.facets["null"] == RecordedFacet(value: .null))
  }

  static let refused: [(text: String, kind: StateFailure.Kind, message: String)] = [
    ("", .corrupt, "p/state.json is empty"),
    ("{\n  \"a\": ]\n}", .corrupt, "p/state.json:2:8 is not a state: a value is expected here"),
    ("{}", .corrupt, "p/state.json is not a state: \"formatVersion\" is missing"),
    (
      #"{"formatVersion": 2, "cooper": "9.1"}"#, .incompatible,
      "p/state.json was written by Cooper 9.1 in state format 2; this version reads up to 1"
    ),
    (#"{"formatVersion": 0}"#, .corrupt, "p/state.json is not a state: formatVersion: there is no format 0"),
    (#"{"formatVersion": 1, "cooper": "1"}"#, .corrupt, "p/state.json is not a state: \"serial\" is missing"),
    (
      #"{"formatVersion":1,"cooper":"1","serial":1,"lineage":"l","project":"p","resources":{},"extra":1}"#, .corrupt,
      "p/state.json is not a state: \"extra\" is not a key of this format"
    ),
    (
      #"{"formatVersion":1,"cooper":"1","serial":1,"lineage":"l","project":"p","resources":{"buckets":{}}}"#, .corrupt,
      "p/state.json is not a state: resources → buckets: the address is not section.name"
    ),
    (
      #"{"formatVersion":1,"cooper":"1","serial":1,"lineage":"l","project":"p","resources":{"buckets.x":{"kind":7}}}"#,
      .corrupt, "p/state.json is not a state: resources → buckets.x → kind: text is expected"
    ),
  ]

  @Test("What can't be read is refused with the place and the reason", arguments: refused)
  func refusal(_ text: String, _ kind: StateFailure.Kind, _ message: String) {
    let failure = #expect(throws: StateFailure.self) { try StateFormat.decode(Array(text.utf8), file: "p/state.json") }
    #expect(failure?.kind == kind)
    #expect(failure?.message == message)
  }
}
