internal import CooperModel
public import CooperSchema

/// A role as `aws iam create-role --cli-input-json file://…` reads it.
public enum RoleDocument {
  /// An hour, what IAM gives a role that names nothing (IAM API Reference, CreateRole).
  public static let standardSession = TimeSpan(seconds: 3600)

  static func input(of subject: DocumentSubject) throws(DocumentProblem) -> DocumentNode {
    let role = try TrustPolicy.role(of: subject, .role)
    // The command takes the policy as a text.
    let trust = JSONText.document(try TrustPolicy.document(of: subject))
    return .fields([
      "RoleName": .text(role.name), "Description": role.description.map { .text($0) },
      "MaxSessionDuration": .number((role.maxSession ?? standardSession).seconds),
      "AssumeRolePolicyDocument": .lines(trust),
    ])
  }
}
