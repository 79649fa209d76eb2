internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// A bucket whose encryption nobody chose.
enum EncryptionMissing: ConfigurationRule {
  static let name = "bucket-without-encryption"
  static let level = RuleLevel.warning
  static let isGuard = true
  static let entries: [CatalogueEntry] = [
    .init(
      .encryptionMissing, "Encryption is not declared",
      "A cleared encryption leaves new objects to the store's own default, which at MinIO and Ceph is none. AWS encrypts new "
        + "objects with AES256 whatever is declared (since January 2023), but an undeclared bucket has no key of yours and "
        + "nobody sees when its default changes. Elsewhere an absent facet is no finding, because encryption there needs a "
        + "key service that the operator sets up.",
      fix: "Write encryption: { algorithm: AES256 } or one with aws:kms and a kmsKey.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    context.ownBuckets.compactMap { bucket in
      guard let facet = bucket.facet("encryption") else {
        guard context.isAWS(bucket) else { return nil }
        return .noEncryption(
          bucket, "doesn't declare encryption", nil,
          "not managed: new objects get AWS's default, which Cooper doesn't check")
      }
      // On Google a key stands without an algorithm.
      guard facet.value["algorithm"] == nil, facet.value["kmsKey"] == nil else { return nil }
      return .noEncryption(
        bucket, "clears its encryption", facet.range, "new objects get what the store does by itself, maybe nothing")
    }
  }
}

extension DiagnosticCode {
  static let encryptionMissing = DiagnosticCode("RUL0030")
}

extension Diagnostic {
  fileprivate static func noEncryption(
    _ bucket: ResourceDeclaration, _ words: String, _ range: SourceRange?, _ why: String
  ) -> Diagnostic {
    .guarding(
      .encryptionMissing, bucket, words, at: range, notes: [Note(why)],
      fix: ["write  encryption: { algorithm: AES256 }"])
  }
}
