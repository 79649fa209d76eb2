/// A text that diagnostics may point into.
public struct SourceText: Sendable {
  /// Path relative to the project, as shown to people.
  public let name: String
  public let bytes: [UInt8]

  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  public init(name: String, text: String) { self.init(name: name, bytes: Array(text.utf8)) }
}

/// All texts that were read in one run; ranges refer to them by id.
public struct SourceMap: Sendable {
  private var texts: [SourceText] = []

  public init() {}

  public mutating func add(_ text: SourceText) -> SourceID {
    texts.append(text)
    return SourceID(UInt32(texts.count - 1))
  }

  public subscript(id: SourceID) -> SourceText? {
    Int(id.index) < texts.count ? texts[Int(id.index)] : nil
  }

  /// The name alone, asked for with the origin of everything that a plan shows.
  public func name(of id: SourceID) -> String? {
    texts.withUnsafeBufferPointer { Int(id.index) < $0.count ? $0[Int(id.index)].name : nil }
  }

  public var all: [SourceText] { texts }

  /// The same texts under other names, e.g. relative to a repository instead of a project.
  public func renamed(_ name: (String) -> String) -> SourceMap {
    var map = self
    map.texts = texts.map { SourceText(name: name($0.name), bytes: $0.bytes) }
    return map
  }

  /// `file:line` of a range, as plans print it.
  public func location(of range: SourceRange) -> String {
    "\(name(of: range.source) ?? "?"):\(range.start.line)"
  }
}
