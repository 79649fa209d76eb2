import CooperModel
import CooperSchema
import Testing

@Suite("Models of shared facets") struct RoundTripTests {
  @Test("public access has one value for each of its sixteen states", arguments: 0..<16) func publicAccess(_ bits: Int)
    throws
  {
    let model = PublicAccess(
      blockPublicAcls: bits & 1 != 0, ignorePublicAcls: bits & 2 != 0, blockPublicPolicy: bits & 4 != 0,
      restrictPublicBuckets: bits & 8 != 0)
    #expect(try PublicAccess(value: model.value) == model)
    #expect((model.value == "blocked") == (bits == 15))
    #expect((model.value == "allowed") == (bits == 0))
  }

  @Test("a flag that is not written is off") func missingFlag() throws {
    #expect(try PublicAccess(value: ["blockPublicAcls": true]) == PublicAccess(blockPublicAcls: true))
    #expect(throws: SchemaMismatch.self) { try PublicAccess(value: ["blockPublicAcls": "yes"]) }
  }

  @Test("zero is kept apart from absent") func zero() throws {
    let rule = CORSRule(origins: ["*"], methods: ["GET"], maxAge: TimeSpan(seconds: 0))
    #expect(rule.value["maxAge"] == "0s")
    #expect(try CORSRule(value: rule.value) == rule)
    #expect(CORSRule(origins: ["*"], methods: ["GET"]).value["maxAge"] == nil)
    let sized = LifecycleRule(sizeGreaterThan: ByteSize(bytes: 0))
    #expect(try LifecycleRule(value: sized.value) == sized)
    #expect(sized != LifecycleRule())
  }

  @Test("a bucket's facets have names of their own") func names() {
    let names = BucketKind.facets.map(\.name) + BucketKind.settings.map(\.name)
    #expect(Set(names).count == names.count)
  }
}
