import CooperProvider

/// Splits header lines as they came over the wire (RFC 9112, section 5) into names and values, in their order.
func parseHead(_ bytes: [UInt8]) -> [Header] {
  var headers: [Header] = []
  headers.reserveCapacity(12)
  var start = 0
  while start < bytes.count {
    var end = start
    while end < bytes.count, bytes[end] != 0x0a, bytes[end] != 0x0d { end += 1 }
    let line = bytes[start..<end]
    start = end + 1
    if line.isEmpty { continue }
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
  var (start, end) = (bytes.startIndex, bytes.endIndex)
  while start < end, isBlank(bytes[start]) { start += 1 }
  while start < end, isBlank(bytes[end - 1]) { end -= 1 }
  return bytes[start..<end]
}

private func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
