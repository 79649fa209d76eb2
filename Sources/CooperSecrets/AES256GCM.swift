internal import CLibCrypto

/// AES-256 in Galois/Counter Mode with a 96-bit nonce and a 128-bit tag (NIST SP 800-38D), over libcrypto.
enum AES256GCM {
  static let keyCount = 32
  static let nonceCount = 12
  static let tagCount = 16

  /// Returns ciphertext and tag; the nonce must never be used twice with one key.
  static func seal(
    _ plain: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer, nonce: [UInt8], binding: [UInt8]
  ) -> [UInt8] {
    precondition(key.count == keyCount && nonce.count == nonceCount)
    var sealed = [UInt8](repeating: 0, count: plain.count + tagCount)
    let isDone = sealed.withUnsafeMutableBytes { out in
      guard let context = EVP_CIPHER_CTX_new() else { return false }
      defer { EVP_CIPHER_CTX_free(context) }
      var count: Int32 = 0
      return EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nil, bytes(key), nonce) == 1
        && EVP_EncryptUpdate(context, nil, &count, binding, Int32(binding.count)) == 1
        && EVP_EncryptUpdate(context, mutable(out), &count, bytes(plain), Int32(plain.count)) == 1
        && EVP_EncryptFinal_ex(context, mutable(out)?.advanced(by: plain.count), &count) == 1
        && EVP_CIPHER_CTX_ctrl(
          context, EVP_CTRL_AEAD_GET_TAG, Int32(tagCount), out.baseAddress?.advanced(by: plain.count)) == 1
    }
    precondition(isDone, "libcrypto failed to encrypt")
    return sealed
  }

  /// Lends the plain bytes when ciphertext, tag, key, nonce and binding belong together, else nil; wipes them after.
  static func open<R>(
    _ sealed: ArraySlice<UInt8>, key: UnsafeRawBufferPointer, nonce: [UInt8], binding: [UInt8],
    _ body: (UnsafeRawBufferPointer) -> R
  ) -> R? {
    guard sealed.count >= tagCount, key.count == keyCount, nonce.count == nonceCount else { return nil }
    var tag = Array(sealed.suffix(tagCount))
    let cipher = Array(sealed.dropLast(tagCount))
    let plain = UnsafeMutableRawBufferPointer.allocate(byteCount: max(cipher.count, 1), alignment: 1)
    defer {
      OPENSSL_cleanse(plain.baseAddress, plain.count)
      plain.deallocate()
    }
    guard let context = EVP_CIPHER_CTX_new() else { return nil }
    defer { EVP_CIPHER_CTX_free(context) }
    var count: Int32 = 0
    let isGood =
      EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nil, bytes(key), nonce) == 1
      && EVP_DecryptUpdate(context, nil, &count, binding, Int32(binding.count)) == 1
      && EVP_DecryptUpdate(context, mutable(plain), &count, cipher, Int32(cipher.count)) == 1
      && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagCount), &tag) == 1
      && EVP_DecryptFinal_ex(context, mutable(plain)?.advanced(by: cipher.count), &count) == 1
    guard isGood else { return nil }
    return body(UnsafeRawBufferPointer(rebasing: plain[..<cipher.count]))
  }

  /// Random bytes from libcrypto's generator, which the kernel seeds.
  static func random(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      precondition(RAND_bytes(buffer.baseAddress, Int32(count)) == 1, "libcrypto has no random numbers")
      filled = count
    }
  }

  private static func bytes(_ buffer: UnsafeRawBufferPointer) -> UnsafePointer<UInt8>? {
    buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
  }

  private static func mutable(_ buffer: UnsafeMutableRawBufferPointer) -> UnsafeMutablePointer<UInt8>? {
    buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
  }
}
