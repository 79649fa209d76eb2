import CooperModel
import CooperProvider

extension S3Dialect {
  /// OpenStack Swift behind its s3api middleware; measured on 2.38.0.
  static let swift = S3Dialect(
    name: "swift", summary: "OpenStack Swift with its s3api.", location: .whenDiffering,
    lacks: [
      "encryption": .unsupported(
        reason: "Swift encrypts the whole cluster or nothing, and a DELETE of a bucket's encryption deletes the bucket "
          + "(measured on 2.38.0)", nearest: "its encryption middleware"),
      "lifecycle": .unsupported(
        reason: "Swift has no lifecycle rules, and a DELETE of them deletes the bucket (\(page))",
        nearest: "X-Delete-After on objects, by Swift's own API"),
      "cors": .unsupported(
        reason: "Swift keeps CORS in the container's metadata (\(page))",
        nearest: "X-Container-Meta-Access-Control-Allow-Origin, by Swift's own API"),
      "policy": .unsupported(reason: "Swift has no bucket policies (\(page))", nearest: "acl"),
      "publicAccess": .unsupported(reason: "Swift has no public access block (\(page))", nearest: "acl: private"),
      "ownership": .unsupported(
        reason: "Swift has no ownership controls, and a DELETE of them deletes the bucket (measured on 2.38.0)",
        nearest: "acl"),
      "replication": .unsupported(
        reason: "Swift has no replication by bucket, and a DELETE of it deletes the bucket (measured on 2.38.0)",
        nearest: "container sync, by Swift's own API"),
    ].merging(
      lacking(
        ["tags", "logging", "objectLock"],
        "Swift answers the read as if it were unset and refuses the write (measured on 2.38.0)")
    ) { a, _ in a }.merging(
      lacking(amazonsOwn + ["notifications", "website", "requestPayment"], "Swift has no such thing (\(page))")
    ) { a, _ in a },
    shown: ["tags", "logging", "objectLock"],
    notes: [
      "the region of the signature is the s3api's location, us-east-1 unless configured, and is checked by name",
      "LocationConstraint is taken if it is that name, and sent only for a bucket whose region differs",
      "access keys are TENANT:USER with tempauth and EC2 credentials with Keystone",
      "a DELETE of an unknown sub-resource deletes the bucket when it is empty (measured on 2.38.0)",
    ],
    // Measured on 2.38.0.
    sign: { $0.header("x-openstack-request-id").map { "x-openstack-request-id: \($0.prefix(40))" } },
    facetProblem: { facet, value in
      guard facet == "acl" else { return [] }
      return CannedACLs.problem(value, store: "Swift", takes: ["private", "public-read", "public-read-write"])
    })

  private static let page = "its S3 comparison matrix and 2.38.0, November 2026"
}
