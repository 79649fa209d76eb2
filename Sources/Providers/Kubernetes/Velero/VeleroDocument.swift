import CooperModel
import CooperProvider
import CooperSchema

/// What Velero keeps of a location: the BackupStorageLocation, its Secret, and a VolumeSnapshotLocation where one is wanted
/// (systems.md section 6).
struct VeleroDocument: SchemaValue {
  var value: Value

  init(value: Value) { self.value = value }

  static let credentialKey = "cloud"

  private static let texts = Shape.map(.string(.any), keys: .any)

  private static func secret(_ name: String, _ summary: String) -> FieldShape {
    FieldShape(name, .secret, sensitivity: .writeOnly, summary: summary)
  }

  private static let credential = ObjectShape(
    "VeleroCredential", summary: "The Secret with the credential that Velero uses.",
    fields: [
      FieldShape("name", .string(.any), presence: .required, summary: "Name of the Secret."),
      FieldShape("key", .string(.any), presence: .required, summary: "Its one key."),
      secret("accessKeyId", "Id of the key."), secret("secretAccessKey", "The key itself."),
      secret("clientSecret", "Secret of an application at Azure."),
      FieldShape("plain", texts, summary: "Lines beside the secret, for Azure."),
    ])

  static let shape = Shape.object(
    ObjectShape(
      "VeleroLocation", summary: "A BackupStorageLocation of Velero with what belongs to it.",
      fields: [
        FieldShape("provider", .choice(["aws", "gcp", "azure"]), presence: .required, summary: "Velero's plug-in."),
        FieldShape("bucket", .string(.any), presence: .required, summary: "Name of the bucket at its store."),
        FieldShape("prefix", .string(.any), summary: "Folder in the bucket (VL-02)."),
        FieldShape("caCertificate", .string(.any), summary: "Authorities that the store's certificate comes from."),
        FieldShape("config", texts, summary: "Keys of the plug-in, all of them texts (VL-04)."),
        FieldShape("default", .bool, presence: .required, summary: "The location of backups that name none (VL-05)."),
        FieldShape("accessMode", .string(.any), presence: .required, summary: "Whether backups may be written."),
        FieldShape("backupSyncPeriod", .duration(nil), summary: "How often the bucket is looked at."),
        FieldShape("validationFrequency", .duration(nil), summary: "How often the location is checked."),
        FieldShape("credential", .object(credential), summary: "The Secret in the same namespace (VL-06)."),
        FieldShape("snapshots", texts, summary: "Keys of the location for snapshots of volumes."),
        FieldShape(
          "ownedBy", texts, presence: .readOnly,
          summary: "Fields that another manager owns, with its name, where the cluster says otherwise than this."),
      ]))

  static let schema = FacetSchema(name: "location", shape: shape, summary: "What Velero keeps of the location.")

  subscript(field: String) -> Value? { value[field] }

  var ownedBy: [String: String]? {
    value["ownedBy"]?.map.map { Dictionary($0.map { ($0.key, $0.value.string ?? "") }, uniquingKeysWith: { $1 }) }
  }

  // MARK: Objects

  func storageLocation(_ place: ObjectPlace) -> Value {
    var storage = ValueMap()
    storage["bucket"] = value["bucket"]
    storage["prefix"] = value["prefix"]
    storage["caCert"] = value["caCertificate"]?.string.map { .string(Digest.base64(Array($0.utf8))) }
    var spec: ValueMap = ["objectStorage": .map(storage)]
    for name in ["provider", "config", "default", "accessMode"] { spec[name] = value[name] }
    for name in ["backupSyncPeriod", "validationFrequency"] {
      spec[name] = value[name].flatMap { try? TimeSpan(value: $0) }.map { .string(GoDuration.text($0.seconds)) }
    }
    spec["credential"] = credentialReference
    return place.object(["spec": .map(spec)])
  }

  func snapshotLocation(_ place: ObjectPlace) -> Value? {
    guard let config = value["snapshots"] else { return nil }
    var spec: ValueMap = ["config": config]
    spec["provider"] = value["provider"]
    spec["credential"] = credentialReference
    return place.object(["spec": .map(spec)])
  }

  private var credentialReference: Value? {
    value["credential"].map { ["name": $0["name"] ?? .null, "key": $0["key"] ?? .null] }
  }

  /// The Secret's body; the credential is put in when it is sent.
  func secretBody(_ place: ObjectPlace, _ address: Address) -> [BodyPart]? {
    guard let credential = value["credential"] else { return nil }
    func use(_ name: String) -> BodyPart? {
      credential[name].map { .secret(SecretUse($0, field: "\(address).location.credential.\(name)")) }
    }
    var inner: [BodyPart] = []
    if value["provider"] == "aws" {
      // A section of an INI file, as SDKs of AWS read it.
      guard let id = use("accessKeyId"), let key = use("secretAccessKey") else { return nil }
      inner = [
        .text("[default]\naws_access_key_id="), id, .text("\naws_secret_access_key="), key, .text("\n"),
      ]
    } else {
      for pair in credential["plain"]?.map ?? ValueMap() {
        inner.append(.text("\(pair.key)=\(pair.value.string ?? "")\n"))
      }
      if let secret = use("clientSecret") { inner += [.text("AZURE_CLIENT_SECRET="), secret, .text("\n")] }
      if let key = use("secretAccessKey") { inner += [.text("AZURE_STORAGE_ACCOUNT_ACCESS_KEY="), key, .text("\n")] }
    }
    var head = ValueJSON.encode(place.object(["type": "Opaque"]), pretty: false)
    head.removeLast()
    return [.bytes(head), .text(#","data":{"\#(Self.credentialKey)":""#), .base64(inner), .text(#""}}"#)]
  }
}

/// Durations as Go writes them, which knows no days (Go package time, Duration.String).
enum GoDuration {
  static func text(_ seconds: Int64) -> String {
    let (hours, minutes, rest) = (seconds / 3_600, seconds % 3_600 / 60, seconds % 60)
    if hours > 0 { return "\(hours)h\(minutes)m\(rest)s" }
    return minutes > 0 ? "\(minutes)m\(rest)s" : "\(rest)s"
  }

  static func seconds(_ text: String) -> Int64? { TimeSpan(text)?.seconds ?? Int64(text) }
}
