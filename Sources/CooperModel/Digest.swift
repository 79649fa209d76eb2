internal import CLibCrypto

/// Digests and their spellings, over libcrypto; plan digests, state fingerprints and signatures share them.
public enum Digest {
  /// Bytes of a SHA-256 digest.
  public static let sha256Count = 32

  public static func sha256(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { sha256($0) } }

  public static func sha256(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    guard let digest = hash(bytes, with: Algorithms.sha256) else {
      preconditionFailure("libcrypto offers no SHA-256")
    }
    return digest
  }

  public static func sha256Hex(_ bytes: [UInt8]) -> String { hex(sha256(bytes)) }

  /// Returns nil where the system's cryptographic policy forbids MD5 (FIPS).
  public static func md5(_ bytes: [UInt8]) -> [UInt8]? {
    bytes.withUnsafeBytes { hash($0, with: Algorithms.md5) }
  }

  /// For names that others chose by it, never for security; nil where the system's policy forbids SHA-1.
  public static func sha1(_ bytes: [UInt8]) -> [UInt8]? {
    bytes.withUnsafeBytes { hash($0, with: Algorithms.sha1) }
  }

  /// Keys a new context each time; keep an `HMACKey` where a key is used more than once.
  public static func hmacSHA256(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
    HMACKey(key).authenticate(bytes)
  }

  /// Lower-case hexadecimal digits.
  public static func hex(_ bytes: [UInt8]) -> String { String(decoding: hexBytes(bytes), as: UTF8.self) }

  /// Lower-case hexadecimal digits as ASCII.
  public static func hexBytes(_ bytes: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: bytes.count * 2) { buffer, count in
      for byte in bytes {
        buffer[count] = digit(byte >> 4)
        buffer[count + 1] = digit(byte & 15)
        count += 2
      }
    }
  }

  private static func digit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x57 + nibble }

  /// Base 64 with padding, RFC 4648 section 4.
  public static func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let rest = bytes.count - start
      let group =
        UInt32(bytes[start]) << 16 | (rest > 1 ? UInt32(bytes[start + 1]) << 8 : 0)
        | (rest > 2 ? UInt32(bytes[start + 2]) : 0)
      text.append(alphabet[Int(group >> 18 & 63)])
      text.append(alphabet[Int(group >> 12 & 63)])
      text.append(rest > 1 ? alphabet[Int(group >> 6 & 63)] : UInt8(ascii: "="))
      text.append(rest > 2 ? alphabet[Int(group & 63)] : UInt8(ascii: "="))
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func hash(_ bytes: UnsafeRawBufferPointer, with algorithm: Algorithms.Fetched) -> [UInt8]? {
    guard let algorithm = algorithm.pointer else { return nil }
    var written: UInt32 = 0
    let digest = [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, count in
      let done = EVP_Digest(bytes.baseAddress, bytes.count, buffer.baseAddress, &written, algorithm, nil)
      count = done == 1 ? Int(written) : 0
    }
    return digest.isEmpty ? nil : digest
  }
}

/// Algorithms fetched once: OpenSSL 3 searches its providers anew at every use of an unfetched one.
enum Algorithms {
  /// Safe to share: libcrypto's method objects are immutable and reference counted, and these are never freed.
  struct Fetched: @unchecked Sendable {
    let pointer: OpaquePointer?
  }

  static let sha256 = Fetched(pointer: EVP_MD_fetch(nil, "SHA256", nil))
  static let sha1 = Fetched(pointer: EVP_MD_fetch(nil, "SHA1", nil))
  static let md5 = Fetched(pointer: EVP_MD_fetch(nil, "MD5", nil))
  static let hmac = Fetched(pointer: EVP_MAC_fetch(nil, "HMAC", nil))
}
