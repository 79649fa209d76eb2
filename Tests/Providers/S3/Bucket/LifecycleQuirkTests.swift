import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import S3Provider

@Suite("Quirks of lifecycle") struct LifecycleQuirkTests {
  private func rules(_ xml: String, type: String = "aws") -> Lifecycle? {
    let reply = Reply(200, "<LifecycleConfiguration>\(xml)</LifecycleConfiguration>")
    guard case .present(let value)? = observed(S3Lifecycle.self, reply, on: S3Fixture.target(type)) else { return nil }
    return try? Lifecycle(value: value)
  }

  private func rule(_ scope: String, action: String = "<Expiration><Days>1</Days></Expiration>") -> LifecycleRule? {
    rules("<Rule><ID>r</ID>\(scope)<Status>Enabled</Status>\(action)</Rule>")?["r"]
  }

  private let expires = LifecycleRule(expiration: LifecycleExpiration(after: .days(1)))

  @Test(
    "quirk 2 lifecycle: four spellings of an empty filter are one",
    arguments: ["<Prefix></Prefix>", "<Filter/>", "<Filter><Prefix/></Filter>", "<Filter><And/></Filter>", ""])
  func emptyFilter(_ scope: String) { #expect(rule(scope) == expires) }

  @Test("quirk 2 lifecycle: all objects is written as an empty prefix in a filter") func emptyFilterWritten() throws {
    let put = try #require(try calls(S3Lifecycle.self, from: nil, to: ["r": expires]).last)
    #expect(put.text.contains("<Filter><Prefix></Prefix></Filter>"))
  }

  @Test("quirk 2 lifecycle: a top-level prefix is read and written as a filter") func versionOne() throws {
    let rule = try #require(self.rule("<Prefix>tmp/</Prefix>"))
    #expect(rule.prefix == "tmp/")
    let put = try #require(try calls(S3Lifecycle.self, from: nil, to: ["r": rule]).last)
    #expect(put.text.contains("<Filter><Prefix>tmp/</Prefix></Filter>"))
  }

  @Test("quirk 2 lifecycle: an And around one condition is unwrapped, and never written") func lonelyAnd() throws {
    let rule = try #require(self.rule("<Filter><And><Tag><Key>a</Key><Value>1</Value></Tag></And></Filter>"))
    #expect(rule.tags == ["a": "1"])
    let put = try #require(try calls(S3Lifecycle.self, from: nil, to: ["r": rule]).last)
    #expect(!put.text.contains("<And>"))
    let two = LifecycleRule(prefix: "p", tags: ["a": "1"], expiration: expires.expiration)
    #expect(try calls(S3Lifecycle.self, from: nil, to: ["r": two]).last?.text.contains("<Filter><And>") == true)
  }

  @Test("quirk 2 lifecycle: rules are a map by id, transitions sets by class, tags a set") func order() {
    let one = rules(
      """
      <Rule><ID>b</ID><Status>Disabled</Status><Filter><And><Tag><Key>x</Key><Value>1</Value></Tag>\
      <Tag><Key>y</Key><Value>2</Value></Tag></And></Filter><Transition><Days>1</Days><StorageClass>Z</StorageClass>\
      </Transition><Transition><Days>2</Days><StorageClass>A</StorageClass></Transition></Rule>\
      <Rule><ID>a</ID><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>
      """)
    let other = rules(
      """
      <Rule><ID>a</ID><Expiration><Days>1</Days></Expiration><Status>Enabled</Status></Rule>\
      <Rule><Transition><StorageClass>A</StorageClass><Days>2</Days></Transition>\
      <Transition><StorageClass>Z</StorageClass><Days>1</Days></Transition><Filter><And>\
      <Tag><Key>y</Key><Value>2</Value></Tag><Tag><Key>x</Key><Value>1</Value></Tag></And></Filter>\
      <Status>Disabled</Status><ID>b</ID></Rule>
      """)
    #expect(one != nil)
    #expect(one == other)
    #expect(one?["b"]?.enabled == false)
  }

  @Test("quirk 2 lifecycle: a marker that is off is no expiration") func markerOff() {
    let rule = rule(
      "", action: "<Expiration><ExpiredObjectDeleteMarker>false</ExpiredObjectDeleteMarker></Expiration>")
    #expect(rule == LifecycleRule())
  }

  @Test("quirk 2 lifecycle: dates are instants, whatever their spelling") func dates() {
    let spellings = ["2027-01-01T00:00:00.000Z", "2027-01-01T00:00:00Z", "2027-01-01", "2027-01-01T01:00:00+01:00"]
    let rules = spellings.map { rule("", action: "<Expiration><Date>\($0)</Date></Expiration>") }
    #expect(rules.allSatisfy { $0?.expiration?.date == Instant("2027-01-01") })
  }

  @Test("quirk 3 MinIO: the year 1 is no date, zero days beside another form are none") func zeroDate() {
    let action = "<Expiration><Date>0001-01-01T00:00:00Z</Date><Days>3</Days></Expiration>"
    #expect(rule("", action: action)?.expiration == LifecycleExpiration(after: .days(3)))
    let marker =
      "<Expiration><Days>0</Days><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>"
    #expect(rule("", action: marker)?.expiration == LifecycleExpiration(expiredObjectDeleteMarker: true))
  }

  @Test("quirk 2 lifecycle: size bound zero is kept apart from none, a transition of zero days too") func zeros() throws
  {
    let rule = try #require(
      self.rule(
        "<Filter><ObjectSizeGreaterThan>0</ObjectSizeGreaterThan></Filter>",
        action: "<Transition><Days>0</Days><StorageClass>GLACIER</StorageClass></Transition>"))
    #expect(rule.sizeGreaterThan == ByteSize(bytes: 0))
    #expect(rule.transitions == [LifecycleTransition(to: "GLACIER", after: .days(0))])
    let put = try #require(try calls(S3Lifecycle.self, from: nil, to: ["r": rule]).last)
    #expect(put.text.contains("<ObjectSizeGreaterThan>0</ObjectSizeGreaterThan>"))
    #expect(put.text.contains("<Days>0</Days>"))
  }

