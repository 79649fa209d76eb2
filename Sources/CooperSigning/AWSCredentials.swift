internal import CooperModel
public import CooperProvider

/// An access key of AWS or a compatible store, long-lived or from STS.
public struct AWSCredentials: Sendable {
  /// Names the key in requests and messages; it is no secret.
  public let accessKeyId: String
  public let secretAccessKey: Secret
  public let sessionToken: Secret?
  /// Seconds since 1970 after which the key is refused; nil for long-lived keys.
  public let expiry: Double?
  /// The id came from a field for secrets: messages don't repeat it, although it is in every request.
  public let hidesKeyId: Bool
  /// Tells two secrets apart without holding them: SHA-256 of the secret key.
  let fingerprint: [UInt8]

  public init(
    accessKeyId: String, secretAccessKey: Secret, sessionToken: Secret? = nil, expiry: Double? = nil,
    hidesKeyId: Bool = false
  ) {
    self.hidesKeyId = hidesKeyId
    self.accessKeyId = accessKeyId
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
    self.expiry = expiry
    fingerprint = secretAccessKey.withBytes { Digest.sha256(UnsafeRawBufferPointer($0)) }
  }
}
