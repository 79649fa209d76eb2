import CooperModel
import CooperProvider
import CooperSchema

/// `hierarchicalNamespace`; null is the same as off, and only the creation of a bucket says it.
enum GCSHierarchicalNamespace: Facet {
  static let schema = HierarchicalNamespace.facet
  static let reason =
    "Google gives a bucket a hierarchical namespace only while it is made (Cloud Storage documentation, hierarchical namespace)"

  static func read(_ target: Target) -> any Procedure<Observed<HierarchicalNamespace>> {
    BucketDocument.read(target) { (document, call) throws(CallFailure) in
      try document.object(schema.name, of: call)?.flag("enabled", of: call) == true ? .enabled : nil
    }
  }

  /// Part of the creation; nothing is left to be written after it.
  static func creation(_ target: Target) -> ValueMap {
    guard target.atCreation?[schema.name] == HierarchicalNamespace.enabled.value else { return ValueMap() }
    return [schema.name: ["enabled": true]]
  }

  static func write(_ change: FacetChange<HierarchicalNamespace>, on target: Target) throws(CallFailure) -> Effect {
    guard change.after != .enabled || target.atCreation != nil else {
      throw CallFailure(
        .unsupported, code: "GCS0008", "\(target.name): \(reason); make a new bucket with it and copy the data")
    }
    guard change.before != .enabled || change.after == .enabled else {
      throw CallFailure(
        .invalid, code: "GCS0008",
        "\(target.name) has a hierarchical namespace for good; leave the facet out, or make another bucket")
    }
    return BucketPatch([:]).effect()
  }
}
