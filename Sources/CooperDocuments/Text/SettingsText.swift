/// Lines of `key = value` under names of sections, and lines of shell variables.
struct SettingsText {
  private(set) var text: DocumentText

  init(_ header: String) { text = DocumentText(header + "\n") }

  mutating func comment(_ words: String) { text.append("# " + words + "\n") }
  mutating func section(_ name: String) { text.append("[\(name)]\n") }
  mutating func line(_ line: String) { text.append(line + "\n") }

  mutating func set(_ key: String, _ value: String?) {
    guard let value else { return }
    text.append("\(key) = \(value)\n")
  }

  mutating func set(_ key: String, _ slot: DocumentSlot, _ spelling: SecretSpelling = .line) {
    text.append("\(key) = ")
    text.append(slot, spelling)
    text.append("\n")
  }

  mutating func variable(_ name: String, _ value: String?) {
    guard let value else { return }
    text.append("\(name)=\(Quoted.shell(value))\n")
  }

  mutating func variable(_ name: String, _ slot: DocumentSlot) {
    text.append(name + "=")
    text.append(slot, .shell)
    text.append("\n")
  }
}
