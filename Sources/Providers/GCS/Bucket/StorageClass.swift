import CooperModel
import CooperProvider
import CooperSchema

/// `storageClass`, as written: a class of old is no other name for a new one.
enum GCSStorageClass: Facet {
  static let schema = StorageClass.facet

  static func read(_ target: Target) -> any Procedure<Observed<StorageClass>> {
    BucketDocument.read(target) { (document, call) throws(CallFailure) in
      guard let name = try document.text("storageClass", of: call) else { return nil }
      guard let found = StorageClass(rawValue: name) else {
        throw .broken("storageClass", "a class that this version doesn't know", call)
      }
      return found
    }
  }

  static func write(_ change: FacetChange<StorageClass>, on target: Target) -> Effect {
    BucketPatch(["storageClass": .string((change.after ?? .standard).rawValue)]).effect()
  }
}
