import CooperDiagnostics
import CooperModel
import CooperPlan
import CooperProvider
import CooperSchema

/// Plans made by hand that hold every element once.
enum SamplePlans {
  static let account = "111122223333"

  static func plan(_ project: String = "acme-storage") -> Plan {
    Plan(
      project: project, cooperVersion: "1.0.0", createdAt: 1_795_219_200,
      basis: Basis(
        configDigest: "3f2a", stateLineage: "5d4c", stateSerial: 412, environment: "prod",
        observed: [Address("buckets", "data-eu"): ["": "present", "cors": "99aa"]]),
      isObserved: true)
  }

  static func change(_ name: String, _ action: Action, _ origin: Origin, region: String = "eu-west-1") -> Change {
    let address = Address("buckets", name)
    var change = Change(
      address: address, kind: "bucket", action: action,
      target: Target(
        address: address,
        identity: PhysicalIdentity(endpoint: "https://s3.amazonaws.com", account: account, name: "acme-\(name)-prod"),
        region: region,
        site: Site(
          connection: "aws", type: "aws", endpoint: "https://s3.amazonaws.com", region: region, account: account)),
      connection: "aws")
    change.origin = origin
    return change
  }

  static func facet(
    _ name: String, _ action: FacetPlan.Action, _ reason: Reason, _ before: Value?, _ after: Value?,
    _ origin: Origin? = nil
  ) -> FacetPlan {
    FacetPlan(name: name, action: action, reason: reason, before: before, after: after, origin: origin)
  }

  static func calls(_ bucket: String, _ parts: (String, String)...) -> [PlannedCall] {
    parts.map {
      PlannedCall(method: "PUT", url: "https://\(bucket).s3.eu-west-1.amazonaws.com/\($0)", permission: "s3:\($1)")
    }
  }

  static func statement(_ sid: String, _ principals: [Value]) -> Value {
    [
      "Sid": .string(sid), "Effect": "Allow", "Principal": ["AWS": .list(principals)], "Action": ["s3:GetObject"],
      "Resource": ["arn:aws:s3:::acme-data-eu-prod/in/*"],
    ]
  }

  static func policy(_ statements: Value...) -> Value { ["Version": "2012-10-17", "Statement": .list(statements)] }

  /// The plan that the sample output shows.
  static var ideal: Plan {
    var plan = plan()
    plan.blocked = [
      Blocked(
        address: Address("buckets", "old-logs"), action: .delete,
        why: [
          "acme-old-logs-prod (aws 111122223333) holds 18,204 objects, 41.7 GiB",
          "recorded deletion: protect. To go on, add one of these:",
        ],
        consent: [
          "removed: { buckets.old-logs: forget }  # bucket stays, Cooper lets go",
          "removed: { buckets.old-logs: purge }   # destroys 18,204 objects, 41.7 GiB",
        ], origin: Origin(file: "buckets/logs.yaml", line: 14),
        contents: Contents(objects: 18_204, bytes: 44_774_567_936))
    ]
    plan.changes = [dataEU, dataUS, mediaAP]
    plan.drift = [
      Drift(address: dataEU.address, facet: "cors", recorded: dataEU.facets[0].after, observed: dataEU.facets[0].before)
    ]
    plan.unchanged = 52
    return plan
  }

  private static var dataEU: Change {
    var change = change("data-eu", .update, Origin(file: "buckets/core.yaml", line: 6))
    change.reasons = [.drifted, .configurationChanged]
    let shop: Value = "https://shop.acme.example"
    let reader: Value = "arn:aws:iam::333344445555:role/reader"
    let audit: Value = "arn:aws:iam::333344445555:role/audit"
    let tls = statement("TLSOnly", ["*"])
    change.facets = [
      facet(
        "cors", .set, .drifted, [["origins": ["http://localhost:3000", shop], "methods": ["GET"]]],
        [["origins": [shop], "methods": ["GET"]]]),
      facet(
        "policy", .set, .configurationChanged, policy(tls, statement("partner-read", [reader])),
        policy(tls, statement("partner-read", [audit, reader])), Origin(file: "buckets/core.yaml", line: 60)),
    ]
    change.risks = [Risk(.widensAccess, "account 333344445555 gains s3:GetObject on in/*")]
    change.calls = calls("acme-data-eu-prod", ("?cors", "PutBucketCORS"), ("?policy", "PutBucketPolicy"))
    return change
  }

