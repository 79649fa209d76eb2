import CooperModel

extension S3Dialect {
  /// Wasabi, by its page "Operations on buckets".
  ///
  /// It has two extensions of the protocol that destroy: `force_delete=true` on the DELETE of a bucket, and the method
  /// MOVE, which renames. Neither is ever sent.
  static let wasabi = S3Dialect(
    name: "wasabi", summary: "Wasabi.",
    // s3.wasabisys.com is that of us-east-1.
    regionOfHost: { $0 == "s3.wasabisys.com" ? "us-east-1" : HostRegion.behindS3($0, domain: "wasabisys.com") },
    objectLock: .atCreation("its page on object lock, September 2026"),
    lacks: [
      "publicAccess": .unsupported(
        reason: "Wasabi has no public access block; the account decides (\(page))", nearest: "policy"),
      "ownership": .unsupported(reason: "Wasabi has no ownership controls (\(page))", nearest: "policy"),
      "replication": .unsupported(
        reason: "Wasabi replicates by its console only (\(page))", nearest: "replication in Wasabi's console"),
    ].merging(lacking(amazonsOwn + ["website", "requestPayment"], "Wasabi does not describe the call (\(page))")) {
      a, _ in a
    },
    unsure: [
      "encryption": "Wasabi encrypts everything and does not describe the call (\(page))",
      "notifications": "Wasabi sends to topics of SNS once its console has the keys (its page on SNS, February 2026)",
    ],
    notes: [
      "endpoint https://s3.REGION.wasabisys.com: the region is in the host's name and need not be written",
      "force_delete=true deletes what a bucket holds, and MOVE renames it (\(page)): neither is ever sent",
      "logs go to a bucket of the same account (\(page))",
    ],
    // As in answers that others kept, e.g. ente-io/ente, server/pkg/controller/replication3.go (2022).
    sign: server("WasabiS3"),
    nameProblem: { BucketName.problemOnAWS($0) })

  private static let page = "its page of operations on buckets, November 2026"
}
