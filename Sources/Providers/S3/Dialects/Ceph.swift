import CooperModel
import CooperProvider

extension S3Dialect {
  /// The RADOS gateway; measured on 16.2.15, the oldest that is still packaged by distributions.
  ///
  /// What later releases added is lacking here all the same: a profile that promises too much would be found out in the
  /// middle of an apply. `cooper check` shows what a newer gateway has more, and type `s3` writes it.
  static let ceph = S3Dialect(
    name: "ceph", summary: "A Ceph object gateway (radosgw).",
    objectLock: .atCreation("until Tentacle, ceph/ceph#61946; type: s3 for later ones"),
    location: .whenDiffering,
    lacks: [
      "encryption": .unsupported(
        reason: "the Ceph gateway refuses a bucket's default encryption, and a DELETE of it deletes the bucket "
          + "(measured on 16.2.15)",
        nearest: "rgw crypt default encryption key for the whole gateway, or type: s3 for gateways that have it"),
      "ownership": .unsupported(
        reason: "the Ceph gateway has no ownership controls, and a DELETE of them deletes the bucket (measured "
          + "on 16.2.15)", nearest: "policy, or type: s3 for gateways that have it"),
      "replication": .unsupported(
        reason: "the Ceph gateway replicates between zones, set up by radosgw-admin (its documentation, November 2026)",
        nearest: "radosgw-admin sync policy"),
      "logging": .unsupported(
        reason: "the Ceph gateway has bucket logging since Tentacle only (ceph/ceph#59808), in a form of its own",
        nearest: "rgw ops log, for the whole gateway"),
    ].merging(
      lacking(amazonsOwn, "the Ceph gateway has no such thing (its table of S3 features, November 2026)")
    ) { a, _ in a },
    unsure: [
      "website": "only gateways that enable s3website have it (405 on 16.2.15 as installed)",
      "notifications": "only gateways with pubsub and topics have it (its documentation, November 2026)",
    ],
    notes: [
      "the region of the signature is the zonegroup's name, mostly default; another name in LocationConstraint is refused "
        + "(measured on 16.2.15), so it is sent only for a bucket whose region differs from the connection's",
      "a body that does not match its SHA-256 is refused, so bodies are hashed whole and never sent in chunks",
      "rules of a lifecycle come back sorted by id and without sizes or keep before ceph/ceph#54152",
      "a DELETE of an unknown sub-resource deletes the bucket when it is empty (measured on 16.2.15)",
    ],
    sign: { reply in
      // With its release since Reef, unless rgw_service_provider_name says another (ceph/ceph#50510).
      if let sign = server("Ceph Object Gateway (")(reply) { return sign }
      // tx, the request's number, time, gateway's number and zone; older ones say nothing else (measured on 16.2.15).
      let parts = reply.header("x-amz-request-id")?.split(separator: "-", maxSplits: 3) ?? []
      guard parts.count == 4, parts[0].hasPrefix("tx0000"), parts[1].allSatisfy(\.isHexDigit) else { return nil }
      return "x-amz-request-id: \(parts[0].prefix(6))…-\(parts[3].prefix(40))"
    },
    facetProblem: { facet, value in
      guard facet == "acl" else { return [] }
      return CannedACLs.problem(
        value, store: "Ceph", takes: ["private", "public-read", "public-read-write", "authenticated-read"])
    })
}
