import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport

@testable import KubernetesProvider

/// What the tests of this folder share: a site, targets, and a cluster that answers from a table.
enum Cluster {
  static let site = Site(
    connection: "hikube", type: "kubernetes", endpoint: "https://kube.example:6443", region: nil, account: nil,
    settings: ["readiness": "10s"])

  static let cozystack: Value = ["namespace": "tenant-acme", "users": ["velero": [:], "audit": ["readonly": true]]]

  static func bucket(_ maker: Maker, name: String = "hk", outputs: ValueMap = ValueMap()) -> Target {
    Target(
      address: Address("buckets", name),
      identity: PhysicalIdentity(endpoint: site.endpoint, scope: "tenant-acme", name: name), region: nil, site: site,
      outputs: outputs, maker: maker)
  }

  static func relatedBucket(_ facets: [String: Value]) -> Related {
    Related(
      address: Address("buckets", "hk"), kind: "bucket", name: .unknown("buckets.hk.bucketName"), declaredName: "hk",
      site: site, facets: facets,
      outputs: [
        "endpoint": .unknown("buckets.hk.endpoint"), "region": .unknown("buckets.hk.region"),
        "bucketName": .unknown("buckets.hk.bucketName"),
      ])
  }

  static let user = Related(
    address: Address("identities", "hk-velero"), kind: "identity", variant: "bucketUser", name: "hk-velero",
    declaredName: "hk-velero", site: site, settings: ["bucket": "hk", "user": "velero"],
    outputs: [
      "accessKeyId": "output:identities.hk-velero.accessKeyId",
      "secretAccessKey": "output:identities.hk-velero.secretAccessKey",
    ])

  static func location(_ bucket: Related, identity: Related? = user, in placement: Value = ["namespace": "velero"])
    -> Target
  {
    var related = ["bucket": bucket]
    related["identity"] = identity
    return Target(
      address: Address("backupLocations", "hikube"),
      identity: PhysicalIdentity(endpoint: site.endpoint, scope: placement["namespace"]?.string, name: "hikube"),
      region: nil,
      site: site,
      settings: ["bucket": "hk", "prefix": "velero", "identity": "hk-velero", "in": ["hikube": placement]],
      related: related)
  }

  /// `data` of a Secret.
  static func secret(_ data: [String: String], kind: String = "Secret") -> Reply {
    let encoded = ValueMap(data.map { ($0.key, .string(Digest.base64(Array($0.value.utf8)))) })
    return object(kind, ["data": .map(encoded)])
  }

  static func object(_ kind: String, _ parts: ValueMap, managed: Value? = nil, uid: String = "u-1") -> Reply {
    var object = parts
    object["kind"] = .string(kind)
    var metadata: ValueMap = ["name": "x", "uid": .string(uid), "resourceVersion": "7"]
    metadata["managedFields"] = managed
    object["metadata"] = .map(metadata)
    return Reply(status: 200, body: ValueJSON.encode(.map(object), pretty: false))
  }

  static func managed(_ manager: String, _ fields: Value, _ operation: String = "Apply") -> Value {
    ["manager": .string(manager), "operation": .string(operation), "fieldsV1": fields]
  }

  static func status(_ code: Int, _ reason: String, causes: [Value] = []) -> Reply {
    let value: Value = [
      "kind": "Status", "metadata": [:], "reason": .string(reason), "message": .string("\(reason) happened"),
      "details": ["causes": .list(causes)],
    ]
    return Reply(status: code, body: ValueJSON.encode(value, pretty: false))
  }

  static let notFound = status(404, "NotFound")

  /// By the last segments of the path; everything else is not there.
  static func answering(_ table: [String: Reply]) -> (Call) -> Reply {
    { call in table.first { ("/" + call.path.joined(separator: "/")).hasSuffix("/" + $0.key) }?.value ?? notFound }
  }
}

extension Call {
  /// With the parts of a secret body shown by what they refer to.
  var shown: String {
    var text = golden
    if !secretBody.isEmpty { text += Self.words(secretBody) + "\n" }
    return text
  }

  private static func words(_ parts: [BodyPart]) -> String {
    parts.map { part in
      switch part {
      case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
      case .secret(let use): "<\(use.reference.string ?? "?")>"
      case .base64(let inner): "base64(\(words(inner)))"
      case .json(let inner): "json(\(words(inner)))"
      case .form(let inner): "form(\(words(inner)))"
      }
    }.joined()
  }
}
