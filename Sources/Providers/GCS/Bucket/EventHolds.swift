import CooperModel
import CooperProvider
import CooperSchema

/// `defaultEventBasedHold`; nothing written is false.
enum GCSEventHolds: Facet {
  static let schema = EventHolds.facet

  static func read(_ target: Target) -> any Procedure<Observed<EventHolds>> {
    BucketDocument.read(target) { (document, call) throws(CallFailure) in
      try document.flag("defaultEventBasedHold", of: call) == true ? .enabled : .disabled
    }
  }

  static func write(_ change: FacetChange<EventHolds>, on target: Target) -> Effect {
    BucketPatch(["defaultEventBasedHold": .bool(change.after == .enabled)]).effect()
  }
}
