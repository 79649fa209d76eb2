import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import S3Provider

@Suite("Quirks of object lock, logging, notifications, replication, website, ACL and small switches")
struct LaterFacetQuirkTests {
  private let target = S3Fixture.target()

  private func kinds<F: Facet>(_ facet: F.Type, _ before: F.Model?, _ after: F.Model?) -> [String] {
    F.risks(FacetChange(before: before, after: after), on: target).map { "\($0.kind.rawValue) \($0.message)" }
  }

  private func rank<F: Facet>(_ facet: F.Type, _ before: F.Model?, _ after: F.Model?) throws -> Int {
    try F.write(FacetChange(before: before, after: after), on: target).rank
  }

  // Object lock

  @Test("quirk 2 object lock: moto's Years 0 beside Days is no year") func lockZeros() {
    func lock(_ period: String) -> Observed<Value>? {
      observed(
        S3ObjectLock.self,
        Reply(
          200,
          "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>"
            + "<Mode>GOVERNANCE</Mode>\(period)</DefaultRetention></Rule></ObjectLockConfiguration>"))
    }
    #expect(lock("<Days>30</Days><Years>0</Years>") == .present(["mode": "GOVERNANCE", "retention": "30d"]))
    #expect(lock("<Days>0</Days><Years>7</Years>") == .present(["mode": "GOVERNANCE", "years": 7]))
    #expect(lock("<Days>0</Days><Years>0</Years>") == .present("enabled"))
  }

  @Test("quirk 2 object lock: it is never disabled") func lockIsOneWay() {
    #expect(throws: CallFailure.self) { try S3ObjectLock.write(.init(before: ObjectLock(), after: nil), on: target) }
  }

  @Test("quirk 3 object lock: AWS takes it on a bucket that is there, Wasabi and Ceph only at the creation")
  func lockAtCreation() throws {
    let change = FacetChange<ObjectLock>(before: nil, after: ObjectLock())
    for type in ["aws", "wasabi", "s3", "minio", "ceph"] {
      var target = S3Fixture.target(type)
      let isTaken = !["wasabi", "ceph"].contains(type)
      do throws(CallFailure) {
        _ = try S3ObjectLock.write(change, on: target)
        #expect(isTaken, "\(type)")
      } catch {
        #expect(!isTaken && error.kind == .unsupported, "\(type)")
      }
      target.atCreation = ["objectLock": "enabled"]
      _ = try S3ObjectLock.write(change, on: target)
    }
  }

