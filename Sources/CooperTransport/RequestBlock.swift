import CLibCurl
import CooperProvider

/// The URL and headers of a request in the form libcurl takes: C strings in one block and list nodes that point into it.
struct RequestBlock: ~Copyable {
  private let bytes: UnsafeMutablePointer<CChar>
  private let nodes: UnsafeMutablePointer<curl_slist>

  /// Lays out the request; the transfer must not outlive the block. Throws if a line break hides in a header or URL.
  init(_ request: HTTPRequest) throws(CallFailure) {
    var isOneLine = Self.isOneLine(request.url)
    var size = request.url.utf8.count + 1
    for header in request.headers {
      isOneLine = isOneLine && Self.isOneLine(header.name) && Self.isOneLine(header.value)
      size += header.name.utf8.count + header.value.utf8.count + 3
    }
    guard isOneLine else {
      throw CallFailure(
        .invalid, code: TransportCode.invalidRequest, "a header or the URL contains a control character")
    }
    let extra = Self.suppressed(request)
    for line in extra { size += line.utf8.count + 1 }
    bytes = .allocate(capacity: size)
    nodes = .allocate(capacity: request.headers.count + extra.count)

    var end = bytes
    Self.write(request.url, &end)
    Self.terminate(&end)
    var count = 0
    for header in request.headers {
      nodes[count] = curl_slist(data: end, next: nodes + count + 1)
      count += 1
      Self.write(header.name, &end)
      // `Name;` is how libcurl is told to send a header without a value.
      if header.value.isEmpty {
        Self.write(";", &end)
      } else {
        Self.write(": ", &end)
        Self.write(header.value, &end)
      }
      Self.terminate(&end)
    }
    for line in extra {
      nodes[count] = curl_slist(data: end, next: nodes + count + 1)
      count += 1
      Self.write(line, &end)
      Self.terminate(&end)
    }
    nodes[count - 1].next = nil
  }

  deinit {
    bytes.deallocate()
    nodes.deallocate()
  }

  var url: UnsafePointer<CChar> { UnsafePointer(bytes) }
  var headers: UnsafeMutablePointer<curl_slist> { nodes }

  /// `Name:` keeps libcurl from adding a header of its own that the signature doesn't know.
  private static func suppressed(_ request: HTTPRequest) -> [String] {
    let hasType = request.headers.contains { $0.name.utf8.count == 12 && $0.name.lowercased() == "content-type" }
    return hasType ? alwaysSuppressed : suppressedWithoutType
  }

  private static let alwaysSuppressed = ["Expect:"]
  private static let suppressedWithoutType = ["Expect:", "Content-Type:"]

  private static func isOneLine(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      // Without an early end, so that many bytes are looked at in one step.
      var found: UInt8 = 0
      for byte in bytes {
        found |= (byte < 0x20 ? 1 : 0) & (byte == 0x09 ? 0 : 1)
        found |= byte == 0x7f ? 1 : 0
      }
      return found == 0
    }
  }

  private static func write(_ text: String, _ end: inout UnsafeMutablePointer<CChar>) {
    var text = text
    text.withUTF8 { bytes in
      if let start = bytes.baseAddress { UnsafeMutableRawPointer(end).copyMemory(from: start, byteCount: bytes.count) }
      end += bytes.count
    }
  }

  private static func terminate(_ end: inout UnsafeMutablePointer<CChar>) {
    end.pointee = 0
    end += 1
  }
}
