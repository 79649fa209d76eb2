internal import CooperDocuments
internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// An entry of InfinStor's table (IS-02); secrets are references, what isn't used is left out here and sent empty.
struct InfinStorDocument: SchemaValue {
  static let shape = Shape.object(
    ObjectShape(
      "InfinStorBucket", summary: "A bucket in InfinStor's table.",
      fields: ["bucketname", "cloud", "endpoint", "accessRole", "accessRoleExt"].map {
        FieldShape($0, .string(.any), summary: "InfinStor's \($0).")
      } + [
        FieldShape("accessKeyId", .secret, sensitivity: .writeOnly, summary: "Id of the key."),
        FieldShape("secretAccessKey", .secret, sensitivity: .writeOnly, summary: "The key itself."),
        FieldShape("rights", .list(.object(InfinStorRegistrationSupport.right)), summary: "Rights on the bucket."),
      ]))

  var value: Value
  init(value: Value) { self.value = value }

  static func compose(_ composition: Composition) throws(CallFailure) -> Value {
    let target = composition.target
    guard let bucket = RelatedBucket(target.related["bucket"]),
      let identity = RelatedIdentity(target.related["identity"]), bucket.family != .local
    else {
      throw .unfitForPlatform(
        target.address, "an entry of InfinStor needs a bucket of a cloud or store, and an identity", fix: "name both")
    }
    var map: ValueMap = ["bucketname": bucket.name, "cloud": .string(cloud(bucket))]
    map["endpoint"] = bucket.endpoint
    map["rights"] = target.settings["rights"]
    if identity.hasKeyPair {
      map["accessKeyId"] = identity.reference("accessKeyId")
      map["secretAccessKey"] = identity.reference("secretAccessKey")
    } else if identity.variant == "role", let arn = identity.arn {
      map["accessRole"] = arn
      map["accessRoleExt"] =
        identity.externalIds(of: target.site.connection).first ?? identity.externalIds(of: nil).first
    } else {
      throw .unfitForPlatform(
        target.address, "InfinStor takes keys and roles, and \(identity.related.address) is neither",
        fix: "name an identity of type accessKey or role")
    }
    return .map(map)
  }

  /// Google is `other`, for want of a published word (U-06).
  static func cloud(_ target: Target) -> String? { RelatedBucket(target.related["bucket"]).map(cloud) }

  private static func cloud(_ bucket: RelatedBucket) -> String {
    switch bucket.family {
    case .aws: "aws"
    case .azure: "azure"
    case .minio: "minio"
    default: "other"
    }
  }
}

/// Calls of InfinStor's table: one for entries, one for rights (IS-01, IS-08).
enum InfinStorCall {
  /// IS-04: `add` replaces the entry; what isn't used is sent empty, so that a role leaves nothing beside a key.
  static func add(_ document: Value, _ address: Address) -> Call {
    var form = InfinStorForm(
      .add, bucketName: document["bucketname"]?.string ?? "", cloud: document["cloud"]?.string)
    form.endpoint = document["endpoint"]?.string ?? ""
    form.accessKeyId = content("accessKeyId", document, address)
    form.secretAccessKey = content("secretAccessKey", document, address)
    form.accessRole = document["accessRole"]?.string ?? ""
    form.accessRoleExt = document["accessRoleExt"]?.string ?? ""
    return call("add-mod-del-bucket", form.text, document)
  }

  static func modify(endpoint: String, _ document: Value) -> Call {
    var form = InfinStorForm(.modify, bucketName: document["bucketname"]?.string ?? "")
    form.endpoint = endpoint
    return call("add-mod-del-bucket", form.text, document)
  }

  static func delete(_ name: String) -> Call {
    call("add-mod-del-bucket", InfinStorForm(.delete, bucketName: name).text, .null)
  }

  static func right(_ right: Value, _ document: Value) -> Call {
    let form = InfinStorForm.right(
      principal: right["principal"]?.string ?? "", type: right["type"]?.string ?? "",
      bucketName: document["bucketname"]?.string ?? "", role: right["role"]?.string ?? "",
      cloud: document["cloud"]?.string ?? "aws")
    return call("add-bucket-auth", DocumentText(form), document)
  }

  /// The setting that says how a right is taken away (U-01).
  static let rightRemoval = "rightRemoval"

  /// Nil where nobody said how.
  static func removal(of right: Value, _ bucketName: String, cloud: String?, on site: Site) -> Call? {
    guard let way = site.settings[rightRemoval], let path = way["path"]?.string else { return nil }
    let form = InfinStorForm.right(
      principal: right["principal"]?.string ?? "", type: right["type"]?.string ?? "", bucketName: bucketName,
      role: right["role"]?.string ?? "", cloud: cloud ?? "aws",
      fields: way["fields"]?.list?.compactMap(\.string) ?? InfinStorForm.rightFields)
    let parts = path.split(separator: "/").map(String.init)
    return call(parts, DocumentText(form), .null)
  }

  private static func content(_ field: String, _ document: Value, _ address: Address) -> InfinStorForm.Content {
    document[field] == nil ? .text("") : .secret(DocumentSlot(address, field))
  }

  private static func call(_ path: String, _ text: DocumentText, _ document: Value) -> Call {
    call([path], text, document)
  }

  private static func call(_ path: [String], _ text: DocumentText, _ document: Value) -> Call {
    var call = Call(
      .post, service: "InfinStor", path: path,
      headers: [Header("Content-Type", "application/x-www-form-urlencoded")], permissions: [])
    call.secretBody = text.pieces.map { piece in
      switch piece {
      case .text(let text): .text(text)
      case .secret(let slot, _):
        .form([.secret(SecretUse(document[slot.field] ?? .null, field: slot.label))])
      }
    }
    return call
  }
}