  @Test("quirk 3 object lock: the creation asks for it, with what that needs, and only then") func lockHeader() {
    var target = S3Fixture.target("minio")
    #expect(CreateBucket.call(target).headers == [])
    target.atCreation = ["tags": ["a": "b"]]
    #expect(CreateBucket.call(target).headers == [])
    target.atCreation = ["objectLock": ["mode": "GOVERNANCE", "years": 1]]
    let call = CreateBucket.call(target)
    #expect(call.headers == [Header("x-amz-bucket-object-lock-enabled", "true")])
    #expect(
      call.permissions.map(\.action) == [
        "s3:CreateBucket", "s3:PutBucketObjectLockConfiguration", "s3:PutBucketVersioning",
      ])
  }

  @Test("risks of object lock: irreversible, compliance locks, shorter loses") func lockRisks() {
    let week = ObjectLock(mode: .governance, retention: .days(7))
    let year = ObjectLock(mode: .governance, years: 1)
    let strict = ObjectLock(mode: .compliance, retention: .days(7))
    #expect(kinds(S3ObjectLock.self, nil, week) == ["irreversible object lock can't be turned off again"])
    #expect(kinds(S3ObjectLock.self, week, year) == [])
    #expect(
      kinds(S3ObjectLock.self, year, week) == ["losesData new objects are locked for 7d only, until now for 1 year"])
    #expect(
      kinds(S3ObjectLock.self, week, ObjectLock()) == [
        "losesData new objects are no longer locked by themselves, until now for 7d"
      ])
    #expect(
      kinds(S3ObjectLock.self, week, strict) == [
        "locksRetention nobody, the account's root included, deletes new objects sooner than after 7d"
      ])
    #expect(
      kinds(S3ObjectLock.self, strict, week) == [
        "losesData who has the right to may delete new objects before 7d are over"
      ])
    #expect(S3ObjectLock.risks(.init(before: week, after: strict), on: target)[0].needsConsent)
  }

  // Logging

  private func logging(_ xml: String) -> Observed<Value>? {
    observed(
      S3AccessLogging.self,
      Reply(200, "<BucketLoggingStatus><LoggingEnabled>\(xml)</LoggingEnabled></BucketLoggingStatus>"))
  }

  @Test("quirk 2 logging: an empty TargetPrefix is none, and simple keys are the default") func emptyPrefix() {
    let plain = "<TargetBucket>logs</TargetBucket><TargetPrefix/>"
    #expect(logging(plain) == .present(["bucket": "logs"]))
    let simple = "<TargetObjectKeyFormat><SimplePrefix/></TargetObjectKeyFormat>"
    #expect(logging(plain + simple) == .present(["bucket": "logs"]))
    let parted = "<TargetObjectKeyFormat><PartitionedPrefix/></TargetObjectKeyFormat>"
    #expect(logging(plain + parted) == .present(["bucket": "logs", "keyFormat": "deliveryTime"]))
  }

  @Test("a whole-document write keeps the grants on logs that others gave") func targetGrants() throws {
    let held =
      "<TargetBucket>logs</TargetBucket><TargetGrants><Grant><Grantee><ID>abc</ID><DisplayName>x</DisplayName></Grantee>"
      + "<Permission>READ</Permission></Grant></TargetGrants><TargetPrefix>a/</TargetPrefix>"
    let made = try calls(
      S3AccessLogging.self, from: AccessLogging(bucket: "logs", prefix: "a/"), to: AccessLogging(bucket: "other")
    ) { call in
      call.method == .get
        ? Reply(200, "<BucketLoggingStatus><LoggingEnabled>\(held)</LoggingEnabled></BucketLoggingStatus>") : Reply(200)
    }
    #expect(made.map(\.method) == [.get, .put])
    #expect(
      made.last?.text.contains(
        "<TargetBucket>other</TargetBucket><TargetGrants><Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
          + "xsi:type=\"CanonicalUser\"><ID>abc</ID></Grantee><Permission>READ</Permission></Grant></TargetGrants>")
        == true)
  }

  // Notifications

  @Test("quirk 2 notification: names of filter rules are compared without case and order") func filterRules() throws {
    func read(_ rules: String) -> Observed<Value>? {
      observed(
        S3Notifications.self,
        Reply(
          200,
          "<NotificationConfiguration><QueueConfiguration><Id>a</Id><Queue>arn:aws:sqs:r:1:q</Queue>"
            + "<Event>s3:B</Event><Event>s3:A</Event><Filter><S3Key>\(rules)</S3Key></Filter></QueueConfiguration>"
            + "</NotificationConfiguration>"))
    }
    func rule(_ name: String, _ text: String) -> String {
      "<FilterRule><Name>\(name)</Name><Value>\(text)</Value></FilterRule>"
    }
    let wanted = try AnyFacet(S3Notifications.self).canonical(
      [
        "targets": ["a": ["to": "arn:aws:sqs:r:1:q", "events": ["s3:A", "s3:B"], "prefix": "in/", "suffix": ".jpg"]]
      ], target.site)
    #expect(read(rule("Suffix", ".jpg") + rule("Prefix", "in/")) == .present(wanted))
    #expect(read(rule("prefix", "in/") + rule("SUFFIX", ".jpg")) == .present(wanted))
  }

  @Test("quirk 2 notification: EventBridge is an empty element, and its presence is the value") func eventBridge()
    throws
  {
    #expect(
      observed(
        S3Notifications.self,
        Reply(200, "<NotificationConfiguration><EventBridgeConfiguration/></NotificationConfiguration>"))
        == .present(["eventBridge": true]))
    #expect(try AnyFacet(S3Notifications.self).canonical(["eventBridge": false], target.site) == [:])
  }

  @Test("quirk 2 notification: ids come from the path in the YAML and are always sent; one document holds all")
  func notificationIDs() throws {
    let value: Value = [
      "targets": [
        "b": ["to": "arn:aws:sns:r:111122223333:t", "events": ["s3:A"]],
        "a": ["to": "arn:aws:sqs:r:111122223333:q", "events": ["s3:A"]],
      ]
    ]
    let made = try calls(S3Notifications.self, from: nil, to: try Notifications(value: value))
    #expect(made.count == 1 && made[0].method == .put)
    #expect(made[0].text.contains("<TopicConfiguration><Id>b</Id>"))
    #expect(made[0].text.contains("<QueueConfiguration><Id>a</Id>"))
  }

  @Test("risks of notifications: another account is told of keys") func notificationRisks() throws {
    let model = try Notifications(
      value: [
        "targets": [
          "own": ["to": "arn:aws:sqs:r:111122223333:q", "events": ["s3:A"]],
          "other": ["to": "arn:aws:sqs:r:999988887777:q", "events": ["s3:A"]],
        ]
      ])
    #expect(
      kinds(S3Notifications.self, nil, model) == [
        "widensAccess account 999988887777 is told of events and keys (other)"
      ])
    #expect(kinds(S3Notifications.self, model, model) == [])
  }

  // Replication

  private func replication(_ rule: String) -> Observed<Value>? {
    observed(
      S3Replication.self,
      Reply(
        200,
        "<ReplicationConfiguration><Role>r</Role><Rule><ID>a</ID><Status>Enabled</Status>\(rule)<Destination>"
          + "<Bucket>arn:aws:s3:::copy</Bucket></Destination></Rule></ReplicationConfiguration>"))
  }

  @Test("quirk 2 replication: Filter without a condition is on the wire, and reads as an empty prefix") func filter()
    throws
  {
    let model = try Replication(value: ["role": "r", "rules": ["a": ["destination": ["bucket": "copy"]]]])
    let canonical = S3Replication.canonical(model, on: target.site)
    let made = try calls(S3Replication.self, from: nil, to: canonical)
    #expect(made[0].text.contains("<Priority>1</Priority><Filter><Prefix></Prefix></Filter>"))
    #expect(made[0].text.contains("<DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>"))
    let off = "<DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>"
    for spelling in ["<Filter/>", "<Filter><Prefix/></Filter>", "<Filter><And><Prefix></Prefix></And></Filter>"] {
      #expect(replication("<Priority>1</Priority>" + spelling + off) == .present(canonical.value), "\(spelling)")
    }
  }

  @Test("quirk 2 replication: a rule of the first form copies deletions, and the plan says what a filter would change")
  func firstForm() throws {
    let old = replication("<Prefix>in/</Prefix>")
    let rule: Value = [
      "priority": 1, "prefix": "in/", "destination": ["bucket": "copy"], "deleteMarkers": "replicate",
    ]
    #expect(old == .present(["role": "r", "rules": ["a": rule]]))
    let before = try Replication(value: ["role": "r", "rules": ["a": rule]])
    let after = S3Replication.canonical(
      try Replication(value: ["role": "r", "rules": ["a": ["prefix": "in/", "destination": ["bucket": "copy"]]]]),
      on: target.site)
    #expect(
      kinds(S3Replication.self, before, after) == [
        "overwrites rule a no longer copies deletions: the copy keeps what is deleted here"
      ])
    #expect(
      kinds(S3Replication.self, after, before) == [
        "overwrites rule a now copies deletions: what is deleted here is hidden there"
      ])
  }

  @Test("quirk 2 replication: every rule gets a priority of its own") func priorities() throws {
    let place: Value = ["bucket": "copy"]
    let value: Value = [
      "role": "r",
      "rules": ["c": ["destination": place], "a": ["destination": place], "b": ["priority": 1, "destination": place]],
    ]
    let rules = S3Replication.canonical(try Replication(value: value), on: target.site).rules
    #expect(rules?.mapValues(\.priority) == ["a": 2, "b": 1, "c": 3])
  }

  @Test("time control is measured always") func timeControl() throws {
    let value: Value = ["role": "r", "rules": ["a": ["destination": ["bucket": "copy", "timeControl": true]]]]
    let model = S3Replication.canonical(try Replication(value: value), on: target.site)
    let text = try calls(S3Replication.self, from: nil, to: model)[0].text
    #expect(
      text.contains(
        "<Metrics><Status>Enabled</Status><EventThreshold><Minutes>15</Minutes></EventThreshold></Metrics>"))
  }

  @Test("replication needs the right to pass its role") func passRole() throws {
    let value: Value = ["role": "arn:aws:iam::1:role/r", "rules": ["a": ["destination": ["bucket": "copy"]]]]
    let call = try calls(S3Replication.self, from: nil, to: Replication(value: value))[0]
    #expect(call.permissions.last == Permission("iam:PassRole", on: "arn:aws:iam::1:role/r"))
  }

  @Test("risks of replication: another account gets copies") func replicationRisks() throws {
    func model(_ account: String?) throws -> Replication {
      var destination: ValueMap = ["bucket": "copy"]
      destination["account"] = account.map { .string($0) }
      return try Replication(value: ["role": "r", "rules": ["a": ["destination": .map(destination)]]])
    }
    let other = try model("222233334444")
    #expect(
      kinds(S3Replication.self, nil, other) == [
        "widensAccess account 222233334444 gets copies of the objects, in copy (rule a)"
      ])
    #expect(kinds(S3Replication.self, other, other) == [])
    #expect(try kinds(S3Replication.self, nil, model("111122223333")) == [])
    #expect(try kinds(S3Replication.self, nil, model(nil)) == [])
  }

  // Website

  @Test("quirk 2 website: an empty text in a redirect is not none") func emptyRedirect() {
    func route(_ redirect: String) -> Value? {
      guard
        case .present(let value)? = observed(
          S3Website.self,
          Reply(
            200,
            "<WebsiteConfiguration><IndexDocument><Suffix>i</Suffix></IndexDocument><RoutingRules><RoutingRule>"
              + "<Redirect>\(redirect)</Redirect></RoutingRule></RoutingRules></WebsiteConfiguration>"))
      else { return nil }
      return value["routes"]?.list?.first
    }
    #expect(route("<ReplaceKeyPrefixWith/><HostName>h</HostName>") == ["host": "h", "replacePrefix": ""])
    #expect(route("<HostName>h</HostName>") == ["host": "h"])
    // A store that makes up what isn't there gives both, which can't be written.
    #expect(
      route("<ReplaceKeyPrefixWith/><ReplaceKeyWith/><HostName>h</HostName><Protocol/><HttpRedirectCode/>")
        == ["host": "h"])
  }

  // ACL

  private func acl(_ groups: [(uri: String, permission: String)]) -> Observed<Value>? {
    observed(S3ACL.self, Reply(200, S3Store.accessControl(groups)))
  }

  @Test("quirk 2 ACL: a ready-made one is known by its grants, display names play no part") func recognised() {
    #expect(acl([]) == .absent)
    #expect(acl([("global/AllUsers", "WRITE"), ("global/AllUsers", "READ")]) == .present("public-read-write"))
    #expect(acl([("s3/LogDelivery", "READ_ACP"), ("s3/LogDelivery", "WRITE")]) == .present("log-delivery-write"))
  }

  @Test("an ACL that no ready-made one gives is shown as its grants, and never taken for private") func ownGrants() {
    #expect(
      acl([("global/AllUsers", "WRITE")]) == .present(["75aa: FULL_CONTROL", "AllUsers: WRITE"]))
    let without = "<AccessControlPolicy><Owner><ID>me</ID></Owner><AccessControlList/></AccessControlPolicy>"
    #expect(observed(S3ACL.self, Reply(200, without)) == .present([]))
  }

  @Test("quirk 2 ACL: under enforced ownership S3 shows private, which is never set and never written")
  func privateIsUnset()
    throws
  {
    let facet = AnyFacet(S3ACL.self)
    #expect(acl([]) == .absent)
    #expect(try facet.canonical("private", target.site) == facet.schema.cleared)
  }

  @Test("quirk 2 order: private before ownership is enforced, public after both are loosened, else as S3 wants it")
  func order() throws {
    let acl = try rank(S3ACL.self, .canned(.publicRead), nil)
    let ownership = try rank(S3Ownership.self, .objectWriter, .bucketOwnerEnforced)
    let tighter = try rank(S3PublicAccess.self, .allowed, .blocked)
    let encryption = try rank(S3Encryption.self, nil, Encryption(.aes256))
    let versioning = try rank(S3Versioning.self, nil, .enabled)
    let lock = try rank(S3ObjectLock.self, nil, ObjectLock())
    let delivery = try rank(S3ACL.self, nil, .canned(.logDeliveryWrite))
    let policy = FacetRank.policy
    let logging = try rank(S3AccessLogging.self, nil, AccessLogging(bucket: "logs"))
    let looser = try rank(S3PublicAccess.self, .blocked, .allowed)
    let open = try rank(S3ACL.self, nil, .canned(.publicRead))
    let ranks = [acl, ownership, tighter, encryption, versioning, lock, delivery, policy, logging, looser, open]
    #expect(zip(ranks, ranks.dropFirst()).allSatisfy { $0 < $1 }, "\(ranks)")
  }

  @Test("risks of an ACL: each new grant, by who gains it") func aclRisks() {
    #expect(
      kinds(S3ACL.self, nil, .canned(.publicReadWrite)) == [
        "widensAccess everybody may list the bucket's objects (ACL public-read-write)",
        "widensAccess everybody may write objects (ACL public-read-write)",
      ])
    #expect(
      kinds(S3ACL.self, .canned(.publicRead), .canned(.publicReadWrite)) == [
        "widensAccess everybody may write objects (ACL public-read-write)"
      ])
    #expect(kinds(S3ACL.self, .grants(["AllUsers: READ", "x: FULL_CONTROL"]), .canned(.publicRead)) == [])
    #expect(kinds(S3ACL.self, .canned(.publicRead), nil) == [])
  }

  // Small switches

  @Test("quirk 2 accelerate: suspended and never set are one, and nothing is written from one to the other")
  func acceleration() {
    func read(_ status: String) -> Observed<Value>? {
      observed(S3Acceleration.self, Reply(200, "<AccelerateConfiguration>\(status)</AccelerateConfiguration>"))
    }
    #expect(read("") == .absent && read("<Status>Suspended</Status>") == .absent)
    #expect(read("<Status>Enabled</Status>") == .present("enabled"))
    #expect(S3Acceleration.schema.cleared == "suspended")
  }

  @Test("quirk 2 request payment: never set is BucketOwner") func payer() {
    func read(_ payer: String) -> Observed<Value>? {
      observed(S3RequestPayment.self, Reply(200, "<RequestPaymentConfiguration>\(payer)</RequestPaymentConfiguration>"))
    }
    #expect(read("") == .absent && read("<Payer>BucketOwner</Payer>") == .absent)
    #expect(read("<Payer>Requester</Payer>") == .present("requester"))
    #expect(S3RequestPayment.schema.cleared == "bucketOwner")
  }
}

