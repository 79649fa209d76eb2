internal import CooperModel
internal import CooperProvider

/// The first stage of Signature Version 4: a request in the one spelling that both sides hash.
///
/// AWS IAM User Guide, "Create a signed AWS API request", step 1. One byte buffer, no Strings: see hot-path notes.
public struct CanonicalRequest: Sendable, Hashable {
  public let bytes: [UInt8]
  /// Lower-case names joined by semicolons, in byte order.
  public let signedHeaders: [UInt8]

  public init(_ request: SignableRequest, payloadHash: String) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(512)
    bytes += request.method.rawValue.utf8
    bytes.append(lineFeed)
    switch request.pathRule {
    case .s3: bytes += request.encodedPath
    case .normalised:
      for byte in Self.normalised(request.encodedPath) {
        PercentEncoding.append(byte, to: &bytes, keepingSlashes: true)
      }
    }
    bytes.append(lineFeed)
    SortedLines(query: request.query).write(to: &bytes, separator: UInt8(ascii: "&"))
    bytes.append(lineFeed)
    let headers = SortedLines(host: request.host, headers: request.headers)
    let names = headers.writeHeaders(to: &bytes)
    bytes.append(lineFeed)
    bytes += names
    bytes.append(lineFeed)
    bytes += payloadHash.utf8
    self.bytes = bytes
    signedHeaders = names
  }

  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Removes `.` and `..` segments and doubled slashes (RFC 3986 section 5.2.4); a slash at the end stays.
  static func normalised(_ path: [UInt8]) -> [UInt8] {
    var kept: [ArraySlice<UInt8>] = []
    let slash = UInt8(ascii: "/")
    for segment in path.split(separator: slash) {
      if segment.elementsEqual(".".utf8) { continue }
      if segment.elementsEqual("..".utf8) {
        _ = kept.popLast()
      } else {
        kept.append(segment)
      }
    }
    var result: [UInt8] = [slash]
    result += kept.joined(separator: CollectionOfOne(slash))
    if path.last == slash, !kept.isEmpty { result.append(slash) }
    return result
  }
}

private let lineFeed = UInt8(ascii: "\n")

/// Names with values in one scratch buffer, with their order kept beside it.
private struct SortedLines {
  private struct Entry {
    var start: Int
    var nameEnd: Int
    var end: Int
  }

  private var scratch: [UInt8] = []
  private var entries: [Entry] = []

  /// Sorted by encoded name, then by encoded value.
  init(query: [QueryItem]) {
    if query.isEmpty { return }
    scratch.reserveCapacity(128)
    for item in query {
      let start = scratch.count
      PercentEncoding.append(item.name, to: &scratch, keepingSlashes: false)
      let nameEnd = scratch.count
      scratch.append(UInt8(ascii: "="))
      PercentEncoding.append(item.value ?? "", to: &scratch, keepingSlashes: false)
      entries.append(Entry(start: start, nameEnd: nameEnd, end: scratch.count))
    }
    let scratch = scratch
    entries.sort { a, b in
      let names = Self.compare(scratch[a.start..<a.nameEnd], scratch[b.start..<b.nameEnd])
      return names == 0
        ? Self.compare(scratch[a.nameEnd..<a.end], scratch[b.nameEnd..<b.end]) < 0 : names < 0
    }
  }

  /// Sorted by lower-case name; headers of one name keep their order.
  init(host: String, headers: [Header]) {
    scratch.reserveCapacity(256)
    entries.reserveCapacity(headers.count + 1)
    add("host", host)
    for header in headers { add(header.name, header.value) }
    let scratch = scratch
    // Insertion sort: it is stable, and requests have a handful of headers.
    for index in entries.indices.dropFirst() {
      let entry = entries[index]
      var slot = index
      while slot > 0,
        Self.compare(
          scratch[entries[slot - 1].start..<entries[slot - 1].nameEnd], scratch[entry.start..<entry.nameEnd]) > 0
      {
        entries[slot] = entries[slot - 1]
        slot -= 1
      }
      entries[slot] = entry
    }
  }

  private mutating func add(_ name: String, _ value: String) {
    let start = scratch.count
    scratch += name.utf8
    for index in start..<scratch.count where scratch[index] >= 0x41 && scratch[index] <= 0x5a { scratch[index] |= 0x20 }
    let nameEnd = scratch.count
    var hasSpace = false
    for byte in value.utf8 where Self.isSpace(byte) { hasSpace = true }
    if !hasSpace {
      scratch += value.utf8
      entries.append(Entry(start: start, nameEnd: nameEnd, end: scratch.count))
      return
    }
    // Spaces at the ends go, runs of them inside become one.
    var pendingSpace = false
    for byte in value.utf8 {
      if Self.isSpace(byte) {
        pendingSpace = scratch.count > nameEnd
      } else {
        if pendingSpace { scratch.append(0x20) }
        pendingSpace = false
        scratch.append(byte)
      }
    }
    entries.append(Entry(start: start, nameEnd: nameEnd, end: scratch.count))
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0d) }

  func write(to bytes: inout [UInt8], separator: UInt8) {
    for (index, entry) in entries.enumerated() {
      if index > 0 { bytes.append(separator) }
      bytes += scratch[entry.start..<entry.end]
    }
  }

  /// Writes a line for each name, values of one name joined by commas; returns the names.
  func writeHeaders(to bytes: inout [UInt8]) -> [UInt8] {
    var names: [UInt8] = []
    names.reserveCapacity(96)
    var earlier: ArraySlice<UInt8> = []
    for entry in entries {
      let name = scratch[entry.start..<entry.nameEnd]
      if !names.isEmpty, name == earlier {
        bytes.append(UInt8(ascii: ","))
      } else {
        if !names.isEmpty {
          bytes.append(lineFeed)
          names.append(UInt8(ascii: ";"))
        }
        names += name
        bytes += name
        bytes.append(UInt8(ascii: ":"))
        earlier = name
      }
      bytes += scratch[entry.nameEnd..<entry.end]
    }
    bytes.append(lineFeed)
    return names
  }

  private static func compare(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Int {
    var (i, j) = (a.startIndex, b.startIndex)
    while i < a.endIndex, j < b.endIndex {
      if a[i] != b[j] { return a[i] < b[j] ? -1 : 1 }
      i += 1
      j += 1
    }
    return a.count - b.count
  }
}
