import CooperDiagnostics
import CooperSyntax

extension Check {
  /// A reference to a secret; whatever is written in its place is never repeated.
  mutating func secret(_ node: SyntaxNode, _ spot: Spot) -> Value? {
    switch node.content {
    case .scalar(let scalar) where scalar.isNull:
      report(.nullValue(node, .secret, spot))
      return nil
    case .scalar(let scalar):
      if let problem = SecretForm.problem(with: scalar.text) {
        hide(node.range)
        report(.badSecret(problem, spot, node.range))
        return nil
      }
      return .string(scalar.text)
    case .mapping(let entries):
      if entries.count == 1, entries[0].key == "command", let words = entries[0].value.elements, !words.isEmpty,
        words.allSatisfy({ $0.scalar.map { !$0.isNull } ?? false })
      {
        return ["command": .list(words.compactMap(\.scalar).map { .string($0.text) })]
      }
      hide(node.range)
      report(.badSecret(.command, spot, node.range))
      return nil
    case .sequence, .missing:
      hide(node.range)
      report(.badSecret(.plainText, spot, node.range))
      return nil
    }
  }
}

/// The spellings of a reference to a secret (design section 2, "Secret fields take a reference").
enum SecretForm {
  enum Problem { case plainText, environmentName, emptyReference, command }

  static func problem(with text: String) -> Problem? {
    if text.hasPrefix("env:") { return isEnvironmentName(text.dropFirst(4)) ? nil : .environmentName }
    for scheme in ["file:", "sealed:"] where text.hasPrefix(scheme) {
      return text.utf8.count > scheme.utf8.count ? nil : .emptyReference
    }
    return .plainText
  }

  /// Letters, digits and underscores, no digit in front (POSIX.1-2017, section 8.1).
  private static func isEnvironmentName(_ name: Substring) -> Bool {
    guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
    return name.unicodeScalars.allSatisfy { $0 == "_" || $0.isASCII && ($0.properties.isAlphabetic || "0"..."9" ~= $0) }
  }
}

extension Diagnostic {
  static func badSecret(_ problem: SecretForm.Problem, _ spot: Spot, _ range: SourceRange) -> Diagnostic {
    let lead = spot.key.map { $0 + ": " } ?? "- "
    var diagnostic = Diagnostic(
      .plainSecret, .error, "", at: range, hidesSource: true)
    switch problem {
    case .plainText:
      diagnostic.message = "\(spot.label) takes a reference, not the secret itself"
      diagnostic.notes = [Note("if it is in use, replace it: whoever reads this file knows it")]
      let width = max(lead.count + 12, 22)
      diagnostic.fix = [
        "write  " + "\(lead)env:NAME".padded(to: width) + "to take it from the environment",
        "write  " + "\(lead)file:PATH".padded(to: width) + "to read it from a file",
        "run    " + "cooper secrets seal".padded(to: width) + "to keep it here, encrypted",
      ]
    case .environmentName:
      diagnostic.code = .badSecret
      diagnostic.message = "\(spot.label) must be env: and the name of an environment variable"
      diagnostic.notes = [Note("names have letters, digits and _ and don't start with a digit, e.g. env:MINIO_SECRET")]
    case .emptyReference:
      diagnostic.code = .badSecret
      diagnostic.message = "\(spot.label) has nothing behind the colon of its reference"
      diagnostic.fix = ["write  \(lead)file:PATH"]
    case .command:
      diagnostic.code = .badSecret
      diagnostic.message = "\(spot.label) must be a text such as env:NAME, or a command as a list of words"
      diagnostic.fix = ["write  \(lead){ command: [op, read, \"op://vault/item/field\"] }"]
    }
    return diagnostic
  }
}
