/// One statement of a role's trust for each party (systems.md section 8).
public enum TrustStatement {
  /// FB-30: the user that Flashback acts as, exactly.
  public static let flashbackUser = "arn:aws:iam::314146316322:user/flashback"

  /// T-FLASHBACK.
  public static func flashback(externalId: String) -> DocumentNode {
    assume(flashbackUser, externalId: externalId)
  }

  /// T-PALETTE: account and external id are what Palette says of itself (PA-10).
  public static func palette(account: String, externalId: String, partition: String = "aws") -> DocumentNode {
    assume("arn:\(partition):iam::\(account):root", externalId: externalId)
  }

  /// T-ACCOUNT: an account, a user or a role, by ARN or by the number of an account.
  public static func account(_ principal: String, externalId: String? = nil, partition: String = "aws") -> DocumentNode
  {
    let isNumber = principal.utf8.count == 12 && principal.utf8.allSatisfy { (0x30...0x39).contains($0) }
    return assume(isNumber ? "arn:\(partition):iam::\(principal):root" : principal, externalId: externalId)
  }

  /// A service of AWS itself.
  public static func service(_ name: String) -> DocumentNode {
    ["Effect": "Allow", "Principal": ["Service": .text(name)], "Action": "sts:AssumeRole"]
  }

  /// T-IRSA, and any other issuer: a subject with `*` or `?` in it is compared by StringLike.
  public static func webIdentity(
    host: String, subject: String, audience: String?, account: String, partition: String = "aws"
  ) -> DocumentNode {
    let audience: DocumentNode.Field = .init(host + ":aud", .text(audience ?? "sts.amazonaws.com"))
    let subject: (field: DocumentNode.Field, isPattern: Bool) = (
      .init(host + ":sub", .text(subject)), subject.contains { $0 == "*" || $0 == "?" }
    )
    return [
      "Effect": "Allow",
      "Principal": ["Federated": .text("arn:\(partition):iam::\(account):oidc-provider/\(host)")],
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Condition": subject.isPattern
        ? ["StringLike": .map([subject.field]), "StringEquals": .map([audience])]
        : ["StringEquals": .map([subject.field, audience])],
    ]
  }

  private static func assume(_ principal: String, externalId: String?) -> DocumentNode {
    .fields([
      "Effect": "Allow", "Principal": ["AWS": .text(principal)], "Action": "sts:AssumeRole",
      "Condition": externalId.map { ["StringEquals": ["sts:ExternalId": .text($0)]] },
    ])
  }
}
