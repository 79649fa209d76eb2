internal import CooperDiagnostics

/// Guesses from its name whether a key holds a secret. Syntax errors come before any schema is known, so the line that
/// a report would print is judged by its words alone; a wrong guess costs a printed line.
func mayHoldSecret(_ key: String?) -> Bool {
  guard let key else { return false }
  let bare = key.lowercased().filter { $0.isLetter || $0.isNumber }
  // `key` alone is the JSON key of a service account; inside other words it means little.
  return suspicious.contains { bare.contains($0) }
    || key.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber }).contains("key")
}

private let suspicious = [
  "secret", "password", "passwd", "passphrase", "token", "credential", "apikey", "accesskey", "accountkey", "sharedkey",
  "privatekey", "connectionstring", "signature",
]

/// Marks the diagnostics whose source line may hold a secret in plain text: by its own words or those of the less
/// indented lines above it, which hold the keys that it belongs to.
func hidingSecrets(_ diagnostics: [Diagnostic], in source: SourceText) -> [Diagnostic] {
  guard !diagnostics.isEmpty else { return [] }
  let lines = SourceLines(source)
  return diagnostics.map { diagnostic in
    guard let range = diagnostic.range, !diagnostic.hidesSource else { return diagnostic }
    var diagnostic = diagnostic
    diagnostic.hidesSource = holdsSuspect(lines, Int(range.start.line))
    return diagnostic
  }
}

private func holdsSuspect(_ lines: SourceLines, _ number: Int) -> Bool {
  let furthest = 200
  var indentation = Int.max
  for line in stride(from: number, to: max(0, number - furthest), by: -1) {
    let bytes = lines[line].prefix(4096)
    guard let first = bytes.firstIndex(where: { $0 != 0x20 && $0 != 0x09 }) else { continue }
    let own = bytes[..<first].reduce(0) { $0 + ($1 == 0x09 ? 8 : 1) }
    guard own < indentation || line == number else { continue }
    if mayHoldSecret(String(decoding: bytes, as: UTF8.self)) { return true }
    indentation = own
    if own == 0 { return false }
  }
  return false
}
