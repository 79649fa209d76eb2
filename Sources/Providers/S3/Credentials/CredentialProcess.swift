import CooperProvider
import CooperSchema
import CooperSigning

/// The `credential_process` of a profile: its words, and the keys it prints.
///
/// AWS SDKs and Tools Reference Guide, "Process credential provider".
enum CredentialProcess {
  /// Splits a line as a POSIX shell would, and does nothing else a shell does; nil when a quote has no end.
  static func words(_ line: String) -> [String]? {
    var words: [String] = []
    var word = ""
    var isOpen = false
    var quote: Character?
    var isEscaped = false
    for character in line {
      if isEscaped {
        // Between double quotes a backslash stands for itself but before these.
        if quote == "\"", !"\"\\$`".contains(character) { word.append("\\") }
        word.append(character)
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
        isOpen = true
      } else if let open = quote {
        if character == open { quote = nil } else { word.append(character) }
      } else if character == "'" || character == "\"" {
        quote = character
        isOpen = true
      } else if character.isWhitespace {
        if isOpen { words.append(word) }
        (word, isOpen) = ("", false)
      } else {
        word.append(character)
        isOpen = true
      }
    }
    guard quote == nil, !isEscaped else { return nil }
    return isOpen ? words + [word] : words
  }

  /// Reads what the program printed.
  static func credentials(_ printed: Secret, now: Double) throws(CredentialDocument.Problem) -> AWSCredentials {
    let bytes = printed.withBytes { Array($0) }
    let document = try CredentialDocument.value(bytes)
    guard document["Version"] == 1 else { throw CredentialDocument.Problem(words: "a document that is not Version 1") }
    return try CredentialDocument.credentials(document, .process, now: now)
  }
}
