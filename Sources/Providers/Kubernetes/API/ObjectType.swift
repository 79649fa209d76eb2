import CooperModel
import CooperProvider
import CooperSchema

/// A type of object in the API of a cluster: its group, version, and its name in paths.
struct ObjectType: Sendable, Hashable {
  /// Empty for the core group.
  var group: String
  var version: String
  var plural: String
  var kind: String

  var apiVersion: String { group.isEmpty ? version : group + "/" + version }

  static let secret = ObjectType(group: "", version: "v1", plural: "secrets", kind: "Secret")
  /// A Secret as tenants of Cozystack may read it (systems.md section 5).
  static let tenantSecret = ObjectType(
    group: "core.cozystack.io", version: "v1alpha1", plural: "tenantsecrets", kind: "TenantSecret")
  /// CZ-01.
  static let cozystackBucket = ObjectType(
    group: "apps.cozystack.io", version: "v1alpha1", plural: "buckets", kind: "Bucket")
  static let storageLocation = ObjectType(
    group: "velero.io", version: "v1", plural: "backupstoragelocations", kind: "BackupStorageLocation")
  static let snapshotLocation = ObjectType(
    group: "velero.io", version: "v1", plural: "volumesnapshotlocations", kind: "VolumeSnapshotLocation")

  static let cosiGroup = "objectstorage.k8s.io"

  static func bucketClaim(_ version: COSIBucket.Version) -> ObjectType {
    ObjectType(group: cosiGroup, version: version.rawValue, plural: "bucketclaims", kind: "BucketClaim")
  }

  static func bucketAccess(_ version: COSIBucket.Version) -> ObjectType {
    ObjectType(group: cosiGroup, version: version.rawValue, plural: "bucketaccesses", kind: "BucketAccess")
  }
}

/// One object by type, namespace and name; the calls that read, apply and delete it.
struct ObjectPlace: Sendable, Hashable {
  var type: ObjectType
  var namespace: String
  var name: String

  init(_ type: ObjectType, _ namespace: String, _ name: String) {
    self.type = type
    self.namespace = namespace
    self.name = name
  }

  /// As people name it, e.g. `bucket tenant-acme/hk`.
  var words: String { "\(type.kind) \(namespace)/\(name)" }

  private var path: [String] {
    (type.group.isEmpty ? ["api", type.version] : ["apis", type.group, type.version]) + [
      "namespaces", namespace, type.plural, name,
    ]
  }

  private func permission(_ verb: String) -> Permission {
    Permission(verb, on: (type.group.isEmpty ? type.plural : "\(type.plural).\(type.group)") + " in " + namespace)
  }

  var get: Call {
    Call(
      .get, service: "kubernetes", path: path, headers: [Header("Accept", "application/json")],
      permissions: [permission("get")])
  }

  /// Reads what stands at its head alone: what a Secret holds stays in the cluster (Kubernetes API Concepts, "Receiving
  /// resources as PartialObjectMetadata").
  var getMetadata: Call {
    var call = get
    call.headers = [Header("Accept", "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1")]
    return call
  }

  /// Reads no more than a guard needs.
  var look: Call { type == .secret ? getMetadata : get }

  /// All of the type in the namespace.
  var list: Call {
    var call = get
    call.path.removeLast()
    call.permissions = [permission("list")]
    return call
  }

  /// Server-side apply (Kubernetes documentation, "Server-Side Apply"); JSON is YAML.
  func apply(_ object: Value, manager: String, forces: Bool = false, isTrial: Bool = false) -> Call {
    var call = apply([.bytes(ValueJSON.encode(object, pretty: false))], manager: manager, forces: forces)
    call.body = ValueJSON.encode(object, pretty: false)
    call.secretBody = []
    if isTrial { call.query.append(QueryItem("dryRun", "All")) }
    return call
  }

  /// The same with secrets in the body.
  func apply(_ body: [BodyPart], manager: String, forces: Bool) -> Call {
    var call = Call(
      .patch, service: "kubernetes", path: path, query: [QueryItem("fieldManager", manager)],
      headers: [Header("Accept", "application/json"), Header("Content-Type", "application/apply-patch+yaml")],
      permissions: [permission("patch")])
    if forces { call.query.append(QueryItem("force", "true")) }
    call.secretBody = body
    return call
  }

  /// Only the very object that was looked at: another one of that name, or one that somebody changed meanwhile, stays.
  func delete(uid: String, resourceVersion: String?) -> Call {
    var guards: ValueMap = ["uid": .string(uid)]
    if let resourceVersion { guards["resourceVersion"] = .string(resourceVersion) }
    let options: Value = ["apiVersion": "v1", "kind": "DeleteOptions", "preconditions": .map(guards)]
    return Call(
      .delete, service: "kubernetes", path: path,
      headers: [Header("Accept", "application/json"), Header("Content-Type", "application/json")],
      body: ValueJSON.encode(options, pretty: false), permissions: [permission("delete")])
  }

  /// An object to apply, with its head.
  func object(_ parts: ValueMap) -> Value {
    var object = parts
    object["apiVersion"] = .string(type.apiVersion)
    object["kind"] = .string(type.kind)
    object["metadata"] = ["name": .string(name), "namespace": .string(namespace)]
    return .map(object)
  }
}

extension Site {
  /// The name under which this connection owns fields.
  var fieldManager: String { settings["fieldManager"]?.string ?? "cooper" }
}
