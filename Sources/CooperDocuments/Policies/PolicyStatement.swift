/// Statements and documents of AWS policies, keys in the order in which people write them.
enum PolicyStatement {
  static let version = "2012-10-17"

  static func allow(
    sid: String? = nil, principal: DocumentNode? = nil, _ actions: [String], on resources: [String],
    condition: DocumentNode? = nil
  ) -> DocumentNode {
    .fields([
      "Sid": sid.map { .text($0) }, "Effect": "Allow", "Principal": principal, "Action": .texts(actions),
      "Resource": .texts(resources), "Condition": condition,
    ])
  }

  static func document(_ statements: [DocumentNode]) -> DocumentNode {
    ["Version": .text(version), "Statement": .list(statements)]
  }
}