/// What the sub-resources of several documents have in common.
@Suite("Quirks of inventory, metrics, analytics and tiering") struct ConfigurationSetTests {
  private let target = S3Fixture.target()

  private func list(_ ids: [String], next: String? = nil) -> Reply {
    let entries = ids.map { "<MetricsConfiguration><Id>\($0)</Id></MetricsConfiguration>" }.joined()
    let more = next.map { "<NextContinuationToken>\($0)</NextContinuationToken>" } ?? ""
    return Reply(
      200,
      "<ListMetricsConfigurationsResult>\(entries)<IsTruncated>\(next != nil)</IsTruncated>\(more)</ListMetricsConfigurationsResult>"
    )
  }

  @Test("all pages are read, each by the token of the one before") func pages() {
    var tokens: [String?] = []
    let run = ProcedureRun(S3RequestMetrics.read(target)) { call in
      let token = call.query.first { $0.name == "continuation-token" }?.value
      tokens.append(token)
      return token == nil ? list(["a"], next: "t1") : token == "t1" ? list(["b"], next: "t2") : list(["c"])
    }
    #expect(tokens == [nil, "t1", "t2"])
    guard case .present(let found)? = run.output else {
      Issue.record("nothing was found")
      return
    }
    #expect(found.keys.sorted() == ["a", "b", "c"])
  }

