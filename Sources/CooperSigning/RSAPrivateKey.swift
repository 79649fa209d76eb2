internal import CLibCrypto
internal import CooperModel
public import CooperProvider

/// What is wrong with a private key, in words that don't repeat it.
public struct RSAKeyProblem: Error, Sendable, Hashable {
  public var words: String

  public init(words: String) { self.words = words }
}

/// A private RSA key in libcrypto's hands; every RSA signature of Cooper is made here.
///
/// `@unchecked Sendable`: the pointer is set once in `init`, freed only in `deinit`, and nothing writes through it in
/// between; each signature has a context of its own, and libcrypto only reads the key (OpenSSL, openssl-threads(7)).
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

  /// How what is signed is padded; both with SHA-256.
  public enum Padding: Sendable {
    /// RSASSA-PKCS1-v1_5, `RS256` (RFC 7518 section 3.3).
    case pkcs1
    /// RSASSA-PSS with a salt as long as the digest, `PS256` (RFC 7518 section 3.5).
    case pss
  }

  public func signature(of bytes: [UInt8], padding: Padding = .pkcs1) throws(RSAKeyProblem) -> [UInt8] {
    guard let context = EVP_MD_CTX_new(), let digest = EVP_sha256() else {
      throw RSAKeyProblem(words: "libcrypto has no SHA-256")
    }
    defer { EVP_MD_CTX_free(context) }
    var length = 0
    var options: OpaquePointer?
    guard EVP_DigestSignInit(context, &options, digest, nil, key) == 1, Self.pad(padding, options),
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

  private static func pad(_ padding: Padding, _ options: OpaquePointer?) -> Bool {
    switch padding {
    case .pkcs1: true
    case .pss:
      EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1
        && EVP_PKEY_CTX_set_rsa_pss_saltlen(options, Int32(Digest.sha256Count)) == 1
    }
  }

  /// The bytes between the first pair of marks of a private key.
  private static func der(_ pem: UnsafeBufferPointer<UInt8>) throws(RSAKeyProblem) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(pem.count)
    var isInside = false
    for whole in pem.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      // Editors leave blanks behind marks.
      var line = whole
      while let last = line.last, last == 0x20 || last == 0x09 { line.removeLast() }
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
