import CooperModel

extension S3Dialect {
  /// The RADOS gateway; measured on 16.2.15.
  static let ceph = S3Dialect(
    name: "ceph", summary: "A Ceph object gateway (radosgw).",
    lacks: [
      "encryption": .unsupported(
        reason: "the Ceph gateway refuses a bucket's default encryption (measured on 16.2.15)",
        nearest: "rgw crypt default encryption key, for the whole gateway"),
      "ownership": .unsupported(
        reason: "the Ceph gateway has no ownership controls, and a DELETE of them deletes the bucket (measured "
          + "on 16.2.15)", nearest: "policy"),
      "replication": .unsupported(
        reason: "the Ceph gateway replicates between zones, set up by radosgw-admin (its documentation)",
        nearest: "radosgw-admin sync policy"),
      "logging": .unsupported(
        reason: "the Ceph gateway has bucket logging since Tentacle only (its documentation), in a form of its own",
        nearest: "rgw ops log, for the whole gateway"),
    ].merging(lacking(amazonsOwn, "the Ceph gateway has no such thing (its documentation)")) { a, _ in a })
}
