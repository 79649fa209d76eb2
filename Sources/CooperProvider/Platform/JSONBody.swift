public import CooperSchema

extension [BodyPart] {
  /// A document as JSON, keys in order; `secret` says which places hold references, and what is put there.
  public static func json(
    _ value: Value, secret: (_ path: [String], _ reference: Value) -> SecretUse?
  ) -> [BodyPart] {
    var parts: [BodyPart] = []
    write(value, [], secret, &parts)
    return parts.joined
  }

  private static func write(
    _ value: Value, _ path: [String], _ secret: ([String], Value) -> SecretUse?, _ parts: inout [BodyPart]
  ) {
    if let use = secret(path, value) {
      parts += [.text("\""), .json([.secret(use)]), .text("\"")]
      return
    }
    switch value {
    case .map(let map):
      parts.append(.text("{"))
      for (index, pair) in map.enumerated() {
        parts.append(.text(index == 0 ? "" : ","))
        parts.append(.bytes(ValueJSON.encode(.string(pair.key), pretty: false)))
        parts.append(.text(":"))
        write(pair.value, path + [pair.key], secret, &parts)
      }
      parts.append(.text("}"))
    case .list(let elements):
      parts.append(.text("["))
      for (index, element) in elements.enumerated() {
        parts.append(.text(index == 0 ? "" : ","))
        write(element, path + [String(index)], secret, &parts)
      }
      parts.append(.text("]"))
    default: parts.append(.bytes(ValueJSON.encode(value, pretty: false)))
    }
  }

  /// Neighbouring bytes as one piece.
  private var joined: [BodyPart] {
    var joined: [BodyPart] = []
    for part in self {
      if case .bytes(let more) = part, case .bytes(let last)? = joined.last {
        joined[joined.count - 1] = .bytes(last + more)
      } else {
        joined.append(part)
      }
    }
    return joined
  }

  /// With a mark in the place of each secret, for goldens.
  public var described: String {
    map { part in
      switch part {
      case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
      case .secret(let use): "<\(use.field)\(use.member.map { "#" + $0 } ?? "")>"
      case .base64(let parts): "base64(\(parts.described))"
      case .json(let parts), .form(let parts): parts.described
      }
    }.joined()
  }
}
