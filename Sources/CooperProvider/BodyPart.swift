internal import CooperModel
public import CooperSchema

/// A piece of a body that is put together at the moment of sending, so that no call, plan or log ever holds a secret.
public indirect enum BodyPart: Sendable, Hashable {
  case bytes([UInt8])
  case secret(SecretUse)
  /// What is inside as standard base64.
  case base64([BodyPart])
  /// What is inside as the content of a JSON string, without the quotation marks.
  case json([BodyPart])
  /// What is inside as a value of a form, percent-encoded.
  case form([BodyPart])

  public static func text(_ text: String) -> BodyPart { .bytes(Array(text.utf8)) }
}

/// A secret that a body carries.
public struct SecretUse: Sendable, Hashable {
  /// A reference such as `env:NAME`, or `output:` and the name of a secret output.
  public var reference: Value
  /// The field it comes from, for messages, e.g. `identities.fb.secretAccessKey`.
  public var field: String
  /// The member of a JSON document that is meant, where the secret is one: `private_key` of a Google key (R-07).
  public var member: String?

  public init(_ reference: Value, field: String, member: String? = nil) {
    self.reference = reference
    self.field = field
    self.member = member
  }

  /// How a reference to a secret output is written; no YAML can hold it. Behind `#` may stand how often the secret was
  /// exchanged, so that what carries it changes with it.
  public static let outputScheme = "output:"

  /// The secret output it means, e.g. `identities.hk.secretAccessKey`; nil for a reference of the YAML.
  public var output: String? {
    guard let text = reference.string, text.hasPrefix(Self.outputScheme) else { return nil }
    return text.dropFirst(Self.outputScheme.count).split(separator: "#").first.map(String.init)
  }
}

extension [BodyPart] {
  /// Every secret in it.
  public var secrets: [SecretUse] {
    flatMap { part -> [SecretUse] in
      switch part {
      case .bytes: []
      case .secret(let use): [use]
      case .base64(let parts), .json(let parts), .form(let parts): parts.secrets
      }
    }
  }

  /// The bytes, with each secret in its place; who gets them wipes them.
  public func filled(_ secret: (SecretUse) throws(CallFailure) -> Secret) throws(CallFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    for part in self {
      switch part {
      case .bytes(let more): bytes += more
      case .secret(let use):
        let found = try secret(use)
        guard let member = use.member else {
          found.withBytes { bytes += $0 }
          continue
        }
        guard let text = found.withBytes({ try? ValueJSON.decode([UInt8]($0))[member]?.string }) else {
          throw CallFailure(
            .invalid, code: "SEC0020", "\(use.field) leads to no JSON document with the text \"\(member)\" in it")
        }
        bytes += text.utf8
      case .base64(let parts):
        var inner = try parts.filled(secret)
        defer { wipe(&inner) }
        bytes += Base64.encode(inner)
      case .json(let parts):
        var inner = try parts.filled(secret)
        defer { wipe(&inner) }
        bytes += JSONText.escaped(inner)
      case .form(let parts):
        var inner = try parts.filled(secret)
        defer { wipe(&inner) }
        bytes += FormText.encoded(inner)
      }
    }
    return bytes
  }
}

/// Standard base64 with padding (RFC 4648 section 4).
enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var index = 0
    while index < bytes.count {
      let rest = bytes.count - index
      let first = bytes[index]
      let second = rest > 1 ? bytes[index + 1] : 0
      let third = rest > 2 ? bytes[index + 2] : 0
      text.append(alphabet[Int(first >> 2)])
      text.append(alphabet[Int((first & 3) << 4 | second >> 4)])
      text.append(rest > 1 ? alphabet[Int((second & 15) << 2 | third >> 6)] : UInt8(ascii: "="))
      text.append(rest > 2 ? alphabet[Int(third & 63)] : UInt8(ascii: "="))
      index += 3
    }
    return text
  }
}

/// The inside of a JSON string (RFC 8259 section 7).
enum JSONText {
  static func escaped(_ bytes: [UInt8]) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count + 8)
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
      case 0x0A: text += Array("\\n".utf8)
      case 0x00..<0x20: text += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: text.append(byte)
      }
    }
    return text
  }
}

/// A value in `application/x-www-form-urlencoded`, everything but unreserved characters percent-encoded (RFC 3986).
enum FormText {
  static func encoded(_ bytes: [UInt8]) -> [UInt8] {
    let digits = Array("0123456789ABCDEF".utf8)
    var text: [UInt8] = []
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        text.append(byte)
      default: text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return text
  }
}
