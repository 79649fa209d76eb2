import CooperModel
import CooperProvider
import CooperSchema

/// `softDeletePolicy.retentionDurationSeconds`: zero is off; since when it counts is the service's to say.
enum GCSSoftDelete: Facet {
  static let schema = SoftDelete.facet

  static func read(_ target: Target) -> any Procedure<Observed<TimeSpan>> {
    BucketDocument.read(target) { (document, call) throws(CallFailure) in
      let seconds = try document.object("softDeletePolicy", of: call)?.number("retentionDurationSeconds", of: call)
      return seconds.map { TimeSpan(seconds: $0) }
    }
  }

  static func write(_ change: FacetChange<TimeSpan>, on target: Target) -> Effect {
    let seconds = change.after.map { Value.string(String($0.seconds)) } ?? .null
    return BucketPatch(["softDeletePolicy": ["retentionDurationSeconds": seconds]]).effect()
  }

  static func risks(_ change: FacetChange<TimeSpan>, on target: Target) -> [Risk] {
    guard let before = change.before, before.seconds > 0 else { return [] }
    let after = change.after ?? TimeSpan(seconds: 0)
    guard after < before else { return [] }
    let words = after.seconds == 0 ? "can't be brought back" : "can be brought back for \(after.text) only"
    return [Risk(.losesData, "what is deleted from now on \(words), and for \(before.text) before")]
  }
}
