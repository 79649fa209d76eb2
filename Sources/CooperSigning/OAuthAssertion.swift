internal import CLibCrypto
internal import CooperModel
public import CooperProvider
public import CooperSchema

/// A JSON Web Token signed with RS256, as a service proves to a token endpoint who it is.
///
/// RFC 7515 and 7519; the bearer grant is RFC 7523. A function of header, claims and key.
public enum OAuthAssertion {
  /// The token; whoever has it is the service until it ends, so it is a secret.
  public static func token(header: ValueMap, claims: ValueMap, key: RSAPrivateKey) throws(RSAKeyProblem) -> Secret {
    var header = header
    header["alg"] = "RS256"
    header["typ"] = "JWT"
    let parts = [header, claims].map { Base64.encodeURL(ValueJSON.encode(.map($0), pretty: false)) }
    let text = parts.joined(separator: ".")
    return Secret(text + "." + Base64.encodeURL(try key.signature(of: Array(text.utf8))))
  }
}

/// What is wrong with a private key, in words that don't repeat it.
public struct RSAKeyProblem: Error, Sendable, Hashable {
  public var words: String

  public init(words: String) { self.words = words }
}

/// A private RSA key in libcrypto's hands.
///
/// Safe to share: it isn't changed after `init`, and libcrypto signs with one key from many threads.
public final class RSAPrivateKey: @unchecked Sendable {
  private let key: OpaquePointer

  /// Reads PEM text, PKCS #8 (`PRIVATE KEY`) or PKCS #1 (`RSA PRIVATE KEY`); what stands around it is passed over.
  public init(pem: Secret) throws(RSAKeyProblem) {
    let decoded = pem.withBytes { bytes in Result { () throws(RSAKeyProblem) in try Self.der(bytes) } }
    var der = try decoded.get()
    defer { wipe(&der) }
    let key = der.withUnsafeBufferPointer { buffer in
      var start = buffer.baseAddress
      return d2i_AutoPrivateKey(nil, &start, buffer.count)
    }
    guard let key else { throw RSAKeyProblem(words: "the private key can't be read") }
    guard EVP_PKEY_is_a(key, "RSA") == 1 else {
      EVP_PKEY_free(key)
      throw RSAKeyProblem(words: "the private key is no RSA key")
    }
    self.key = key
  }

  deinit { EVP_PKEY_free(key) }

  /// RSASSA-PKCS1-v1_5 with SHA-256, RFC 7518 section 3.3.
  public func signature(of bytes: [UInt8]) throws(RSAKeyProblem) -> [UInt8] {
    guard let context = EVP_MD_CTX_new(), let digest = EVP_sha256() else {
      throw RSAKeyProblem(words: "libcrypto has no SHA-256")
    }
    defer { EVP_MD_CTX_free(context) }
    var length = 0
    guard EVP_DigestSignInit(context, nil, digest, nil, key) == 1,
      EVP_DigestSign(context, nil, &length, bytes, bytes.count) == 1
    else { throw RSAKeyProblem(words: "libcrypto refuses to sign with the private key") }
    var isSigned = false
    let signature = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
      count = length
      isSigned = EVP_DigestSign(context, buffer.baseAddress, &count, bytes, bytes.count) == 1
      if !isSigned { count = 0 }
    }
    guard isSigned else { throw RSAKeyProblem(words: "libcrypto refuses to sign with the private key") }
    return signature
  }

  /// The bytes between the first pair of marks of a private key.
  private static func der(_ pem: UnsafeBufferPointer<UInt8>) throws(RSAKeyProblem) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(pem.count)
    var isInside = false
    for line in pem.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      if line.starts(with: "-----".utf8) {
        if isInside { break }
        let isKey =
          line.elementsEqual("-----BEGIN PRIVATE KEY-----".utf8)
          || line.elementsEqual("-----BEGIN RSA PRIVATE KEY-----".utf8)
        if line.elementsEqual("-----BEGIN ENCRYPTED PRIVATE KEY-----".utf8) {
          throw RSAKeyProblem(words: "the private key is encrypted with a passphrase")
        }
        isInside = isKey
      } else if isInside {
        // In PEM each line ends on a whole group.
        guard let part = Base64.decode(line.filter { $0 != 0x20 }) else {
          throw RSAKeyProblem(words: "the private key is no base 64")
        }
        bytes += part
      }
    }
    guard !bytes.isEmpty else { throw RSAKeyProblem(words: "there is no private key in PEM form") }
    return bytes
  }
}
