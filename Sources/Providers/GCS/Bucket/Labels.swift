import CooperModel
import CooperProvider
import CooperSchema

/// `labels`, the tags of Google. A PATCH merges them key by key: null takes one away, and those that it doesn't name stay.
enum GCSLabels: Facet {
  static let schema = TagSet.facet
  /// Written by Google's services on buckets that they use; never compared, never touched.
  static let reservedPrefix = "goog-"

  static func read(_ target: Target) -> any Procedure<Observed<Tags>> {
    BucketDocument.read(target) { (document, call) throws(CallFailure) in
      var labels: Tags = [:]
      for pair in try document.object("labels", of: call) ?? ValueMap() where !pair.key.hasPrefix(reservedPrefix) {
        guard let text = pair.value.string else { throw .broken("labels", "a map of something else than texts", call) }
        labels[pair.key] = text
      }
      return labels.isEmpty ? nil : labels
    }
  }

  static func write(_ change: FacetChange<Tags>, on target: Target) -> Effect {
    let after = change.after ?? [:]
    var labels = ValueMap(after.map { ($0.key, .string($0.value)) })
    for key in (change.before ?? [:]).keys where after[key] == nil { labels[key] = .null }
    return BucketPatch(["labels": .map(labels)]).effect()
  }
}
