import CooperModel
import CooperProvider

/// `?accelerate` (S3 API Reference, PutBucketAccelerateConfiguration); suspended and never set are one.
enum S3Acceleration: Facet {
  static let schema = Acceleration.facet

  static let sub = SubResource(
    name: "accelerate",
    // moto names it so.
    document: .xml(root: "AccelerateConfiguration", also: "GetBucketAccelerateConfigurationResponse"),
    absentCodes: [],
    readAction: "s3:GetAccelerateConfiguration", writeAction: "s3:PutAccelerateConfiguration")

  static func read(_ target: Target) -> any Procedure<Observed<Acceleration>> {
    sub.read(target) { (root, fields) throws(CallFailure) in
      let state = try fields.word(root, "Status") { Acceleration(rawValue: $0.lowercased()) }
      return state == .enabled ? .enabled : nil
    }
  }

  static func write(_ change: FacetChange<Acceleration>, on target: Target) throws(CallFailure) -> Effect {
    let isOn = change.after == .enabled
    let body = XMLWriter.document("AccelerateConfiguration") { $0.element("Status", isOn ? "Enabled" : "Suspended") }
    return Effect(
      rank: FacetRank.other,
      .procedure(isOn ? sub.write(target, isKnown: change.before != nil, body) : sub.reset(target, body)))
  }
}
