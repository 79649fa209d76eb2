internal import CooperModel
public import CooperProvider

/// The random key of a state's lineage under which secrets are fingerprinted.
///
/// A fingerprint is `SALT.HMAC` in hexadecimal digits: the salt is random, so equal secrets don't show as equal ones, and a
/// renamed resource keeps its own. Who has the state can still try guesses; long random secrets are beyond guessing.
public struct FingerprintKey: Sendable {
  /// 64 hexadecimal digits, as the state keeps it.
  public let text: String
  private let key: HMACKey

  /// Nil unless the text is 64 lower-case hexadecimal digits.
  public init?(_ text: String) {
    guard text.utf8.count == 64, text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else { return nil }
    self.text = text
    key = HMACKey(Array(text.utf8))
  }

  private init(random: [UInt8]) {
    text = Digest.hex(random)
    key = HMACKey(Array(text.utf8))
  }

  public static func generate() -> FingerprintKey { FingerprintKey(random: AES256GCM.random(32)) }

  public func fingerprint(_ secret: Secret) -> String { fingerprint(secret, salt: Digest.hex(AES256GCM.random(8))) }

  /// True when the fingerprint was made of this secret under this key.
  public func matches(_ secret: Secret, _ fingerprint: String) -> Bool {
    let parts = fingerprint.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 2 && self.fingerprint(secret, salt: String(parts[0])) == fingerprint
  }

  private func fingerprint(_ secret: Secret, salt: String) -> String {
    secret.withBytes { bytes in
      var message = Array("cooper secret \(salt)\n".utf8)
      message.reserveCapacity(message.count + bytes.count)
      message += bytes
      defer { wipe(&message) }
      return salt + "." + Digest.hex(key.authenticate(message))
    }
  }
}
