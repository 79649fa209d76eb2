internal import CooperModel
public import CooperProvider

/// The one place a sealed text is good for.
public struct SealedPlace: Sendable, Hashable {
  public var project: String
  /// E.g. `connections.minio.access.secretAccessKey`.
  public var field: String

  public init(project: String, field: String) {
    self.project = project
    self.field = field
  }

  /// No part can run into the next: a project's name holds no line break.
  fileprivate var bytes: [UInt8] { Array("cooper sealed v1\n\(project)\n\(field)".utf8) }

  /// Sixteen digits that change with the place, so that a moved text is told from a damaged one.
  fileprivate var mark: String { Digest.hex(Array(Digest.sha256(bytes).prefix(8))) }
}

/// A secret as it stands in a repository: `sealed:v1.KEY.PLACE.DATA`.
///
/// KEY is the key's id, PLACE tells where it belongs, DATA is nonce, ciphertext and tag of AES-256-GCM. Everything in
/// front of DATA and the place itself are authenticated with it. The plain text is padded to whole 32 bytes, so that the
/// length of a password doesn't show.
public struct SealedText: Sendable, Hashable, CustomStringConvertible {
  public static let scheme = "sealed:"
  /// The longest secret that can be sealed, in bytes.
  public static let limit = 1 << 16

  /// Why a sealed text can't be read or opened.
  public enum Problem: Error, Sendable, Hashable {
    /// Not of this form; the words say what is missing.
    case malformed(String)
    /// A later version of the form.
    case unknownVersion(String)
    /// None of the given keys made it.
    case noKey(id: String)
    /// Made for another project or field.
    case elsewhere
    /// The right key and place, but the data was changed or cut.
    case damaged
  }

  public let keyID: String
  private let mark: String
  private let data: [UInt8]

  public var description: String { "\(Self.scheme)v1.\(keyID).\(mark).\(Base64URL.encode(data))" }

  /// Reads the text; says what is wrong with it.
  public init(_ text: String) throws(Problem) {
    guard text.hasPrefix(Self.scheme) else { throw .malformed("it does not begin with sealed:") }
    let parts = text.dropFirst(Self.scheme.count).split(separator: ".", omittingEmptySubsequences: false)
    guard let version = parts.first, version.utf8.first == UInt8(ascii: "v"),
      version.utf8.dropFirst().allSatisfy({ (0x30...0x39).contains($0) }), version.utf8.count > 1
    else { throw .malformed("it names no version, as sealed:v1. does") }
    guard version == "v1" else { throw .unknownVersion(String(version.prefix(8))) }
    guard parts.count == 4 else { throw .malformed("it has \(parts.count) parts, not 4; was it cut?") }
    guard Self.isID(parts[1]), Self.isID(parts[2]) else { throw .malformed("its key or its place is not 16 digits") }
    guard let data = Base64URL.decode(parts[3]) else { throw .malformed("its data is not base 64; was it cut?") }
    guard data.count >= AES256GCM.nonceCount + AES256GCM.tagCount, data.count <= 2 * Self.limit else {
      throw .malformed("its data has an impossible length; was it cut?")
    }
    keyID = String(parts[1])
    mark = String(parts[2])
    self.data = data
  }

  /// Seals a secret for one place; nil when it is longer than the limit.
  public init?(_ secret: Secret, for place: SealedPlace, with key: SealingKey) {
    let keyID = key.id
    let mark = place.mark
    let nonce = AES256GCM.random(AES256GCM.nonceCount)
    let binding = Self.binding(keyID, mark, place)
    let sealed: [UInt8]? = secret.withBytes { bytes in
      guard bytes.count <= Self.limit else { return nil }
      var plain = withUnsafeBytes(of: UInt32(bytes.count).bigEndian) { Array($0) }
      // Room for all of it, so that no half of it stays behind in memory that grew.
      plain.reserveCapacity(bytes.count + 36)
      plain += bytes
      plain += [UInt8](repeating: 0, count: (32 - plain.count % 32) % 32)
      defer { wipe(&plain) }
      return plain.withUnsafeBytes { plain in
        key.secret.withBytes { key in
          AES256GCM.seal(plain, key: UnsafeRawBufferPointer(key), nonce: nonce, binding: binding)
        }
      }
    }
    guard let sealed else { return nil }
    self.keyID = keyID
    self.mark = mark
    data = nonce + sealed
  }

  /// The secret, when one of the keys made it for this very place.
  public func open(for place: SealedPlace, with keys: [SealingKey]) throws(Problem) -> Secret {
    guard mark == place.mark else { throw .elsewhere }
    guard let key = keys.first(where: { $0.id == keyID }) else { throw .noKey(id: keyID) }
    let nonce = Array(data.prefix(AES256GCM.nonceCount))
    let secret: Secret?? = key.secret.withBytes { key in
      AES256GCM.open(
        data.dropFirst(AES256GCM.nonceCount), key: UnsafeRawBufferPointer(key), nonce: nonce,
        binding: Self.binding(keyID, mark, place)
      ) { plain in
        guard plain.count >= 4 else { return Secret?.none }
        let count = plain.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        guard count <= plain.count - 4 else { return nil }
        return Secret(UnsafeRawBufferPointer(rebasing: plain[4..<4 + count]))
      }
    }
    guard let secret = secret ?? nil else { throw .damaged }
    return secret
  }

  private static func binding(_ keyID: String, _ mark: String, _ place: SealedPlace) -> [UInt8] {
    Array("v1.\(keyID).\(mark)\n".utf8) + place.bytes
  }

  private static func isID(_ text: Substring) -> Bool {
    text.utf8.count == 16
      && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) }
  }
}
