internal import CooperModel
internal import CooperSchema

/// Service accounts and rights at Google.
enum GCSIdentitySupport {
  static let accounts = KindSupport(
    facets: [
      "trust": .supported, "permissions": .supported,
      "policies": .unsupported(reason: "managed policies are a thing of AWS", nearest: "grants"),
      "permissionsBoundary": .unsupported(reason: "boundaries of permissions are a thing of AWS", nearest: nil),
      "instanceProfile": .unsupported(reason: "machines at Google are given the account itself", nearest: nil),
      "tags": .unsupported(reason: "service accounts have no labels", nearest: "description"),
      "maxSession": .unsupported(reason: "how long a token lasts is said by whoever asks for it", nearest: nil),
    ],
    settings: ["description", "type", "connection", "identityName", "key", "deletion", "origin"],
    nameProblem: { problem($0) }, variants: ["serviceAccount"],
    outputs: [
      "email": { facts in
        facts.connection["project"]?.string.map { "\(facts.name)@\($0).iam.gserviceaccount.com" }
      }
    ])

  /// Bindings of a bucket's IAM policy.
  static let grants = KindSupport(
    facets: [:], settings: Set(Grant.schema.settings.map(\.name)).subtracting(["through"]))

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
