internal import CooperModel
internal import CooperSchema

/// Service accounts at Google.
enum GCSIdentitySupport {
  static let accounts: KindSupport = {
    var support = KindSupport(
      facets: [
        "trust": .supported,
        "permissions": .unsupported(
          reason: "at Google rights are given on buckets, not to accounts", nearest: "grants"),
        "policies": .unsupported(reason: policies, nearest: "grants"),
        "permissionsBoundary": .unsupported(reason: policies, nearest: "grants"),
        "instanceProfile": .unsupported(reason: "a machine at Google names its service account itself", nearest: nil),
        "tags": .unsupported(reason: "service accounts have no labels", nearest: nil),
        "maxSession": .unsupported(reason: "how long a token lasts is said by whoever asks for it", nearest: nil),
      ],
      settings: ["description", "type", "connection", "identityName", "key", "keys", "deletion", "origin"],
      nameProblem: { problem($0) }, variants: ["serviceAccount"],
      outputs: [
        "email": { facts in
          facts.connection["project"]?.string.map { GoogleRights.email(facts.name, project: $0) }
        }
      ])
    // Its address says the name and the project.
    support.given = { text in
      var given = GivenName(text, settings: ["type": "serviceAccount"])
      if let address = GoogleRights.account(in: text) { (given.name, given.account) = (address.name, address.project) }
      return given
    }
    return support
  }()

  private static let policies = "Google has bindings of roles, and no policies that are attached to an account"

  /// 6 to 30 lower-case letters, digits and hyphens, a letter first (IAM documentation, creating service accounts).
  private static func problem(_ name: String) -> String? {
    let bytes = Array(name.utf8)
    guard (6...30).contains(bytes.count), let first = bytes.first, let last = bytes.last else {
      return "names of service accounts have 6 to 30 characters"
    }
    let isFine = bytes.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d }
    return isFine && (0x61...0x7a).contains(first) && last != 0x2d
      ? nil : "names of service accounts hold lower-case letters, digits and hyphens, a letter first"
  }
}
