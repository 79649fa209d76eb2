import CooperProvider
import CooperSigning

/// Asks who is signed in (STS API Reference, GetCallerIdentity); no policy can deny it.
enum GetCallerIdentity {
  static let call = Call(
    .post, service: "sts",
    body: STSForm.body([QueryItem("Action", "GetCallerIdentity"), QueryItem("Version", STSForm.version)]),
    permissions: [])

  /// `source` is asked after the call, when the credentials have been found.
  static func procedure(source: @escaping @Sendable () -> String) -> any Procedure<SignedInIdentity> {
    SingleCall<SignedInIdentity>(call) { (reply) throws(CallFailure) in
      let root = try S3XML.document(reply, root: "GetCallerIdentityResponse", to: call)
      guard let result = root?.child("GetCallerIdentityResult"), let arn = result.text("Arn") else {
        throw CallFailure(
          .protocolBroken, code: "AWS0014", "STS answered GetCallerIdentity without an ARN", status: reply.status,
          call: call.line)
      }
      return SignedInIdentity(account: result.text("Account"), principal: principal(arn), source: source())
    }
  }

  /// `assumed-role/dev/ana` of `arn:aws:sts::111122223333:assumed-role/dev/ana`.
  private static func principal(_ arn: String) -> String {
    arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false).last.map(String.init) ?? arn
  }
}