  private static var dataUS: Change {
    var change = change("data-us", .release, Origin(file: "buckets/core.yaml", line: 14))
    change.reasons = [.released]
    change.facets = [
      facet(
        "lifecycle", .release, .released,
        ["trim-tmp": ["prefix": "tmp/", "expiration": ["after": "7d"]]], nil)
    ]
    return change
  }

  private static var mediaAP: Change {
    var change = change("media-ap", .create, Origin(file: "buckets/media.yaml", line: 3), region: "ap-southeast-1")
    change.reasons = [.declared]
    change.description = "Film and sound of the studio"
    change.facets = [
      facet("versioning", .set, .declared, nil, "enabled"),
      facet("encryption", .set, .declared, nil, ["algorithm": "AES256"]),
      facet("publicAccess", .set, .declared, nil, "blocked"),
      facet("policy", .set, .declared, nil, policy(statement("TLSOnly", ["*"]))),
      facet("lifecycle", .set, .declared, nil, ["abort-multipart": ["abortMultipartAfter": "7d"]]),
      facet("tags", .set, .declared, nil, ["costCenter": "4711", "logBucket": .unknown("buckets.logs.bucketName")]),
      facet("cors", .record, .declared, nil, nil),
    ]
    change.risks = [Risk(.irreversible, "versioning can be suspended later, never unset")]
    change.calls =
      calls("acme-media-ap-prod", ("", "CreateBucket"), ("?publicAccessBlock", "PutBucketPublicAccessBlock"))
      + calls("acme-media-ap-prod", ("?versioning", "PutBucketVersioning"), ("?policy", "PutBucketPolicy"))
    return change
  }