  @Test("a listing that claims more and doesn't say where is no answer: what it hides would be taken for absent")
  func endless() {
    for next in ["", "same"] {
      let run = ProcedureRun(S3RequestMetrics.read(target)) { _ in list(["a"], next: next) }
      #expect(run.failure?.kind == .protocolBroken && run.calls.count <= 2)
    }
  }

  @Test("traps: a DELETE names only an id that the listing has just shown, and one that the plan had seen")
  func deletions()
    throws
  {
    let before = ["a": RequestMetrics(), "gone": RequestMetrics()]
    let made = try calls(S3RequestMetrics.self, from: before, to: [:]) { call in
      call.method == .get ? list(["a", "others"]) : Reply(204)
    }
    #expect(made.map(\.method) == [.get, .delete])
    #expect(made[1].query == [QueryItem("metrics"), QueryItem("id", "a")])
  }

  @Test("only what differs is written, by its id") func differences() throws {
    var web = RequestMetrics()
    web.prefix = "web/"
    let made = try calls(
      S3RequestMetrics.self, from: ["a": RequestMetrics(), "web": RequestMetrics()],
      to: ["a": RequestMetrics(), "web": web]
    ) { call in call.method == .get ? list(["a", "web"]) : Reply(200) }
    #expect(made.map(\.method) == [.get, .put])
    #expect(made[1].query == [QueryItem("metrics"), QueryItem("id", "web")])
  }

