internal import CooperModel
internal import CooperProvider
public import CooperSchema

/// Digests of what was observed, which bind a plan to the world it was made for.
public enum ObservationDigest {
  /// By facet; the name `""` stands for the resource itself.
  public static func digests(of observed: ObservedResource) -> [String: String] {
    var digests = ["": presence(observed.presence)]
    for (name, facet) in observed.facets { digests[name] = digest(of: facet) }
    return digests
  }

  public static func digest(of facet: ObservedResource.Facet) -> String {
    switch facet {
    case .present(let value): digest(of: value)
    case .absent: "absent"
    case .unsupported: "unsupported"
    case .unknown: "unknown"
    }
  }

  /// The first 32 hexadecimal digits of SHA-256 over the compact JSON of the value.
  public static func digest(of value: Value) -> String {
    String(Digest.sha256Hex(ValueJSON.encode(value, pretty: false)).prefix(32))
  }

  private static func presence(_ presence: ObservedResource.Presence) -> String {
    switch presence {
    case .present: "present"
    case .absent: "absent"
    case .foreign: "foreign"
    case .unknown: "unknown"
    }
  }
}
