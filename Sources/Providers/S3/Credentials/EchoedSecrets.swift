import CooperProvider
import CooperSigning

extension Reply {
  /// Without the session token, and the key's id when it came from a secret field, should a refusal repeat them, as AWS does
  /// in `<Token-0>` and servers do that show the request.
  ///
  /// The secret key itself is never sent, so nothing can repeat it.
  func withoutSecrets(of credentials: AWSCredentials) -> Reply {
    var hidden = [credentials.sessionToken].compactMap { $0 }
    if credentials.hidesKeyId { hidden.append(Secret(credentials.accessKeyId)) }
    return hiding(hidden)
  }
}
