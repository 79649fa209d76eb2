internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// Not every bucket can take access logs (S3 User Guide, "Logging requests with server access logging").
enum LoggingTarget: ConfigurationRule {
  static let name = "logging-target"
  static let level = RuleLevel.warning
  static let entries: [CatalogueEntry] = [
    .init(
      .logsOfItself, "Access logs of the bucket in the bucket itself",
      "Each delivery of logs is a request that is logged again, so the bucket fills itself.",
      fix: "Name another bucket of the same region."),
    .init(
      .logsCannotBeTaken, "A bucket that can't take access logs",
      "S3 refuses a target in another region, and delivers nothing to a bucket with object lock, with requester pays, or "
        + "whose objects are encrypted with a KMS key by default.",
      fix: "Name a bucket of the same region without these."),
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    context.ownBuckets.flatMap { bucket -> [Diagnostic] in
      guard let facet = bucket.facet("logging"), let name = facet.value["bucket"]?.string else { return [] }
      if name == bucket.name {
        return [
          Diagnostic(
            .logsOfItself, .warning, "\(bucket.address) writes its access logs into itself", at: facet.range,
            notes: [Diagnostic.Note("each delivery is logged again")], fix: ["name another bucket"],
            subject: bucket.address.description)
        ]
      }
      return context.buckets(named: [name], by: bucket).flatMap { target in
        obstacles(bucket, target, context).map { .logsCannotBeTaken(bucket, target, facet, $0) }
      }
    }
  }

  struct Obstacle {
    var words: String
    var range: SourceRange?
    /// Refused at once, where others only deliver nothing.
    var isRefused = false
  }

  private static func obstacles(
    _ bucket: ResourceDeclaration, _ target: ResourceDeclaration, _ context: RuleContext
  ) -> [Obstacle] {
    guard context.isAWS(bucket), context.isAWS(target) else { return [] }
    var found: [Obstacle] = []
    if let own = bucket.region, let other = target.region, own != other {
      found.append(Obstacle(words: "is in region \(other), not in \(own)", range: target.range, isRefused: true))
    }
    if let lock = target.facet("objectLock") { found.append(Obstacle(words: "has object lock", range: lock.range)) }
    if let payer = target.facet("requestPayment"), payer.value == "requester" {
      found.append(Obstacle(words: "lets the requester pay", range: payer.range))
    }
    if let encryption = target.facet("encryption"), encryption.value["algorithm"]?.string?.hasPrefix("aws:kms") == true
    {
      found.append(Obstacle(words: "encrypts with a KMS key", range: encryption.range))
    }
    return found
  }
}

extension DiagnosticCode {
  static let logsOfItself = DiagnosticCode("RUL0044")
  static let logsCannotBeTaken = DiagnosticCode("RUL0045")
}

extension Diagnostic {
  fileprivate static func logsCannotBeTaken(
    _ bucket: ResourceDeclaration, _ target: ResourceDeclaration, _ facet: FacetDeclaration,
    _ obstacle: LoggingTarget.Obstacle
  ) -> Diagnostic {
    Diagnostic(
      .logsCannotBeTaken, obstacle.isRefused ? .error : .warning,
      "\(bucket.address) writes access logs into \(target.address), which \(obstacle.words)", at: facet.range,
      notes: [Note("that is said here", at: obstacle.range)], fix: ["name a bucket that can take them"],
      subject: bucket.address.description)
  }
}
