import CooperModel
import CooperProvider
import CooperSchema

/// `autoclass`; nothing written is off. The service fills in the coldest class, which counts only if the YAML names it.
enum GCSAutoclass: Facet {
  static let schema = Autoclass.facet

  static func read(_ target: Target) -> any Procedure<Observed<Autoclass>> {
    BucketDocument.read(target) { (document, call) throws(CallFailure) in
      guard let autoclass = try document.object("autoclass", of: call), try autoclass.flag("enabled", of: call) == true
      else { return Autoclass(isEnabled: false) }
      guard let name = try autoclass.text("terminalStorageClass", of: call) else { return Autoclass(isEnabled: true) }
      guard let terminal = Autoclass.Terminal(rawValue: name) else {
        throw .broken("autoclass.terminalStorageClass", "a class that this version doesn't know", call)
      }
      return Autoclass(isEnabled: true, terminalClass: terminal)
    }
  }

  static func comparable(_ observed: Autoclass, to desired: Autoclass, on target: Target) -> Autoclass {
    desired.terminalClass == nil ? Autoclass(isEnabled: observed.isEnabled) : observed
  }

  static func write(_ change: FacetChange<Autoclass>, on target: Target) -> Effect {
    var fields: ValueMap = ["enabled": .bool(change.after?.isEnabled ?? false)]
    if let terminal = change.after?.terminalClass { fields["terminalStorageClass"] = terminal.value }
    return BucketPatch(["autoclass": .map(fields)]).effect()
  }
}
