/// A file in the format of `~/.aws/config` and `~/.aws/credentials`: sections with keys, some keys with keys below them.
///
/// AWS SDKs and Tools Reference Guide, "Shared config and credentials files" and its format rules.
package struct SharedConfigFile: Sendable, Hashable {
  /// By section name as written, e.g. `profile work`; keys in lower case, nested ones as `s3.addressing_style`.
  package private(set) var sections: [String: [String: String]] = [:]

  package init(_ text: String) {
    var section: String?
    var parent: String?
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      let content = line.trimmed
      if content.isEmpty || content.hasPrefix("#") || content.hasPrefix(";") { continue }
      if content.hasPrefix("["), let end = content.firstIndex(of: "]") {
        let name = content[content.index(after: content.startIndex)..<end]
        section = name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        parent = nil
        if let section, sections[section] == nil { sections[section] = [:] }
        continue
      }
      guard let section, let equals = content.firstIndex(of: "=") else { continue }
      let key = content[..<equals].trimmed.lowercased()
      let value = Self.withoutComment(content[content.index(after: equals)...].trimmed)
      let isNested = line.first?.isWhitespace == true
      if isNested, let parent {
        sections[section]?[parent + "." + key] = value
      } else {
        parent = value.isEmpty ? key : nil
        sections[section]?[key] = value
      }
    }
  }

  /// The keys of a profile in `config`, where all but `default` carry the word `profile`.
  package func configProfile(_ name: String) -> [String: String]? {
    sections["profile " + name] ?? (name == "default" ? sections[name] : nil)
  }

  /// The keys of a profile in `credentials`, where the bare name is the section.
  func credentialsProfile(_ name: String) -> [String: String]? { sections[name] }

  /// The keys of a session of IAM Identity Center, which stands in `config` only.
  func session(_ name: String) -> [String: String]? { sections["sso-session " + name] }

  /// A comment inside a line needs a space in front; secrets may hold `#`.
  private static func withoutComment(_ value: Substring) -> String {
    var earlier: Character = "="
    for index in value.indices {
      if value[index] == "#" || value[index] == ";", earlier == " " || earlier == "\t" {
        return String(value[..<index].trimmed)
      }
      earlier = value[index]
    }
    return String(value)
  }
}

extension Substring {
  fileprivate var trimmed: Substring {
    var text = self
    while text.first?.isWhitespace == true { text = text.dropFirst() }
    while text.last?.isWhitespace == true { text = text.dropLast() }
    return text
  }
}
