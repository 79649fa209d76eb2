extension Reply {
  /// Itself with `(secret)` in the place of each of these, should a refusal repeat what it was sent.
  public func hiding(_ secrets: [Secret]) -> Reply {
    guard status >= 400 else { return self }
    var reply = self
    for secret in secrets {
      secret.withBytes { secret in
        reply.body.replace(secret)
        for index in reply.headers.indices {
          var value = Array(reply.headers[index].value.utf8)
          if value.replace(secret) { reply.headers[index].value = String(decoding: value, as: UTF8.self) }
        }
      }
    }
    return reply
  }
}

extension [UInt8] {
  /// Puts `(secret)` in the place of each occurrence; true when there was one.
  @discardableResult
  fileprivate mutating func replace(_ wanted: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = wanted.first, count >= wanted.count else { return false }
    var result: [UInt8] = []
    var index = 0
    var copied = 0
    while index + wanted.count <= count {
      guard self[index] == first, self[index..<index + wanted.count].elementsEqual(wanted) else {
        index += 1
        continue
      }
      result += self[copied..<index]
      result += "(secret)".utf8
      index += wanted.count
      copied = index
    }
    guard copied > 0 else { return false }
    self = result + self[copied...]
    return true
  }
}
