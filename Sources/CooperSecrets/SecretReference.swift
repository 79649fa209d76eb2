public import CooperSchema

/// Where a secret is, as the YAML says it (design section 2); never the secret.
public enum SecretReference: Sendable, Hashable {
  case environment(String)
  case file(String)
  case sealed(String)
  /// A program and its arguments, run without a shell.
  case command([String])

  /// Reads a checked value; nil when it is no reference.
  public init?(_ value: Value) {
    if let text = value.string {
      self.init(text: text)
    } else if let words = value["command"]?.list, value.map?.count == 1 {
      let texts = words.compactMap(\.string)
      guard texts.count == words.count, let program = texts.first, !program.isEmpty else { return nil }
      self = .command(texts)
    } else {
      return nil
    }
  }

  /// Reads `env:NAME`, `file:PATH` or `sealed:…`.
  public init?(text: String) {
    for (scheme, make) in [("env:", Self.environment), ("file:", Self.file)] where text.hasPrefix(scheme) {
      let rest = String(text.dropFirst(scheme.count))
      // Neither a variable nor a path holds a zero byte, and C would read less than was written.
      guard !rest.isEmpty, !rest.utf8.contains(0) else { return nil }
      self = make(rest)
      return
    }
    guard text.hasPrefix(SealedText.scheme) else { return nil }
    self = .sealed(text)
  }

  /// As messages name it: of a command the program alone, of a sealed text nothing.
  public var label: String {
    switch self {
    case .environment(let name): "env:\(name)"
    case .file(let path): "file:\(path)"
    case .sealed: "sealed:…"
    case .command(let words): "command \(words[0])"
    }
  }
}
