import CooperModel

extension S3Dialect {
  /// Wasabi, by its page "Operations on buckets" as read in November 2026.
  ///
  /// It has two extensions of the protocol that destroy: `force_delete=true` on the DELETE of a bucket, and the method
  /// MOVE, which renames. Neither is ever sent.
  static let wasabi = S3Dialect(
    name: "wasabi", summary: "Wasabi.",
    lacks: [
      "publicAccess": .unsupported(
        reason: "Wasabi has no public access block; the account decides (\(page))", nearest: "policy"),
      "ownership": .unsupported(reason: "Wasabi has no ownership controls (\(page))", nearest: "policy"),
      "replication": .unsupported(
        reason: "Wasabi replicates by its console only (\(page))", nearest: "replication in Wasabi's console"),
    ].merging(lacking(amazonsOwn + ["website", "requestPayment"], "Wasabi does not describe the call (\(page))")) {
      a, _ in a
    },
    nameProblem: { BucketName.problemOnAWS($0) })

  private static let page = "its page of operations on buckets, November 2026"
}
