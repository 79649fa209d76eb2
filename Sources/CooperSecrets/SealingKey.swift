internal import CooperModel
public import CooperProvider

/// A key that seals secrets: 256 random bits that never leave memory but as the text of a key file.
public struct SealingKey: Sendable {
  /// What a key's text begins with; the rest is 32 bytes in base 64 (RFC 4648 section 5).
  public static let prefix = "cooper-key:v1:"

  let secret: Secret
  /// Names the key in what it sealed; 16 hexadecimal digits that tell nothing about it.
  public let id: String

  init(bytes: [UInt8]) {
    secret = Secret(bytes)
    id = secret.withBytes { bytes in
      Digest.hex(
        Array(HMACKey(UnsafeRawBufferPointer(bytes)).authenticate(Array("cooper sealing key id".utf8)).prefix(8)))
    }
  }

  /// Reads the text of a key; nil when it is none.
  public init?(text: Secret) {
    let prefix = Array(Self.prefix.utf8)
    let decoded: [UInt8]? = text.withBytes { bytes in
      guard bytes.starts(with: prefix) else { return nil }
      return Base64URL.decode(String(decoding: bytes.dropFirst(prefix.count), as: UTF8.self))
    }
    guard var decoded, decoded.count == AES256GCM.keyCount else { return nil }
    defer { wipe(&decoded) }
    self.init(bytes: decoded)
  }

  /// A new random key.
  public static func generate() -> SealingKey {
    var bytes = AES256GCM.random(AES256GCM.keyCount)
    defer { wipe(&bytes) }
    return SealingKey(bytes: bytes)
  }

  /// The key as its file holds it, with a line's end.
  public var text: Secret {
    secret.withBytes { bytes in
      var text = Array((Self.prefix + Base64URL.encode(bytes) + "\n").utf8)
      defer { wipe(&text) }
      return Secret(text)
    }
  }
}
