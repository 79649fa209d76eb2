import CooperModel
import CooperProvider

/// `?tagging` (S3 API Reference, PutBucketTagging); S3 Control's tag calls break compatible stores and aren't used.
enum S3Tags: Facet {
  static let schema = TagSet.facet

  static let sub = SubResource(
    name: "tagging", document: .xml(root: "Tagging"), absentCodes: ["NoSuchTagSet", "NoSuchTagSetError"],
    readAction: "s3:GetBucketTagging", writeAction: "s3:PutBucketTagging")

  static func read(_ target: Target) -> any Procedure<Observed<Tags>> {
    sub.read(target) { (root, _) throws(CallFailure) in
      var tags: Tags = [:]
      for tag in root.child("TagSet")?.children("Tag") ?? [] { tags[tag.text("Key") ?? ""] = tag.text("Value") ?? "" }
      return tags.isEmpty ? nil : tags
    }
  }

  /// Keys of the service itself can't be written and are nobody's wish, so they take no part in a comparison.
  static func canonical(_ model: Tags, on site: Site) -> Tags {
    model.filter { !$0.key.lowercased().hasPrefix(TagSet.reservedPrefix) }
  }

  static func write(_ change: FacetChange<Tags>, on target: Target) throws(CallFailure) -> Effect {
    let tags = canonical(change.after ?? [:], on: target.site)
    guard !tags.isEmpty else { return Effect(rank: FacetRank.other, .procedure(sub.clear(target))) }
    let body = XMLWriter.document("Tagging") {
      $0.element("TagSet") {
        for (key, value) in tags.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
          $0.element("Tag") {
            $0.element("Key", key)
            $0.element("Value", value)
          }
        }
      }
    }
    return Effect(rank: FacetRank.other, .procedure(sub.write(target, isKnown: change.before != nil, body)))
  }
}
