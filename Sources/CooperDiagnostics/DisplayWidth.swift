/// Returns how many terminal columns a text takes: two for East Asian wide characters and emoji, none for marks that
/// combine with the letter before (Unicode Standard Annex 11).
public func displayWidth(_ text: some StringProtocol) -> Int {
  if isPlainASCII(text) { return text.utf8.count }
  var width = 0
  for scalar in text.unicodeScalars { width += displayWidth(scalar) }
  return width
}

/// Returns how many terminal columns one scalar takes.
public func displayWidth(_ scalar: Unicode.Scalar) -> Int {
  switch scalar.value {
  case 0x20..<0x7F, 0xA0..<0x300: 1
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
    0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
    0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
    2
  default:
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: 0
    default: 1
    }
  }
}

/// Breaks a text at spaces into lines of at most `width` columns; a longer word stands alone.
/// A text that fits is left as it is.
public func wrap(_ text: String, width: Int) -> [String] {
  if displayWidth(text) <= width { return [text] }
  var lines: [String] = []
  var line = ""
  var used = 0
  for bytes in text.utf8.split(separator: UInt8(ascii: " ")) {
    let word = Substring(bytes)
    let length = displayWidth(word)
    if used > 0, used + 1 + length > width {
      lines.append(line)
      (line, used) = ("", 0)
    }
    if used > 0 {
      line += " "
      used += 1
    }
    line += word
    used += length
  }
  return used > 0 || lines.isEmpty ? lines + [line] : lines
}

/// Replaces what would act on a terminal (controls, changes of the reading direction) by U+FFFD; tabs too.
public func printable(_ text: some StringProtocol) -> String {
  if isPlainASCII(text) { return String(text) }
  guard text.unicodeScalars.contains(where: actsOnTerminal) else { return String(text) }
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars { result.append(actsOnTerminal(scalar) ? "\u{FFFD}" : scalar) }
  return String(result)
}

/// Nearly every text of a plan: a column for each byte, and nothing that acts on a terminal.
private func isPlainASCII(_ text: some StringProtocol) -> Bool {
  text.utf8.withContiguousStorageIfAvailable { bytes in
    for byte in bytes where byte < 0x20 || byte > 0x7E { return false }
    return true
  } ?? false
}

private func actsOnTerminal(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
  default: false
  }
}
