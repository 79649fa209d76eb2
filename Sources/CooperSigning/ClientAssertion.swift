internal import CLibCrypto
internal import CooperModel
public import CooperProvider

/// A certificate with its key, as an application signs in with it: a token whose header names the certificate.
///
/// Source: Microsoft identity platform, "Certificate credentials": PS256, and the SHA-256 of the certificate as
/// `x5t#S256`.
public struct ClientAssertion: Sendable {
  /// Why a PEM text can't be used, in words without any of it.
  public struct Problem: Error, Sendable, Hashable {
    public var words: String
  }

  private let pem: Secret
  /// SHA-256 of the certificate's DER form, base 64 of URLs.
  public let thumbprint: String

  /// Takes PEM with a certificate and an RSA key, in any order.
  public init(pem: Secret) throws(Problem) {
    guard let der = pem.withBytes({ Self.certificate(UnsafeRawBufferPointer($0)) }) else {
      throw Problem(words: "holds no certificate in PEM form")
    }
    self.pem = pem
    thumbprint = Base64.encodeURL(Digest.sha256(der))
    // A key that can't sign is told now, not at the first call.
    _ = try signature(of: [])
  }

  /// The signed token over claims that are JSON already.
  public func token(claims: [UInt8]) throws(Problem) -> Secret {
    let header = "{\"alg\":\"PS256\",\"typ\":\"JWT\",\"x5t#S256\":\"\(thumbprint)\"}"
    let signed = Base64.encodeURL(Array(header.utf8)) + "." + Base64.encodeURL(claims)
    return Secret(signed + "." + Base64.encodeURL(try signature(of: Array(signed.utf8))))
  }

  private func signature(of bytes: [UInt8]) throws(Problem) -> [UInt8] {
    let signature = pem.withBytes { Self.sign(bytes, UnsafeRawBufferPointer($0)) }
    guard let signature else { throw Problem(words: "holds no RSA key without a password in PEM form") }
    return signature
  }

  private static func certificate(_ pem: UnsafeRawBufferPointer) -> [UInt8]? {
    guard let source = BIO_new_mem_buf(pem.baseAddress, Int32(pem.count)) else { return nil }
    defer { BIO_free(source) }
    guard let certificate = PEM_read_bio_X509(source, nil, nil, nil) else { return nil }
    defer { X509_free(certificate) }
    let length = i2d_X509(certificate, nil)
    guard length > 0 else { return nil }
    return [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
      var place = buffer.baseAddress
      count = Int(max(0, i2d_X509(certificate, &place)))
    }
  }

  /// RSASSA-PSS with SHA-256 and a salt as long as the digest (RFC 7518, section 3.5).
  private static func sign(_ bytes: [UInt8], _ pem: UnsafeRawBufferPointer) -> [UInt8]? {
    guard let source = BIO_new_mem_buf(pem.baseAddress, Int32(pem.count)) else { return nil }
    defer { BIO_free(source) }
    // Without a way to ask, libcrypto would ask for a password on the terminal.
    guard let key = PEM_read_bio_PrivateKey(source, nil, { _, _, _, _ in 0 }, nil) else { return nil }
    defer { EVP_PKEY_free(key) }
    guard EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA, let context = EVP_MD_CTX_new() else { return nil }
    defer { EVP_MD_CTX_free(context) }
    var options: OpaquePointer?
    guard EVP_DigestSignInit(context, &options, EVP_sha256(), nil, key) == 1,
      EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1,
      EVP_PKEY_CTX_set_rsa_pss_saltlen(options, Int32(Digest.sha256Count)) == 1
    else { return nil }
    var length = 0
    guard EVP_DigestSign(context, nil, &length, bytes, bytes.count) == 1 else { return nil }
    let signature = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
      var written = length
      let done = EVP_DigestSign(context, buffer.baseAddress, &written, bytes, bytes.count)
      count = done == 1 ? written : 0
    }
    return signature.isEmpty ? nil : signature
  }
}
