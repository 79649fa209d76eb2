public import CooperModel

/// Where a document holds a secret: a field of the project, and of a Google key one of its members.
public struct DocumentSlot: Sendable, Hashable {
  /// E.g. `identities.fb-key`.
  public var address: Address
  /// E.g. `secretAccessKey`.
  public var field: String
  /// A member of the JSON that the field leads to, e.g. `private_key`; nil is all of it (R-07).
  public var member: String?

  public init(_ address: Address, _ field: String, member: String? = nil) {
    self.address = address
    self.field = field
    self.member = member
  }

  /// As placeholders and messages name it.
  public var label: String { "\(address).\(field)" + (member.map { "#" + $0 } ?? "") }
}

/// How a secret is spelt where it stands.
public enum SecretSpelling: Sendable, Hashable {
  /// As it is; a line end in it would begin another setting, so there may be none.
  case line
  /// As it is, each further line indented.
  case block(Int)
  /// Inside the quotes of a JSON or YAML text.
  case quoted
  /// The same, and it may have one line only.
  case quotedLine
  /// Inside the quotes of a JSON text that itself stands in one.
  case quotedTwice
  /// Percent-encoded, as HTML forms are.
  case form
  /// A word of a shell.
  case shell
  /// JSON on one line.
  case oneLine
}

/// The bytes of a document, with slots where secrets go.
public struct DocumentText: Sendable, Hashable {
  public enum Piece: Sendable, Hashable {
    case text(String)
    case secret(DocumentSlot, SecretSpelling)
  }

  public private(set) var pieces: [Piece] = []

  public init(_ text: String = "") { append(text) }

  public mutating func append(_ text: String) {
    guard !text.isEmpty else { return }
    if case .text(let last)? = pieces.last {
      pieces[pieces.count - 1] = .text(last + text)
    } else {
      pieces.append(.text(text))
    }
  }

  public mutating func append(_ slot: DocumentSlot, _ spelling: SecretSpelling) {
    pieces.append(.secret(slot, spelling))
  }

  mutating func append(_ other: DocumentText) {
    for piece in other.pieces {
      if case .text(let text) = piece { append(text) } else { pieces.append(piece) }
    }
  }

  /// The secrets it holds, in order.
  public var slots: [DocumentSlot] {
    pieces.compactMap { if case .secret(let slot, _) = $0 { slot } else { nil } }
  }

  /// The text with a placeholder in place of each secret.
  public var withPlaceholders: String {
    pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .secret(let slot, let spelling): spelling.placeholder(slot.label)
      }
    }.joined()
  }

  /// The whole text; `secret` gives the bytes of a field, which are wiped here after use. Whoever gets the result wipes it.
  public func filled(
    _ secret: (DocumentSlot) throws(DocumentProblem) -> [UInt8]
  ) throws(DocumentProblem) -> [UInt8] {
    var bytes: [UInt8] = []
    for piece in pieces {
      switch piece {
      case .text(let text): bytes += Array(text.utf8)
      case .secret(let slot, let spelling):
        var value = try secret(slot)
        defer { wipe(&value) }
        guard let member = slot.member else {
          bytes += try spelling.spell(value, slot)
          continue
        }
        guard var part = JSONMember.text(at: [member], in: value) else {
          throw .unfitSecret(slot, "it is no JSON with a text \"\(member)\"")
        }
        defer { wipe(&part) }
        bytes += try spelling.spell(part, slot)
      }
    }
    return bytes
  }
}
