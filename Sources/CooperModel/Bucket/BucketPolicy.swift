public import CooperSchema

/// A bucket policy: an IAM document that is compared by meaning, not as text.
public struct BucketPolicy: SchemaValue {
  /// Bytes of the whole document (S3 User Guide, bucket policies).
  public static let sizeLimit = 20_480

  /// As written; a map with `Version` and `Statement`.
  public var document: Value

  public init(_ document: Value) { self.document = document }

  public static var shape: Shape { .document(.iamPolicy) }

  public init(value: Value) throws(SchemaMismatch) {
    guard value.map != nil else { throw SchemaMismatch(expected: "a policy document") }
    document = value
  }

  public var value: Value { document }

  /// The statements, of which a single one may stand without a list.
  public var statements: [Value] {
    guard let statement = document["Statement"] else { return [] }
    return statement.list ?? [statement]
  }

  public static let facet = FacetSchema(
    name: "policy", shape: shape, summary: "Who may do what with the bucket, as an IAM document.",
    example: """
      { Statement: [{ Sid: TLSOnly, Effect: Deny, Principal: "*", Action: "s3:*", Resource: $(self.arn)/*,
        Condition: { Bool: { "aws:SecureTransport": "false" } } }] }
      """, cleared: .map(ValueMap()), overwriteNeedsConsent: true, problems: bucketPolicyProblems)
}
