internal import CooperModel
internal import CooperPlan
internal import CooperProvider
internal import CooperSchema

extension Action {
  var mark: String {
    switch self {
    case .create: "+"
    case .update: "~"
    case .replace: "!"
    case .delete: "-"
    case .adopt: "="
    case .release: "o"
    case .forget: "x"
    case .move: ">"
    }
  }

  var tone: Tone {
    switch self {
    case .create: .creation
    case .update: .update
    case .replace, .delete: .removal
    case .adopt, .release, .forget, .move: .neutral
    }
  }
}

/// What is said about a change besides its facets.
struct ChangeWords {
  let change: Change

  init(_ change: Change) { self.change = change }

  var lines: [String] {
    var lines: [String] = []
    switch change.action {
    case .create:
      lines.append(place)
      if change.reasons.contains(.vanished) {
        lines.append("vanished: it was recorded and was deleted outside Cooper; its data does not come back")
      }
    case .adopt where change.refersOnly: lines.append("refers to \(place), never created or deleted by Cooper")
    case .adopt where change.reasons.contains(.interrupted): lines.append("made by the interrupted run: \(place)")
    case .adopt: lines.append("takes over \(place)")
    case .delete: lines.append(deletion)
    case .forget where change.reasons.contains(.vanished): lines.append("\(place) is gone; only its record is removed")
    case .forget: lines.append("\(place) stays as it is; Cooper lets go of it")
    case .replace: lines.append("\(place) is deleted and made again")
    case .update, .release, .move: break
    }
    if let from = change.movedFrom {
      lines.append(change.action == .move ? "was \(from); nothing is sent" : "was \(from)")
    }
    if !change.knownAfterApply.isEmpty {
      lines.append("known after apply: " + change.knownAfterApply.joined(separator: ", "))
    }
    if change.reasons.contains(.interrupted), change.action != .adopt {
      lines.append("goes on with what the interrupted run began")
    }
    return lines
  }

  private var deletion: String {
    guard let contents = change.contents else {
      return change.purges ? "\(place) is deleted with what others hung on it" : "\(place) is deleted"
    }
    if contents.objects == 0 { return "\(place) is empty and is deleted" }
    let what = Amounts.words(contents)
    return change.purges ? "\(place) is emptied of \(what) and deleted" : "\(place) holds \(what) and is deleted"
  }

  /// E.g. `acme-logs in eu-west-1 (aws 111122223333)`.
  private var place: String {
    let site = change.target.site
    let owner = change.target.identity.account ?? change.target.identity.endpoint
    return change.target.name + (change.target.region.map { " in " + $0 } ?? "")
      + " (" + (site.type.isEmpty ? "" : site.type + " ") + owner + ")"
  }
}

/// What is said about one facet of a change.
struct FacetWords {
  private(set) var label = ""
  private(set) var note = ""
  private(set) var closing: String?

  init(_ facet: FacetPlan, _ change: Change, isDrifted: Bool, shape: Shape?) {
    let origin = facet.origin == change.origin ? nil : facet.origin.map { "\($0.file):\($0.line)" }
    guard facet.action != .release else {
      label = "RELEASED"
      note = "no longer in YAML: Cooper stops managing it. "
      note += facet.before == nil ? "Nothing is set on the bucket." : "STAYS ACTIVE on the bucket:"
      if facet.before != nil, let cleared = Self.cleared(facet, shape) {
        closing = "to remove it instead, write  \(facet.name): \(cleared)"
      }
      return
    }
    let clears = facet.action == .clear
    switch facet.reason {
    case .drifted:
      label = "DRIFT"
      note = clears ? "set outside Cooper; apply clears it" : "changed outside Cooper; apply puts it back"
      return
    case .serviceDefaultMoved: (label, note) = ("DEFAULT", "the service's default moved; apply puts it back")
    case .newlyManaged, .adopted:
      label = "NEW"
      note = "managed from now on" + (facet.before == nil ? "" : "; overwrites what is set")
    default: label = clears ? "CLEARED" : change.action == .create ? "NEW" : "EDITED"
    }
    if isDrifted { note += (note.isEmpty ? "" : "; ") + "also changed outside Cooper, apply overwrites that" }
    if let origin { note += (note.isEmpty ? "" : ", ") + origin }
  }

  /// The spelling of "managed and empty".
  private static func cleared(_ facet: FacetPlan, _ shape: Shape?) -> String? {
    switch (shape, facet.before) {
    case (.list?, _), (.set?, _), (nil, .list?): "[]"
    case (.map?, _), (.document?, _): "{}"
    default: nil
    }
  }
}

/// Numbers as people read them.
enum Amounts {
  /// E.g. `18,204 objects, 41.7 GiB`.
  static func words(_ contents: Contents) -> String {
    let objects = grouped(contents.objects) + (contents.objects == 1 ? " object" : " objects")
    return (contents.complete ? "" : "at least ") + objects + ", " + bytes(contents.bytes)
  }

  static func grouped(_ number: Int) -> String {
    let digits = Array(String(number))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0, digits[index - 1] != "-" { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// One decimal, cut and not rounded, and a binary unit.
  private static func bytes(_ bytes: Int64) -> String {
    var unit: Int64 = 1
    var name = "B"
    for next in ["KiB", "MiB", "GiB", "TiB", "PiB"] where bytes / unit >= 1024 {
      unit *= 1024
      name = next
    }
    return unit == 1 ? "\(bytes) B" : "\(bytes / unit).\(bytes % unit * 10 / unit) \(name)"
  }
}
