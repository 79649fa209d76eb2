import CooperModel
import CooperProvider

extension S3Dialect {
  /// `rclone serve s3`: buckets are directories of a remote, and have no settings; measured on 1.75.2.
  static let rclone = S3Dialect(
    name: "rclone", summary: "rclone serve s3, in front of any of its remotes.", location: .whenDiffering,
    lacks: [
      "versioning": .unsupported(
        reason: "rclone serve s3 answers the read as if it were unset and refuses the write (measured on 1.75.2)",
        nearest: "versions of the remote behind it")
    ].merging(
      lacking(
        Array(facets),
        "rclone serve s3 keeps no settings of buckets: it lists the bucket when it is asked for one, and deletes it when "
          + "one is deleted (measured on 1.75.2)")
    ) { a, _ in a },
    shown: ["versioning"],
    notes: [
      "any region is taken",
      "a PUT of an unknown sub-resource is taken for the creation of the bucket, a DELETE for its deletion (measured on "
        + "1.75.2)",
    ],
    // Its server's library makes one id of the other (rclone/gofakes3; measured on 1.75.2).
    sign: { reply in
      guard let id = reply.header("x-amz-request-id"), !id.isEmpty,
        reply.header("x-amz-id-2") == Digest.base64(Array(String(repeating: id, count: 4).utf8))
      else { return nil }
      return "x-amz-id-2, made of x-amz-request-id"
    })
}
