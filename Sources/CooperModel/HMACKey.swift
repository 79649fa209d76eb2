internal import CLibCrypto

/// A key for HMAC-SHA256 that is set up once and used from any thread.
///
/// Safe to share: the keyed context is a template that is only ever duplicated after `init`, and
/// `EVP_MAC_CTX_dup` reads its source without changing it.
public final class HMACKey: @unchecked Sendable {
  private let template: OpaquePointer

  public convenience init(_ key: [UInt8]) { self.init(key.withUnsafeBytes { HMACKey.context(keyedWith: $0) }) }

  /// The bytes are copied into libcrypto's context, which wipes them when it is freed.
  public convenience init(_ key: UnsafeRawBufferPointer) { self.init(HMACKey.context(keyedWith: key)) }

  private init(_ template: OpaquePointer) { self.template = template }

  deinit { EVP_MAC_CTX_free(template) }

  public func authenticate(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { authenticate($0) } }

  public func authenticate(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Digest.sha256Count) { buffer, count in
      let context = EVP_MAC_CTX_dup(template)
      defer { EVP_MAC_CTX_free(context) }
      let done =
        context != nil
        && EVP_MAC_update(context, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count) == 1
        && EVP_MAC_final(context, buffer.baseAddress, &count, Digest.sha256Count) == 1
      precondition(done, "libcrypto failed to compute an HMAC")
    }
  }

  private static func context(keyedWith key: UnsafeRawBufferPointer) -> OpaquePointer {
    guard let context = EVP_MAC_CTX_new(Algorithms.hmac.pointer) else {
      preconditionFailure("libcrypto offers no HMAC")
    }
    var name = Array("SHA256".utf8CString)
    // A key of no bytes still needs an address: a null key means "keep the earlier one" to libcrypto.
    var noKey: UInt8 = 0
    let done = name.withUnsafeMutableBufferPointer { name in
      var parameters = [
        OSSL_PARAM_construct_utf8_string("digest", name.baseAddress, 0), OSSL_PARAM_construct_end(),
      ]
      return withUnsafePointer(to: &noKey) { noKey in
        let bytes = key.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? noKey
        return EVP_MAC_init(context, bytes, key.count, &parameters)
      }
    }
    precondition(done == 1, "libcrypto refused an HMAC key")
    return context
  }
}
