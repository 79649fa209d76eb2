/// A number of bytes, written `64MiB` or as a plain count.
public struct ByteSize: Sendable, Hashable, Comparable {
  public var bytes: Int64

  public init(bytes: Int64) { self.bytes = bytes }

  /// Reads a count of bytes, or numbers with binary units (IEC 80000-13); nil for anything else, `MB` included.
  public init?(_ text: some StringProtocol) {
    guard let total = UnitText.total(of: text, units: Self.units, plainUnit: "B") else { return nil }
    bytes = total
  }

  /// The canonical text: the largest unit that leaves no rest.
  public var text: String { UnitText.text(of: bytes, units: Self.units) }

  /// Largest first.
  private static let units: [UnitText.Unit] = [
    ("PiB", 1 << 50), ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1),
  ]

  public static func < (a: ByteSize, b: ByteSize) -> Bool { a.bytes < b.bytes }
}

extension ByteSize: SchemaValue {
  public static var shape: Shape { .size }

  public init(value: Value) throws(SchemaMismatch) {
    switch value {
    case .integer(let count) where count >= 0: self.init(bytes: count)
    case .string(let text):
      guard let size = ByteSize(text) else { throw SchemaMismatch(expected: "a size such as 64MiB") }
      self = size
    default: throw SchemaMismatch(expected: "a size such as 64MiB")
    }
  }

  public var value: Value { .string(text) }
}
