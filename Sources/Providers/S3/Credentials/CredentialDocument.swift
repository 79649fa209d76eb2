import CooperProvider
import CooperSchema
import CooperSigning

/// The JSON documents in which programs and endpoints hand out keys.
enum CredentialDocument {
  /// Names of the fields, which differ.
  struct Names: Sendable {
    var key = "AccessKeyId"
    var secret = "SecretAccessKey"
    var token = "SessionToken"
    var expiry = "Expiration"
    /// A program may hand out a lasting key, an endpoint never does.
    var needsToken = true

    /// What a `credential_process` prints (AWS SDKs and Tools Reference Guide, "Process credential provider").
    static let process = Names(needsToken: false)
    /// What containers and instances answer.
    static let endpoint = Names(token: "Token")
    /// What the portal of IAM Identity Center answers, within `roleCredentials`.
    static let portal = Names(
      key: "accessKeyId", secret: "secretAccessKey", token: "sessionToken", expiry: "expiration")
  }

  /// Words without anything of the document's values.
  struct Problem: Error {
    var words: String
  }

  static func value(_ bytes: [UInt8]) throws(Problem) -> Value {
    do throws(JSONSyntaxError) {
      return try ValueJSON.decode(bytes, limits: JSONLimits(depth: 20, bytes: 1 << 20))
    } catch {
      throw Problem(words: "no JSON")
    }
  }

  /// Reads keys that are still good at `now`.
  static func credentials(_ document: Value, _ names: Names, now: Double) throws(Problem) -> AWSCredentials {
    guard let id = text(document, names.key) else { throw Problem(words: "a document without \(names.key)") }
    guard let secret = text(document, names.secret) else {
      throw Problem(words: "a document without \(names.secret)")
    }
    let token = text(document, names.token)
    if names.needsToken, token == nil {
      throw Problem(words: "a document without \(names.token)")
    }
    var expiry: Double?
    switch document[names.expiry] {
    case nil, .null: break
    case .integer(let milliseconds): expiry = Double(milliseconds) / 1_000
    case .string(let words):
      guard let seconds = ServiceInstant.seconds(words) else {
        throw Problem(words: "a document whose \(names.expiry) is no instant")
      }
      expiry = seconds
    default: throw Problem(words: "a document whose \(names.expiry) is no instant")
    }
    if let expiry, expiry <= now {
      throw Problem(words: "keys that expired at \(ServiceInstant.text(expiry))")
    }
    return AWSCredentials(
      accessKeyId: id, secretAccessKey: Secret(secret), sessionToken: token.map { Secret($0) }, expiry: expiry)
  }

  private static func text(_ document: Value, _ name: String) -> String? {
    document[name]?.string.flatMap { $0.isEmpty ? nil : $0 }
  }
}
