internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// S3 copies versions, so both ends of a replication must make them.
enum ReplicationVersioning: ConfigurationRule {
  static let name = "replication-versioning"
  static let level = RuleLevel.warning
  static let entries: [CatalogueEntry] = [
    .init(
      .replicationVersioning, "Replication without versions",
      "S3 copies versions: it refuses a replication while versioning is not enabled on the bucket and on the one that gets "
        + "the copies (S3 User Guide, \"Requirements and considerations for replication\"). Suspended versioning is an error; "
        + "where it isn't declared it may be enabled already, and then it is nobody's to keep: a warning.",
      fix: "Write versioning: enabled on both buckets.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    context.ownBuckets.flatMap { bucket -> [Diagnostic] in
      guard let facet = bucket.facet("replication"), let rules = facet.value["rules"]?.map, !rules.isEmpty else {
        return []
      }
      let names = Set(rules.compactMap { $0.value["destination"]?["bucket"]?.string })
      let others = context.buckets(named: names, by: bucket).filter {
        $0.origin == .managed && $0.address != bucket.address
      }
      return ([bucket] + others).compactMap { end -> Diagnostic? in
        let versioning = end.facet("versioning")
        guard versioning?.value != "enabled" else { return nil }
        return .replicationVersioning(bucket, end, versioning, facet)
      }
    }
  }
}

extension RuleContext {
  /// Buckets of the project with one of these native names which a resource needs.
  func buckets(named names: Set<String>, by resource: ResourceDeclaration) -> [ResourceDeclaration] {
    let needed = configuration.graph.needs(of: resource.address) + [resource.address]
    return needed.filter { $0.section == BucketKind.section }.compactMap { configuration.resource($0) }.filter {
      names.contains($0.name)
    }
  }
}

extension DiagnosticCode {
  static let replicationVersioning = DiagnosticCode("RUL0040")
}

extension Diagnostic {
  fileprivate static func replicationVersioning(
    _ bucket: ResourceDeclaration, _ end: ResourceDeclaration, _ versioning: FacetDeclaration?,
    _ replication: FacetDeclaration
  ) -> Diagnostic {
    let isSource = end.address == bucket.address
    let place = isSource ? "and" : "to \(end.address), which"
    let lack = versioning == nil ? "doesn't declare versioning" : "makes no versions"
    let words = "\(bucket.address) replicates \(place) \(lack)"
    return Diagnostic(
      .replicationVersioning, versioning == nil ? .warning : .error, words, at: versioning?.range ?? replication.range,
      notes: [Note("S3 refuses a replication unless both buckets make versions", at: replication.range)],
      fix: ["write  versioning: enabled  in \(end.address)"], subject: bucket.address.description)
  }
}
