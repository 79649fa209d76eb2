import CooperModel
import CooperProvider
import CooperSchema

/// What an ACL is: a ready-made one, or, where none of them gives these grants, the grants.
enum BucketACL: SchemaValue {
  case canned(CannedACL)
  /// Only ever read: each as grantee and permission.
  case grants([String])

  static var shape: Shape { .either(scalar: CannedACL.shape, long: .list(.string(.any))) }

  init(value: Value) throws(SchemaMismatch) {
    if value.list != nil {
      self = .grants(try [String](value: value))
    } else {
      self = .canned(try CannedACL(value: value))
    }
  }

  var value: Value {
    switch self {
    case .canned(let name): name.value
    case .grants(let texts): texts.value
    }
  }
}

/// `?acl` (S3 API Reference, PutBucketAcl). The name of a ready-made ACL is written and its grants are read back, so it is
/// recognised by them. Where ownership is enforced S3 shows a private ACL and refuses every write: private is never
/// written then, because nothing differs.
enum S3ACL: Facet {
  static let schema = CannedACL.facet

  static let sub = SubResource(
    name: "acl", document: .xml(root: "AccessControlPolicy"), absentCodes: [], readAction: "s3:GetBucketAcl",
    writeAction: "s3:PutBucketAcl")

  static let header = "x-amz-acl"

  static func read(_ target: Target) -> any Procedure<Observed<BucketACL>> {
    sub.read(target) { (root, fields) throws(CallFailure) in
      let elements = root.child("AccessControlList")?.children("Grant") ?? []
      let owner = root.child("Owner")?.text("ID").map { AccessGrant.Grantee.account($0) }
      let all = Set(elements.compactMap { AccessGrant($0) })
      let others = all.filter { $0.grantee != owner }
      if all.subtracting(others).map(\.permission) == ["FULL_CONTROL"],
        let name = CannedACL.allCases.first(where: { Self.grants(of: $0) == others })
      {
        return name == .private ? nil : .canned(name)
      }
      return .grants(all.map(\.text).sorted())
    }
  }

  /// What a ready-made ACL gives besides the owner's full control (S3 User Guide, "Canned ACL").
  static func grants(of name: CannedACL) -> Set<AccessGrant> {
    switch name {
    case .private: []
    case .publicRead: [AccessGrant(AccessGrant.everybody, "READ")]
    case .publicReadWrite:
      [AccessGrant(AccessGrant.everybody, "READ"), AccessGrant(AccessGrant.everybody, "WRITE")]
    case .authenticatedRead: [AccessGrant(AccessGrant.anyAccount, "READ")]
    case .logDeliveryWrite:
      [AccessGrant(AccessGrant.logDelivery, "WRITE"), AccessGrant(AccessGrant.logDelivery, "READ_ACP")]
    }
  }

  static func write(_ change: FacetChange<BucketACL>, on target: Target) throws(CallFailure) -> Effect {
    let name: CannedACL
    switch change.after {
    case .canned(let canned): name = canned
    case nil: name = .private
    case .grants:
      throw CallFailure(
        .invalid, code: "NoReadyMadeACL", "no ready-made ACL gives these grants", call: sub.get(target).line)
    }
    let headers = [Header(Self.header, name.rawValue)]
    guard name != .private else {
      return Effect(rank: FacetRank.privateACL, .procedure(sub.reset(target, headers: headers, [])))
    }
    return Effect(
      rank: name == .logDeliveryWrite ? FacetRank.acl : FacetRank.publicACL,
      .procedure(sub.write(target, isKnown: change.before != nil, headers: headers, [])))
  }

  static func risks(_ change: FacetChange<BucketACL>, on target: Target) -> [Risk] {
    guard case .canned(let name)? = change.after else { return [] }
    let had: Set<String> =
      switch change.before {
      case .canned(let earlier): Set(grants(of: earlier).map(\.text))
      case .grants(let texts): Set(texts)
      case nil: []
      }
    return grants(of: name).filter { !had.contains($0.text) }.sorted { $0.text < $1.text }.map {
      Risk(.widensAccess, "\(words($0.grantee)) \(words($0.permission)) (ACL \(name.rawValue))")
    }
  }

  private static func words(_ grantee: AccessGrant.Grantee) -> String {
    switch grantee {
    case AccessGrant.everybody: "everybody"
    case AccessGrant.anyAccount: "everybody with an account at the provider"
    case AccessGrant.logDelivery: "the service that delivers access logs"
    case .account(let id): "account \(id)"
    case .group(let name), .email(let name): name
    }
  }

  /// On a bucket READ is the right to list it (S3 User Guide, "What permissions can I grant?").
  private static func words(_ permission: String) -> String {
    switch permission {
    case "READ": "may list the bucket's objects"
    case "WRITE": "may write objects"
    case "READ_ACP": "may read the ACL"
    default: "gains \(permission)"
    }
  }
}