  /// Every action, facet step, severity and list that the ideal plan does not have.
  static var everything: Plan {
    var plan = ideal
    let core = { Origin(file: "buckets/core.yaml", line: $0) }
    var delete = change("tmp", .delete, core(71))
    delete.reasons = [.removed]
    delete.contents = Contents(objects: 1, bytes: 12)
    delete.purges = true
    delete.risks = [Risk(.losesData, "destroys 1 object, 12 B", needsConsent: false)]
    delete.calls = [
      PlannedCall(
        method: "POST", url: "https://acme-tmp-prod.s3.eu-west-1.amazonaws.com/?delete", permission: "s3:DeleteObject"),
      PlannedCall(
        method: "DELETE", url: "https://acme-tmp-prod.s3.eu-west-1.amazonaws.com/", permission: "s3:DeleteBucket"),
    ]
    var adopt = change("velero", .adopt, core(80))
    adopt.reasons = [.adopted, .newlyManaged]
    adopt.facets = [
      facet("tags", .set, .newlyManaged, ["owner": "hand"], ["costCenter": "4711", "owner": "team"]),
      facet("versioning", .record, .newlyManaged, "enabled", "enabled"),
    ]
    adopt.risks = [Risk(.overwrites, "tags holds settings that Cooper didn't write")]
    var existing = change("central-audit", .adopt, core(84))
    existing.refersOnly = true
    var forget = change("gone", .forget, core(90))
    forget.reasons = [.removed]
    var vanishedRecord = change("lost", .forget, core(91))
    vanishedRecord.reasons = [.removed, .vanished]
    var move = change("audit-logs", .move, core(95))
    move.reasons = [.renamed]
    move.movedFrom = Address("buckets", "logs")
    var again = change("web", .create, core(99))
    again.reasons = [.vanished]
    var update = change("site", .update, core(110))
    update.reasons = [.configurationChanged, .released]
    update.movedFrom = Address("buckets", "www")
    update.facets = [
      facet("cors", .clear, .configurationChanged, [["origins": ["*"], "methods": ["GET", "PUT"]]], nil, core(118)),
      facet(
        "lifecycle", .set, .configurationChanged,
        ["a": ["expiration": ["after": "30d"]], "b": ["prefix": "x/"]],
        ["a": ["expiration": ["after": "7d"]], "b": ["prefix": "x/"], "c": ["abortMultipartAfter": "7d"]], core(119)),
      facet("tags", .set, .serviceDefaultMoved, ["a": "1", "b": "no"], ["a": "1", "b": "yes"]),
      facet("versioning", .clear, .drifted, "enabled", nil),
      facet("encryption", .set, .newlyManaged, nil, ["algorithm": "aws:kms", "key": .unknown("keys.main.arn")]),
      facet("publicAccess", .release, .released, "blocked", nil),
      facet("ownership", .release, .released, nil, nil),
    ]
    update.risks = [
      Risk(.losesData, "objects older than 7 days are deleted"), Risk(.locksOut, "the policy denies role/cooper-plan"),
      Risk(.locksRetention, "retention can't be shortened"),
    ]
    plan.changes += [existing, move, delete, forget, vanishedRecord, again, update, adopt]
    plan.changes.sort { $0.address < $1.address }
    plan.drift += [
      Drift(address: again.address, facet: nil, recorded: "acme-web-prod", observed: nil),
      Drift(address: update.address, facet: "lifecycle", recorded: nil, observed: nil),
      Drift(
        address: Address("buckets", "open"), facet: "tags", recorded: ["a": "1"], observed: ["a": "2"],
        origin: core(130)),
    ]
    plan.blocked += [
      Blocked(
        address: Address("buckets", "open"), facet: "policy", action: .update,
        why: ["widens access: anybody may read it"],
        consent: ["consents: [{ address: buckets.open, risk: widensAccess, reason: … }]"], origin: core(131)),
      Blocked(
        address: Address("buckets", "dark"), facet: "lifecycle", action: .update,
        why: ["could not be read: 403 AccessDenied", "unknown is not absent, so nothing is changed over it"],
        consent: [],
        origin: core(140)),
    ]
    plan.unsupported = [
      Unsupported(
        address: Address("buckets", "minio-a"), facet: "cors", reason: "minio has no CORS per bucket (checked 2026-01)",
        nearest: "cors_allow_origin of the server", origin: core(150))
    ]
    plan.diagnostics = [
      PlanDiagnostic(
        "PLN0403", .error, "may not read lifecycle of buckets.dark", address: Address("buckets", "dark"),
        origin: core(140),
        notes: ["GET acme-dark-prod?lifecycle: 403 AccessDenied"],
        fix: ["grant s3:GetLifecycleConfiguration on arn:aws:s3:::acme-dark-prod"]),
      PlanDiagnostic("PLN0012", .warning, "acme-web-prod was recorded and is gone", origin: core(99)),
      PlanDiagnostic("PLN0003", .note, "removed: buckets.older is not recorded here, nothing to remove"),
    ]
    plan.openIntents = [
      OpenIntent(
        address: Address("buckets", "half"), operation: "create", finding: "it was made; this run goes on with it")
    ]
    plan.recordings = [change("site", .update, core(1))]
    plan.connections = [
      ConnectionReport(
        name: "aws", type: "aws", endpoint: "https://s3.amazonaws.com", account: account,
        principal: "assumed-role/cooper-plan/ci")
    ]
    return plan
  }

  static var empty: Plan {
    var plan = plan()
    plan.unchanged = 55
    return plan
  }

  /// What `cooper drift` shows.
  static var driftOnly: Plan { everything.onlyDrift }

  /// Texts that a careless sink would let out of their place.
  static var hostile: Plan {
    var plan = plan("a | b <script>alert(1)</script>")
    var change = change("x", .update, Origin(file: "a b/`c`|<d>.yaml", line: 1))
    change.description = "</details> <img src=x onerror=alert(1)> @team #12 ```\n| a | \u{1B}[31m \u{202E}txet"
    change.facets = [
      facet(
        "tags", .set, .configurationChanged, ["<b>|`k`": "v"], ["<b>|`k`": "```\n</details>\u{1B}]0;title\u{7}&amp;"])
    ]
    change.risks = [
      Risk(.widensAccess, "`**<script>**` | [x](javascript:alert(1)) https://evil.example www.evil.example")
    ]
    plan.changes = [change]
    return plan
  }
}
