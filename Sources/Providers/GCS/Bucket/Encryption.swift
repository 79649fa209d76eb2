import CooperModel
import CooperProvider
import CooperSchema

/// `encryption.defaultKmsKeyName`; Google encrypts in any case, and what it says beside the key is left as it is.
enum GCSEncryption: Facet {
  static let schema = Encryption.facet

  static func read(_ target: Target) -> any Procedure<Observed<Encryption>> {
    BucketDocument.read(target) { (document, call) throws(CallFailure) in
      let key = try document.object("encryption", of: call)?.text("defaultKmsKeyName", of: call)
      return key.map { Encryption(nil, kmsKey: $0) }
    }
  }

  static func write(_ change: FacetChange<Encryption>, on target: Target) -> Effect {
    let key = change.after?.kmsKey.map { Value.string($0) } ?? .null
    return BucketPatch(["encryption": ["defaultKmsKeyName": key]]).effect()
  }
}
