internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// All rules, and what the project says of them.
enum ConfigurationRules {
  static let all: [any ConfigurationRule.Type] = [
    DuplicateIdentity.self, OneKeySink.self, DocumentSize.self, SharedName.self, OneMaker.self, PlainEndpoint.self,
    RemovedStillDeclared.self,
    MoveEnds.self,
    AdoptedNotDeclared.self, AdoptedName.self, ConsentWithoutAddress.self, ConsentWithoutRisk.self, PathStyle.self,
    DelegatedEndpoint.self, RegionForPalette.self, RoleWithoutExternalID.self, OneDefaultLocation.self,
    PlatformSignIn.self, RoleNotSeen.self, ClusterBucketDeletion.self, VeleroKeys.self, VeleroPrefix.self,
    DocumentForms.self,
    PublicAccessOpen.self, EncryptionMissing.self, VersioningMissing.self, BackupWithoutVersioning.self,
    BackupExpires.self, ShortRetention.self, CORSOpen.self, PolicyPublic.self, PolicyAllActions.self,
    PlainRequests.self, ReplicationVersioning.self, ObjectLockVersioning.self, ACLRefused.self, LoggingTarget.self,
    AccelerateName.self, WebsitePayer.self, ReportRegion.self,
  ]

  /// What the rules found in one environment.
  struct Result {
    var diagnostics: [Diagnostic] = []
    /// Exceptions of single resources, and those of them that silenced or changed something.
    var exceptions: [RuleException] = []
    var used: Set<RuleException> = []
  }

  static func findings(in context: RuleContext, layer: Layer, runsGuards: Bool) -> Result {
    var result = Result()
    let settings = RuleSettings(context, layer)
    result.diagnostics = settings.diagnostics
    result.exceptions = settings.exceptions
    let asked = all.filter { rule in
      let wanted = settings.project[rule.name] ?? rule.level
      let isRaised = wanted == .error || settings.raisedByResources.contains(rule.name)
      if rule.isGuard, !runsGuards, !isRaised { return false }
      return wanted != .off || !rule.isGuard || settings.namedByResources.contains(rule.name)
    }
    // Rules only look, so that those of a large project are asked on all processors.
    let isLarge = context.configuration.resources.count >= parallelThreshold
    let found = inParallel(asked.count, atLeast: isLarge ? 1 : .max) { asked[$0].findings(in: context) }
    for (rule, diagnostics) in zip(asked, found) {
      let wanted = settings.project[rule.name] ?? rule.level
      for diagnostic in diagnostics {
        if diagnostic.severity == .error {
          result.diagnostics.append(diagnostic)
          continue
        }
        var level = wanted
        if let subject = diagnostic.subject, let own = settings.own[subject]?[rule.name] {
          level = own.level
          result.used.insert(own)
        }
        guard let severity = level.severity, severity == .error || runsGuards || !rule.isGuard else { continue }
        var diagnostic = diagnostic
        diagnostic.severity = severity
        result.diagnostics.append(diagnostic)
      }
    }
    return result
  }

  /// An exception that no environment needs is likely left over, or misspelt.
  static func unusedExceptions(_ results: [Result]) -> [Diagnostic] {
    let used = Set(results.flatMap(\.used).map(\.place))
    var told: Set<RuleException.Place> = []
    return results.flatMap(\.exceptions).filter { !used.contains($0.place) && told.insert($0.place).inserted }.map {
      .unusedException($0)
    }
  }
}
