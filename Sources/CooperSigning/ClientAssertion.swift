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

  private let key: RSAPrivateKey
  /// SHA-256 of the certificate's DER form, base 64 of URLs.
  public let thumbprint: String

  /// Takes PEM with a certificate and an RSA key, in any order.
  public init(pem: Secret) throws(Problem) {
    guard let der = pem.withBytes({ Self.certificate(UnsafeRawBufferPointer($0)) }) else {
      throw Problem(words: "holds no certificate in PEM form")
    }
    thumbprint = Base64.encodeURL(Digest.sha256(der))
    do throws(RSAKeyProblem) {
      key = try RSAPrivateKey(pem: pem)
    } catch {
      throw Problem(words: "holds no RSA key without a password in PEM form")
    }
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
    do throws(RSAKeyProblem) {
      return try key.signature(of: bytes, padding: .pss)
    } catch {
      throw Problem(words: "holds no RSA key without a password in PEM form")
    }
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
}
