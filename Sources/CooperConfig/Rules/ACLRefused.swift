internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// An ACL that gives others something needs ACLs that count, and public ones a block that lets them through.
enum ACLRefused: ConfigurationRule {
  static let name = "acl-refused"
  static let level = RuleLevel.warning
  static let entries: [CatalogueEntry] = [
    .init(
      .aclWithEnforcedOwnership, "An ACL while ownership is enforced",
      "With BucketOwnerEnforced, S3 refuses every ACL but private (AccessControlListNotSupported). New buckets at AWS have "
        + "it since April 2023, so an ACL on a bucket that doesn't declare its ownership is most likely refused: a warning.",
      fix: "Give the right by a policy, or write ownership: BucketOwnerPreferred."),
    .init(
      .aclWithBlock, "A public ACL behind a block",
      "The flag blockPublicAcls makes S3 refuse public ACLs. New buckets at AWS have it since April 2023, so it is a warning "
        + "where publicAccess isn't declared.",
      fix: "Give the right by a policy, or write publicAccess with blockPublicAcls: false."),
  ]

  private static let publicACLs: Set<String> = ["public-read", "public-read-write", "authenticated-read"]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    context.ownBuckets.flatMap { bucket -> [Diagnostic] in
      guard let facet = bucket.facet("acl"), let name = facet.value.string, name != "private" else { return [] }
      return [ownership(bucket, facet, name, context), block(bucket, facet, name, context)].compactMap { $0 }
    }
  }

  private static func ownership(
    _ bucket: ResourceDeclaration, _ acl: FacetDeclaration, _ name: String, _ context: RuleContext
  ) -> Diagnostic? {
    let ownership = bucket.facet("ownership")
    if let ownership {
      guard ownership.value == "BucketOwnerEnforced" else { return nil }
    } else {
      guard context.isAWS(bucket) else { return nil }
    }
    return Diagnostic(
      .aclWithEnforcedOwnership, ownership == nil ? .warning : .error,
      ownership == nil
        ? "\(bucket.address) has the acl \(name) and doesn't declare its ownership"
        : "\(bucket.address) has the acl \(name) and ownership that turns ACLs off",
      at: acl.range,
      notes: [
        ownership.map { Diagnostic.Note("turned off here", at: $0.range) }
          ?? Diagnostic.Note("new buckets at AWS are BucketOwnerEnforced and refuse it")
      ], fix: ["write  ownership: BucketOwnerPreferred, or use a policy"], subject: bucket.address.description)
  }

  private static func block(
    _ bucket: ResourceDeclaration, _ acl: FacetDeclaration, _ name: String, _ context: RuleContext
  ) -> Diagnostic? {
    guard publicACLs.contains(name) else { return nil }
    let block = bucket.facet("publicAccess")
    if let block {
      guard let flags = try? PublicAccess(value: block.value), flags.blockPublicAcls else { return nil }
    } else {
      guard context.isAWS(bucket) else { return nil }
    }
    return Diagnostic(
      .aclWithBlock, block == nil ? .warning : .error,
      block == nil
        ? "\(bucket.address) has the public acl \(name) and doesn't declare publicAccess"
        : "\(bucket.address) has the public acl \(name) and blocks such ACLs",
      at: acl.range,
      notes: [
        block.map { Diagnostic.Note("blocked here", at: $0.range) }
          ?? Diagnostic.Note("new buckets at AWS block public ACLs and refuse it")
      ], fix: ["use a policy, or write  publicAccess: { blockPublicAcls: false, … }"],
      subject: bucket.address.description)
  }
}

extension DiagnosticCode {
  static let aclWithEnforcedOwnership = DiagnosticCode("RUL0042")
  static let aclWithBlock = DiagnosticCode("RUL0043")
}
