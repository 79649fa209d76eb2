extension S3Dialect {
  /// Any other store that speaks the protocol; nothing is known of it, so nothing is ruled out before it is asked.
  static let generic = S3Dialect(
    name: "s3", summary: "Any other store with the S3 protocol.", identity: .withTokenEndpoint)
}
