import CooperModel
import CooperProvider
import CooperSchema

/// `iamConfiguration.uniformBucketLevelAccess.enabled`; the older `bucketPolicyOnly` repeats it and is never looked at.
enum GCSUniformAccess: Facet {
  static let schema = UniformAccess.facet

  static func read(_ target: Target) -> any Procedure<Observed<UniformAccess>> {
    BucketDocument.read(target) { (document, call) throws(CallFailure) in
      let uniform = try document.object("iamConfiguration", of: call)?.object("uniformBucketLevelAccess", of: call)
      return try uniform?.flag("enabled", of: call) == true ? .enabled : .disabled
    }
  }

  static func write(_ change: FacetChange<UniformAccess>, on target: Target) -> Effect {
    let flag = Value.bool(change.after == .enabled)
    return BucketPatch(["iamConfiguration": ["uniformBucketLevelAccess": ["enabled": flag]]]).effect()
  }

  static func risks(_ change: FacetChange<UniformAccess>, on target: Target) -> [Risk] {
    switch (change.before, change.after) {
    case (.enabled, .disabled):
      [Risk(.widensAccess, "ACLs of the bucket and of its objects count again, whatever they say")]
    case (.disabled, .enabled):
      [Risk(.irreversible, "ACLs count no more; after 90 days there is no way back")]
    default: []
    }
  }
}