  @Test("what vanished in the meantime needs no deletion") func vanished() throws {
    guard
      case .procedure(let procedure) = try S3RequestMetrics.write(
        .init(before: ["a": RequestMetrics()], after: nil), on: target
      )
      .content
    else { return }
    let run = ProcedureRun(procedure) { call in
      call.method == .get ? list(["a"]) : .error(404, "NoSuchConfiguration")
    }
    #expect(run.failure == nil && run.output != nil)
  }

  @Test("a whole-document write keeps the encryption of lists and the account of their bucket") func inventoryKeeps()
    throws
  {
    let held = """
      <ListInventoryConfigurationsResult><InventoryConfiguration><Id>all</Id><IsEnabled>true</IsEnabled><Destination>\
      <S3BucketDestination><AccountId>999988887777</AccountId><Bucket>arn:aws:s3:::logs</Bucket><Encryption><SSE-KMS>\
      <KeyId>k</KeyId></SSE-KMS></Encryption><Format>CSV</Format></S3BucketDestination></Destination><Schedule>\
      <Frequency>Daily</Frequency></Schedule></InventoryConfiguration></ListInventoryConfigurationsResult>
      """
    var before = Inventory()
    before.bucket = "logs"
    var after = before
    after.schedule = .weekly
    let made = try calls(S3Inventory.self, from: ["all": before], to: ["all": after]) { call in
      call.method == .get ? Reply(200, held) : Reply(200)
    }
    #expect(
      made.last?.text.contains(
        "<AccountId>999988887777</AccountId><Bucket>arn:aws:s3:::logs</Bucket><Encryption><SSE-KMS><KeyId>k</KeyId></SSE-KMS></Encryption>"
      ) == true)
    #expect(made.last?.text.contains("<Frequency>Weekly</Frequency>") == true)
  }

  @Test("an And around one condition is that condition, and an empty prefix is none") func filters() {
    func metrics(_ filter: String) -> Observed<Value>? {
      observed(
        S3RequestMetrics.self,
        Reply(
          200,
          "<ListMetricsConfigurationsResult><MetricsConfiguration><Id>a</Id>\(filter)</MetricsConfiguration>"
            + "</ListMetricsConfigurationsResult>"))
    }
    #expect(metrics("") == .present(["a": [:]]))
    #expect(metrics("<Filter><Prefix/></Filter>") == .present(["a": [:]]))
    #expect(metrics("<Filter><And><Prefix>x</Prefix></And></Filter>") == .present(["a": ["prefix": "x"]]))
    #expect(metrics("<Filter><Prefix>x</Prefix></Filter>") == .present(["a": ["prefix": "x"]]))
  }
}