  @Test("quirk 2 lifecycle: the id is always sent, and rules without one are told apart") func ids() throws {
    let put = try #require(try calls(S3Lifecycle.self, from: nil, to: ["my rule": expires]).last)
    #expect(put.text.contains("<ID>my rule</ID>"))
    let action = "<Status>Enabled</Status><Expiration><Days>1</Days></Expiration>"
    #expect(
      rules("<Rule>\(action)</Rule><Rule>\(action)</Rule>")?.keys.sorted() == ["unnamed-1", "unnamed-2"])
    #expect(rules("<Rule><ID>a</ID>\(action)</Rule><Rule><ID>a</ID>\(action)</Rule>")?.count == 2)
  }

  @Test("quirk 2 lifecycle: no rules is a DELETE after a look, an empty list reads as absent") func empty() throws {
    #expect(observed(S3Lifecycle.self, Reply(200, "<LifecycleConfiguration/>")) == .absent)
    let made = try calls(S3Lifecycle.self, from: ["r": expires], to: [:]) { call in
      call.method == .get ? Reply(200, "<LifecycleConfiguration/>") : Reply(204)
    }
    #expect(made.map(\.method) == [.get, .delete])
  }

  @Test("quirk 2 lifecycle: the minimum size for transitions is a header, unmanaged and carried through")
  func minimumSize() throws {
    let header = Header("x-amz-transition-default-minimum-object-size", "varies_by_storage_class")
    let made = try calls(S3Lifecycle.self, from: ["r": expires], to: ["s": expires]) { call in
      call.method == .get ? Reply(200, "<LifecycleConfiguration/>", headers: [header]) : Reply(200)
    }
    #expect(made.map(\.method) == [.get, .put])
    #expect(made.last?.headers.contains(header) == true)
    let silent = try calls(S3Lifecycle.self, from: ["r": expires], to: ["s": expires]) { call in
      call.method == .get ? Reply(200, "<LifecycleConfiguration/>") : Reply(200)
    }
    #expect(silent.last?.headers.contains { $0.name == header.name } == false)
  }

  @Test("quirk 3 Ceph: ArchiveZone is kept, Wasabi's MOVE is never sent") func extensions() throws {
    let there = """
      <LifecycleConfiguration><Rule><ID>r</ID><Filter><ArchiveZone/></Filter><Status>Enabled</Status>\
      <Expiration><Days>9</Days></Expiration><MOVE><X>1</X></MOVE></Rule></LifecycleConfiguration>
      """
    var after = expires
    after.prefix = "p"
    let made = try calls(S3Lifecycle.self, from: ["r": expires], to: ["r": after, "s": expires]) { call in
      call.method == .get ? Reply(200, there) : Reply(200)
    }
    let put = try #require(made.last)
    #expect(put.text.contains("<ID>r</ID><Filter><And><Prefix>p</Prefix><ArchiveZone/></And></Filter>"))
    #expect(put.text.contains("<ID>s</ID><Filter><Prefix></Prefix></Filter>"))
    #expect(!put.text.contains("MOVE"))
  }

  @Test("numbers that are none break the protocol instead of becoming zero") func badNumber() {
    let reply = Reply(
      200,
      "<LifecycleConfiguration><Rule><ID>r</ID><Expiration><Days>x</Days></Expiration></Rule></LifecycleConfiguration>")
    let run = ProcedureRun(S3Lifecycle.read(S3Fixture.target())) { _ in reply }
    #expect(run.failure?.kind == .protocolBroken)
  }
}

