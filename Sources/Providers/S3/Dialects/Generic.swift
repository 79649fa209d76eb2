extension S3Dialect {
  /// Any other store that speaks the protocol: nothing is known of it, so nothing is ruled out before it is asked, and
  /// what a look can't tell is told by the answer to the write.
  static let generic = S3Dialect(
    name: "s3", summary: "Any other store with the S3 protocol.", identity: .withTokenEndpoint,
    unsure: Dictionary(
      facets.map { ($0, "nothing is known of the store beforehand") }, uniquingKeysWith: { first, _ in first }),
    notes: [
      "nothing is ruled out beforehand: a facet is read before its first write, and what answers with another document, "
        + "405 or 501 is told at plan time as lacking",
      "sts: gives it a place to ask who is signed in",
    ])
}
