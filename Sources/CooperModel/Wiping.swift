internal import CLibCrypto

/// Overwrites memory that held a secret; libcrypto promises that no compiler leaves it out (OPENSSL_cleanse(3)).
public func wipe(_ bytes: UnsafeMutableRawBufferPointer) {
  guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
  OPENSSL_cleanse(base, bytes.count)
}

/// Overwrites an array in place when nobody else holds it.
public func wipe(_ bytes: inout [UInt8]) { bytes.withUnsafeMutableBytes { wipe($0) } }
