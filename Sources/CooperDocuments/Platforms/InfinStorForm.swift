internal import CooperModel

/// The body of InfinStor's one call, fields in the vendor's order (IS-01 … IS-05).
public struct InfinStorForm: Sendable, Hashable {
  public enum Operation: String, Sendable { case add, modify, delete }

  /// What a field holds: a text, a secret, or empty, which clears it.
  public enum Content: Sendable, Hashable {
    case text(String)
    case secret(DocumentSlot)
  }

  public var operation: Operation
  public var bucketName: String
  /// `aws`, `azure`, `minio` or `other`; required for add whatever the page's examples say (IS-03).
  public var cloud: String?
  public var endpoint: String?
  public var accessKeyId: Content?
  public var secretAccessKey: Content?
  public var accessRole: String?
  public var accessRoleExt: String?

  public init(_ operation: Operation, bucketName: String, cloud: String? = nil) {
    self.operation = operation
    self.bucketName = bucketName
    self.cloud = cloud
  }

  /// Fields that are nil are not sent; an empty text is, and clears the field.
  public var text: DocumentText {
    var text = DocumentText("op=\(operation.rawValue)&bucketname=\(FormBody.encoded(bucketName))")
    let fields: [(String, Content?)] = [
      ("cloud", cloud.map { .text($0) }), ("endpoint", endpoint.map { .text($0) }), ("accessKeyId", accessKeyId),
      ("secretAccessKey", secretAccessKey), ("accessRole", accessRole.map { .text($0) }),
      ("accessRoleExt", accessRoleExt.map { .text($0) }),
    ]
    for (name, content) in fields {
      switch content {
      case .text(let value)?: text.append("&\(name)=\(FormBody.encoded(value))")
      case .secret(let slot)?:
        text.append("&\(name)=")
        text.append(slot, .form)
      case nil: break
      }
    }
    return text
  }

  /// IS-08: a right of a user or group on a bucket.
  public static func right(
    principal: String, type: String, bucketName: String, role: String, cloud: String = "aws",
    fields: [String] = rightFields
  ) -> String {
    let values = ["principal": principal, "type": type, "bucketname": bucketName, "role": role, "cloud": cloud]
    return fields.map { "\($0)=\(FormBody.encoded(values[$0] ?? ""))" }.joined(separator: "&")
  }

  /// Of the call that gives a right, in the order of the vendor's page.
  public static let rightFields = ["principal", "type", "bucketname", "role", "cloud"]

  /// The whole entry of a registration: what isn't used is sent empty, so that an earlier entry leaves nothing behind (IS-04).
  public static func adding(_ subject: DocumentSubject) throws(DocumentProblem) -> InfinStorForm {
    guard subject.platform?.type == "infinstor" else {
      throw .unfit(
        .infinstor, subject.address, "it is not a registration in InfinStor", fix: "in: INFINSTOR-CONNECTION")
    }
    let bucket = try subject.needsBucket()
    let identity = try subject.needsIdentity()
    var form = InfinStorForm(.add, bucketName: try bucket.knownName(), cloud: cloud(bucket.flavour))
    form.endpoint = try bucket.knownEndpoint() ?? ""
    form.accessKeyId = .text("")
    form.secretAccessKey = .text("")
    form.accessRole = ""
    form.accessRoleExt = ""
    if identity.kind == .role {
      form.accessRole = try identity.knownARN()
      for party in identity.trust {
        if case .aws(_, let id?) = party { form.accessRoleExt = id }
        if case .platform("infinstor", _, let id?) = party { form.accessRoleExt = try id.knownText() }
      }
    } else if identity.hasKeyPair {
      form.accessKeyId = .secret(identity.slot("accessKeyId"))
      form.secretAccessKey = .secret(identity.slot("secretAccessKey"))
    } else {
      throw .unfit(
        .infinstor, subject.address, "InfinStor takes keys and roles, and \(identity.address) is neither",
        fix: "name an identity of type accessKey or role")
    }
    return form
  }

  /// Google is `other`, for want of a published word (U-06).
  private static func cloud(_ flavour: BucketFacts.Flavour) -> String {
    switch flavour {
    case .aws: "aws"
    case .azure: "azure"
    case .minio: "minio"
    default: "other"
    }
  }
}
