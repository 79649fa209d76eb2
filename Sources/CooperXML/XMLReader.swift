internal import CExpat
internal import Synchronization

/// Why bytes could not be read as a document.
package enum XMLReadFailure: Error, Hashable {
  /// Not well-formed, cut short included.
  case malformed(line: Int)
  /// Document types and so entities are refused: no provider sends one, and they can grow without bound.
  case documentType
  case tooDeep
  case tooLarge
  case noParser
}

extension XMLReadFailure {
  /// For messages.
  package var words: String {
    switch self {
    case .malformed(let line): "it is cut short or malformed at line \(line)"
    case .documentType: "it declares a document type, which is refused"
    case .tooDeep: "its elements stand more than \(XMLReader.depthLimit) deep in each other"
    case .tooLarge: "it is larger than \(XMLReader.sizeLimit >> 20) MiB"
    case .noParser: "there is no memory for a parser"
    }
  }
}

/// Reads a whole document at once with expat into an arena.
package enum XMLReader {
  /// Bytes of a reply; S3 documents are far below, a listing page of 1,000 keys stays under 2 MB.
  package static let sizeLimit = 16 << 20
  /// Elements in each other; S3 uses fewer than ten.
  package static let depthLimit = 64

  package static func read(_ bytes: [UInt8]) throws(XMLReadFailure) -> XMLDocument {
    guard bytes.count <= sizeLimit else { throw .tooLarge }
    guard let parser = ParserPool.shared.take() else { throw .noParser }
    defer { ParserPool.shared.give(parser) }
    var arena = Arena(parser: parser.pointer, capacity: bytes.count)
    let status = withUnsafeMutablePointer(to: &arena) { state in
      register(parser.pointer, state)
      return bytes.withUnsafeBytes { buffer in
        XML_Parse(
          parser.pointer, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count), 1)
      }
    }
    if let refusal = arena.refusal { throw refusal }
    guard status == XML_STATUS_OK, !arena.nodes.isEmpty else {
      throw .malformed(line: Int(XML_GetCurrentLineNumber(parser.pointer)))
    }
    return XMLDocument(nodes: arena.nodes, bytes: arena.bytes)
  }

  /// Keeps replies from choosing names that collide in expat's tables; without it expat asks the kernel for each document.
  private static let hashSalt = UInt.random(in: 1...UInt.max)

  private static func register(_ parser: XML_Parser, _ state: UnsafeMutablePointer<Arena>) {
    XML_SetHashSalt(parser, hashSalt)
    XML_SetUserData(parser, state)
    XML_SetElementHandler(
      parser,
      { user, name, _ in
        guard let name else { return }
        user?.assumingMemoryBound(to: Arena.self).pointee.start(name)
      },
      { user, _ in user?.assumingMemoryBound(to: Arena.self).pointee.end() })
    XML_SetCharacterDataHandler(parser) { user, text, length in
      guard let text else { return }
      user?.assumingMemoryBound(to: Arena.self).pointee.append(text, Int(length))
    }
    XML_SetStartDoctypeDeclHandler(parser) { user, _, _, _, _ in
      user?.assumingMemoryBound(to: Arena.self).pointee.refuse(.documentType)
    }
  }
}

/// What the handlers fill; a struct behind a pointer, for a class would pay for exclusivity checks on each access.
private struct Arena {
  let parser: XML_Parser
  var nodes: [XMLDocument.Node] = []
  var bytes: [UInt8] = []
  var refusal: XMLReadFailure?
  /// Open elements, each with its last child so far.
  private var open: [(node: Int, lastChild: Int)] = []

  init(parser: XML_Parser, capacity: Int) {
    self.parser = parser
    bytes.reserveCapacity(capacity)
    nodes.reserveCapacity(capacity / 32 + 1)
  }

  mutating func refuse(_ failure: XMLReadFailure) {
    refusal = refusal ?? failure
    XML_StopParser(parser, 0)
  }

  mutating func start(_ name: UnsafePointer<CChar>) {
    guard open.count < XMLReader.depthLimit else { return refuse(.tooDeep) }
    var length = 0
    var local = 0
    while name[length] != 0 {
      if name[length] == CChar(bitPattern: UInt8(ascii: ":")) { local = length + 1 }
      length += 1
    }
    let index = nodes.count
    if let top = open.indices.last { attach(index, below: top) }
    var node = XMLDocument.Node()
    node.nameStart = UInt32(bytes.count)
    node.nameLength = UInt32(length - local)
    append(raw: name + local, length - local)
    node.textStart = UInt32(bytes.count)
    nodes.append(node)
    open.append((index, 0))
  }

  private mutating func attach(_ index: Int, below top: Int) {
    let parent = open[top].node
    if open[top].lastChild == 0 {
      nodes[parent].firstChild = UInt32(index)
      // What stood before the first child is layout.
      bytes.removeLast(Int(nodes[parent].textLength))
      nodes[parent].textLength = 0
    } else {
      nodes[open[top].lastChild].next = UInt32(index)
    }
    open[top].lastChild = index
  }

  mutating func end() { open.removeLast() }

  mutating func append(_ text: UnsafePointer<CChar>, _ length: Int) {
    guard let top = open.last, top.lastChild == 0 else { return }
    append(raw: text, length)
    nodes[top.node].textLength += UInt32(length)
  }

  private mutating func append(raw text: UnsafePointer<CChar>, _ length: Int) {
    bytes.append(contentsOf: UnsafeRawBufferPointer(start: text, count: length))
  }
}

/// A few parsers that wait for their next document; making one costs as much as reading a small reply.
private final class ParserPool: Sendable {
  /// Safe to send: a parser is reachable either from the pool or from the one `read` that took it.
  struct Parser: @unchecked Sendable { let pointer: XML_Parser }

  static let shared = ParserPool()
  private static let limit = 8
  private let idle = Mutex<[Parser]>([])

  func take() -> Parser? {
    if let parser = idle.withLock({ $0.popLast() }) { return parser }
    return XML_ParserCreate(nil).map { Parser(pointer: $0) }
  }

  func give(_ parser: Parser) {
    // Resetting drops the handlers and the pointer to the finished arena.
    guard XML_ParserReset(parser.pointer, nil) != 0 else { return XML_ParserFree(parser.pointer) }
    let isKept = idle.withLock { pool in
      guard pool.count < Self.limit else { return false }
      pool.append(parser)
      return true
    }
    if !isKept { XML_ParserFree(parser.pointer) }
  }
}
