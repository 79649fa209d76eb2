import CooperModel
import CooperProvider
import CooperSchema

/// What IAM takes of a role's and a user's own documents (IAM User Guide, "IAM and AWS STS quotas").
enum IAMSizes {
  /// All inline policies of one together.
  private static let inline: [IAMPrincipal: Int] = [.user: 2_048, .role: 10_240]
  private static let trust = 2_048
  /// As far as the account's quota goes up.
  private static let raisedTrust = 8_192

  static func documents(_ facts: SizedFacts) -> [SizedDocuments] {
    let composition = IAMComposition(composition(facts))
    let kind = IAMPrincipal(composition.composition.target)
    let word = kind == .role ? "role" : "user"
    var parts = [(facet: "grants", size: size(of: facts.grants.isEmpty ? nil : composition.grants))]
    parts.append((facet: "permissions", size: size(of: composition.permissions)))
    var found = [
      SizedDocuments(
        "the inline policies of a \(word)", parts: parts, limit: inline[kind] ?? 0,
        fix: "move statements into a managed policy: policies: takes 6,144 characters each")
    ]
    // What a trust lacks is told where it is made.
    if let document = try? composition.trust() {
      found.append(
        SizedDocuments(
          "the entries of trust", parts: [(facet: "trust", size: size(of: document))], limit: trust,
          raisedLimit: raisedTrust,
          fix: "have the quota of the account raised (role trust policy length), or make two roles of it"))
    }
    return found
  }

  private static func size(of document: Value?) -> Int { document.map(IAMSize.characters) ?? 0 }

  private static func composition(_ facts: SizedFacts) -> Composition {
    // An account that nobody wrote is asked later, and has twelve digits.
    let site = Site(
      connection: "", type: "aws", endpoint: "", region: facts.region,
      account: facts.connection["account"]?.string ?? "000000000000",
      partition: AWSPartition(region: facts.region).rawValue)
    var composition = Composition(
      target: Target(
        address: Address(Identity.section, facts.name), identity: PhysicalIdentity(endpoint: "", name: facts.name),
        region: facts.region, site: site, settings: facts.settings), connection: facts.connection, facets: facts.facets)
    composition.grants = facts.grants
    for (name, party) in facts.parties {
      let values = party.outputs.map { ($0, Value.unknown("connections.\(name).\($0)")) }
      composition.parties[name] = Composition.Party(type: party.type, values: ValueMap(values))
    }
    return composition
  }
}
