import CooperProvider

/// Splits header lines as they came over the wire (RFC 9112, section 5) into names and values, in their order.
func parseHead(_ bytes: [UInt8]) -> [Header] {
  var headers: [Header] = []
  for line in bytes.split(whereSeparator: { $0 == 0x0a || $0 == 0x0d }) {
    // Folded lines are obsolete, but a proxy may still send them.
    if isBlank(line[line.startIndex]), let last = headers.indices.last {
      headers[last].value += " " + text(trimmed(line))
      continue
    }
    guard let colon = line.firstIndex(of: 0x3a) else { continue }
    headers.append(Header(text(trimmed(line[..<colon])), text(trimmed(line[(colon + 1)...]))))
  }
  return headers
}

private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

private func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  var rest = bytes
  while let first = rest.first, isBlank(first) { rest.removeFirst() }
  while let last = rest.last, isBlank(last) { rest.removeLast() }
  return rest
}

private func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
