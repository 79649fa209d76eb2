import CooperModel
import CooperProvider

/// `?encryption` (S3 API Reference, PutBucketEncryption).
enum S3Encryption: Facet {
  static let schema = Encryption.facet

  static let sub = SubResource(
    name: "encryption", document: .xml(root: "ServerSideEncryptionConfiguration"),
    absentCodes: ["ServerSideEncryptionConfigurationNotFoundError", "NoSuchEncryptionConfiguration"],
    readAction: "s3:GetEncryptionConfiguration", writeAction: "s3:PutEncryptionConfiguration")

  /// How the service spells that nothing is blocked.
  private static let nothingBlocked = "NONE"

  static func read(_ target: Target) -> any Procedure<Observed<Encryption>> {
    sub.read(target) { (root, fields) throws(CallFailure) in
      guard let rule = root.child("Rule") else { return nil }
      var model = Encryption()
      if let byDefault = rule.child("ApplyServerSideEncryptionByDefault") {
        model.algorithm = try fields.word(byDefault, "SSEAlgorithm") { Encryption.Algorithm(rawValue: $0) }
        model.kmsKey = byDefault.text("KMSMasterKeyID").flatMap { $0.isEmpty ? nil : $0 }
      }
      model.bucketKey = try fields.flag(rule, "BucketKeyEnabled")
      model.blockedEncryptionTypes = rule.child("BlockedEncryptionTypes")?.children("EncryptionType").map(\.text)
      return model
    }
  }

  /// AWS has no bucket without encryption: there, nothing asked for is AES256.
  static func canonical(_ model: Encryption, on site: Site) -> Encryption {
    var model = model
    if model.algorithm == nil, site.isAWS { model.algorithm = .aes256 }
    if model.bucketKey == false { model.bucketKey = nil }
    model.blockedEncryptionTypes = model.blockedEncryptionTypes.map { types in
      Set(types.filter { $0 != nothingBlocked }).sorted()
    }
    return model
  }

  /// S3 keeps a key as it was written. The id of a key of this account and region is its ARN; an alias stays what it is,
  /// because KMS resolves it in the account of whoever uploads (S3 API Reference, PutBucketEncryption).
  static func comparable(_ observed: Encryption, to desired: Encryption, on target: Target) -> Encryption {
    guard let kept = observed.kmsKey, let wanted = desired.kmsKey, arn(kept, target) == arn(wanted, target) else {
      return observed
    }
    var observed = observed
    observed.kmsKey = wanted
    return observed
  }

  private static func arn(_ key: String, _ target: Target) -> String {
    guard !key.hasPrefix("arn:"), !key.hasPrefix("alias/"),
      let account = target.identity.account ?? target.site.account,
      let region = target.region ?? target.site.region
    else { return key }
    return "arn:\(target.site.partition):kms:\(region):\(account):key/\(key)"
  }

  /// Kinds of encryption that are blocked and not managed are copied from the bucket: leaving them out unblocks them.
  static func write(_ change: FacetChange<Encryption>, on target: Target) throws(CallFailure) -> Effect {
    guard let after = change.after, after != Encryption() else {
      return Effect(rank: FacetRank.encryption, .procedure(sub.clear(target)))
    }
    let procedure: any Procedure<Void>
    if after.blockedEncryptionTypes == nil, target.isAWS {
      procedure = sub.merge(target) { look in
        var merged = after
        if case .xml(let root, _) = look {
          merged.blockedEncryptionTypes =
            root.child("Rule")?.child("BlockedEncryptionTypes")?.children("EncryptionType").map(\.text)
        }
        return sub.put(target, body(merged))
      }
    } else {
      procedure = sub.write(target, isKnown: change.before != nil, body(after))
    }
    return Effect(rank: FacetRank.encryption, .procedure(procedure))
  }

  private static func body(_ model: Encryption) -> [UInt8] {
    XMLWriter.document("ServerSideEncryptionConfiguration") {
      $0.element("Rule") {
        if let algorithm = model.algorithm {
          $0.element("ApplyServerSideEncryptionByDefault") {
            $0.element("SSEAlgorithm", algorithm.rawValue)
            if let key = model.kmsKey { $0.element("KMSMasterKeyID", key) }
          }
        }
        if let bucketKey = model.bucketKey { $0.element("BucketKeyEnabled", bucketKey) }
        if let blocked = model.blockedEncryptionTypes {
          $0.element("BlockedEncryptionTypes") {
            for type in blocked.isEmpty ? [nothingBlocked] : blocked { $0.element("EncryptionType", type) }
          }
        }
      }
    }
  }
}
