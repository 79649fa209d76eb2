internal import CooperModel
internal import CooperSchema
internal import CooperSyntax

/// Which buckets hold backups, and how that is known.
///
/// Said by the model: a backup location, a grant that allows `backup`, or a registration at Palette (whose entries are
/// backup locations, PA-01). Said by people: a tag with the value `backup`, whatever its key, or a profile of that name.
/// Names of buckets prove nothing.
struct BackupBuckets: Sendable {
  private let reasons: [String: String]

  init(_ configuration: Configuration) {
    let resources = configuration.resources
    let ownWords = inParallel(resources.count) { place in
      resources[place].address.section == BucketKind.section ? Self.ownWords(resources[place]) : nil
    }
    var reasons: [String: String] = [:]
    for (resource, words) in zip(resources, ownWords) {
      switch resource.address.section {
      case "backupLocations": Self.note(resource, "it holds \(resource.address)", &reasons)
      case "grants" where resource.settings["allow"]?.string == "backup":
        Self.note(resource, "\(resource.address) lets backups in", &reasons)
      case "registrations":
        let connection = resource.settings["in"]?.string ?? resource.connection
        guard configuration.connections[connection]?.declaration.type == "palette" else { continue }
        Self.note(resource, "\(resource.address) makes it a backup location", &reasons)
      case BucketKind.section:
        if let words, reasons[resource.address.name] == nil { reasons[resource.address.name] = words }
      default: continue
      }
    }
    self.reasons = reasons
  }

  /// How a bucket is known to hold backups; nil when it isn't.
  func reason(_ bucket: ResourceDeclaration) -> String? { reasons[bucket.address.name] }

  private static func note(_ resource: ResourceDeclaration, _ words: String, _ reasons: inout [String: String]) {
    guard let bucket = resource.settings["bucket"] else { return }
    for name in (bucket.list ?? [bucket]).compactMap(\.string) { reasons[name] = words }
  }

  private static func ownWords(_ bucket: ResourceDeclaration) -> String? {
    for pair in bucket.facet("tags")?.value.map ?? ValueMap() where pair.value.string == "backup" {
      return "its tag \(pair.key) says so"
    }
    guard let profile = bucket.node?["profile"]?.value else { return nil }
    let names = (profile.elements ?? [profile]).compactMap { $0.scalar?.text }
    return names.contains("backup") ? "its profile says so" : nil
  }
}
