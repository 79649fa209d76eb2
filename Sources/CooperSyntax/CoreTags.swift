internal import CooperDiagnostics

/// The kinds of node a tag can stand on.
enum TagKind: String {
  case scalar = "text"
  case sequence = "a list"
  case mapping = "a mapping"

  /// The tags of the YAML 1.2 core schema (section 10.3), with the merge key's of YAML 1.1.
  private static let core: [String: TagKind] = [
    "str": .scalar, "int": .scalar, "float": .scalar, "bool": .scalar, "null": .scalar, "merge": .scalar,
    "seq": .sequence, "map": .mapping,
  ]

  struct Verdict {
    /// The tag as it is kept, such as `!!str`; nil where there is none to keep.
    var short: String?
    fileprivate var fault: Fault?

    fileprivate enum Fault {
      case unknown(String)
      case misplaced(String, wanted: TagKind, found: TagKind)
    }

    func diagnostic(mayHoldSecret: Bool, at range: SourceRange) -> Diagnostic? {
      switch fault {
      case nil: nil
      case .unknown(let tag): .unknownTag(mayHoldSecret ? nil : tag, at: range)
      case .misplaced(let tag, let wanted, let found): .misplacedTag(tag, wanted: wanted, found: found, at: range)
      }
    }
  }

  /// Judges a resolved tag (`tag:yaml.org,2002:str`) on a node of a kind.
  static func judge(_ full: String, for kind: TagKind) -> Verdict {
    // The non-specific tag "!" says: don't resolve, this is text.
    if full == "!" { return Verdict(short: kind == .scalar ? "!!str" : nil) }
    let prefix = "tag:yaml.org,2002:"
    guard full.hasPrefix(prefix) else { return Verdict(fault: .unknown(full)) }
    let name = String(full.dropFirst(prefix.count))
    guard let wanted = core[name] else { return Verdict(fault: .unknown("!!" + name)) }
    if wanted != kind { return Verdict(fault: .misplaced("!!" + name, wanted: wanted, found: kind)) }
    return Verdict(short: "!!" + name)
  }
}

extension Diagnostic {
  fileprivate static func unknownTag(_ tag: String?, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      "YML0013", .error, tag.map { "unknown tag \"\($0)\"" } ?? "unknown tag", at: range,
      notes: [Note("known are !!str !!int !!float !!bool !!null !!seq !!map")],
      fix: ["remove the tag; a text that begins with \"!\" needs quotes"], hidesSource: tag == nil)
  }

  fileprivate static func misplacedTag(
    _ tag: String, wanted: TagKind, found: TagKind, at range: SourceRange
  ) -> Diagnostic {
    Diagnostic(
      "YML0014", .error, "the tag \"\(tag)\" is for \(wanted.rawValue), and this is \(found.rawValue)", at: range,
      fix: ["remove the tag"])
  }
}