@Suite("Risks of lifecycle changes") struct LifecycleRiskTests {
  private func rule(
    _ days: Int64, prefix: String? = nil, tags: Tags? = nil, larger: Int64? = nil, enabled: Bool? = nil
  ) -> LifecycleRule {
    LifecycleRule(
      enabled: enabled, prefix: prefix, tags: tags, sizeGreaterThan: larger.map { ByteSize(bytes: $0) },
      expiration: LifecycleExpiration(after: .days(days)))
  }

  private func risks(_ before: Lifecycle, _ after: Lifecycle) -> [String] {
    S3Lifecycle.risks(FacetChange(before: before, after: after), on: S3Fixture.target()).map {
      "\($0.kind): \($0.message)"
    }
  }

  @Test("a new expiration loses data") func new() {
    #expect(
      risks([:], ["r": rule(30, prefix: "tmp/")]) == [
        "losesData: rule r deletes objects (tmp/*) after 30d, new"
      ])
  }

  @Test("a shorter age, a wider prefix, a dropped condition lose data") func more() {
    #expect(
      risks(["r": rule(30)], ["r": rule(7)]) == [
        "losesData: rule r deletes all objects after 7d, sooner than before (30d)"
      ])
    #expect(risks(["r": rule(30, prefix: "tmp/")], ["r": rule(30, prefix: "t")]).count == 1)
    #expect(risks(["r": rule(30, tags: ["a": "b"])], ["r": rule(30)]).count == 1)
    #expect(risks(["r": rule(30, larger: 5)], ["r": rule(30, larger: 4)]).count == 1)
    #expect(
      risks(["r": rule(30, enabled: false)], ["r": rule(30)]) == [
        "losesData: rule r deletes all objects after 30d, switched on"
      ])
  }

  @Test("a longer age, a narrower scope, a removed or renamed rule lose nothing") func less() {
    #expect(risks(["r": rule(7)], ["r": rule(30)]) == [])
    #expect(risks(["r": rule(7)], ["r": rule(7, prefix: "a/", tags: ["x": "y"], larger: 9)]) == [])
    #expect(risks(["r": rule(7)], [:]) == [])
    #expect(risks(["r": rule(7)], ["s": rule(7)]) == [])
    #expect(risks(["r": rule(7)], ["r": rule(7, enabled: false)]) == [])
  }

  @Test("keeping fewer noncurrent versions loses data, a transition and an abort don't") func noncurrent() {
    func keep(_ count: Int?) -> LifecycleRule {
      LifecycleRule(noncurrentExpiration: NoncurrentExpiration(after: .days(30), keep: count))
    }
    #expect(
      risks(["r": keep(3)], ["r": keep(nil)]) == [
        "losesData: rule r deletes noncurrent versions of all objects after 30d, keeping fewer than before (3)"
      ])
    #expect(risks(["r": keep(nil)], ["r": keep(3)]) == [])
    let harmless = LifecycleRule(
      transitions: [LifecycleTransition(to: "GLACIER", after: .days(1))], abortMultipartAfter: .days(7))
    #expect(risks([:], ["r": harmless]) == [])
  }
}
