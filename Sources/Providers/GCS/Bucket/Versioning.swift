import CooperModel
import CooperProvider
import CooperSchema

/// `versioning.enabled`; nothing written is the same as false, and both are how the YAML says suspended.
enum GCSVersioning: Facet {
  static let schema = Versioning.facet

  static func read(_ target: Target) -> any Procedure<Observed<Versioning>> {
    BucketDocument.read(target) { (document, call) throws(CallFailure) in
      try document.object("versioning", of: call)?.flag("enabled", of: call) == true ? .enabled : .suspended
    }
  }

  static func write(_ change: FacetChange<Versioning>, on target: Target) -> Effect {
    BucketPatch(["versioning": ["enabled": .bool(change.after == .enabled)]]).effect()
  }

  static func risks(_ change: FacetChange<Versioning>, on target: Target) -> [Risk] {
    guard change.before == .enabled, change.after != .enabled else { return [] }
    return [Risk(.losesData, "what is overwritten or deleted from now on has no earlier version left")]
  }
}
