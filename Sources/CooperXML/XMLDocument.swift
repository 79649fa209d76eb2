/// A parsed document: nodes in one array, names and texts in one buffer, so that a reply costs two allocations.
package final class XMLDocument: Sendable {
  /// Six numbers into the buffer and the array; child and sibling 0 mean none, for the root is nobody's child.
  package struct Node: Sendable {
    var nameStart: UInt32 = 0
    var nameLength: UInt32 = 0
    var textStart: UInt32 = 0
    var textLength: UInt32 = 0
    var firstChild: UInt32 = 0
    var next: UInt32 = 0
  }

  fileprivate let nodes: [Node]
  fileprivate let bytes: [UInt8]

  init(nodes: [Node], bytes: [UInt8]) {
    self.nodes = nodes
    self.bytes = bytes
  }

  /// Nil only for a document without nodes, which the reader never makes.
  package var root: XMLElement? { nodes.isEmpty ? nil : XMLElement(document: self, index: 0) }
}

/// One element of a document, without its attributes and its namespace prefix.
package struct XMLElement: Sendable {
  private let document: XMLDocument
  private let index: Int

  fileprivate init(document: XMLDocument, index: Int) {
    self.document = document
    self.index = index
  }

  private var node: XMLDocument.Node { document.nodes[index] }

  package var name: String { string(node.nameStart, node.nameLength) }
  /// The text of an element without children, exactly as sent; empty for others.
  package var text: String { string(node.textStart, node.textLength) }
  package var isEmpty: Bool { node.textLength == 0 && node.firstChild == 0 }

  private func string(_ start: UInt32, _ length: UInt32) -> String {
    String(decoding: document.bytes[Int(start)..<Int(start + length)], as: UTF8.self)
  }

  package func isNamed(_ name: StaticString) -> Bool {
    let node = node
    guard Int(node.nameLength) == name.utf8CodeUnitCount else { return false }
    let start = Int(node.nameStart)
    for offset in 0..<name.utf8CodeUnitCount where document.bytes[start + offset] != name.utf8Start[offset] {
      return false
    }
    return true
  }

  private var firstChild: XMLElement? {
    node.firstChild == 0 ? nil : XMLElement(document: document, index: Int(node.firstChild))
  }

  private var nextSibling: XMLElement? {
    node.next == 0 ? nil : XMLElement(document: document, index: Int(node.next))
  }

  /// All children in document order.
  package var children: [XMLElement] {
    var found: [XMLElement] = []
    var next = firstChild
    while let element = next {
      found.append(element)
      next = element.nextSibling
    }
    return found
  }

  package func children(_ name: StaticString) -> [XMLElement] { children.filter { $0.isNamed(name) } }

  /// The first child of that name.
  package func child(_ name: StaticString) -> XMLElement? {
    var next = firstChild
    while let element = next {
      if element.isNamed(name) { return element }
      next = element.nextSibling
    }
    return nil
  }

  /// The text of the first child of that name, nil if there is no such child.
  package func text(_ name: StaticString) -> String? { child(name)?.text }
}
