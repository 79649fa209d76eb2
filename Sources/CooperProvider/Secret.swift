internal import CooperModel

/// A secret in memory: it can't be printed, and its bytes are wiped when the last owner lets go.
public final class Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private let storage: Storage

  /// Copies the bytes; who holds them wipes their own copy.
  public init(_ bytes: UnsafeRawBufferPointer) { storage = Storage(bytes) }
  public convenience init(_ bytes: [UInt8]) { self.init(bytes[...]) }
  public init(_ bytes: ArraySlice<UInt8>) { storage = Storage(bytes) }
  public convenience init(_ text: String) {
    var bytes = Array(text.utf8)
    defer { wipe(&bytes) }
    self.init(bytes[...])
  }

  public var description: String { "(secret)" }
  public var debugDescription: String { "(secret)" }
  public var customMirror: Mirror { Mirror(self, children: []) }
  public var isEmpty: Bool { storage.buffer.isEmpty }

  /// Lends the bytes for the length of a call; they must not be kept.
  public func withBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
    try body(UnsafeBufferPointer(storage.buffer))
  }

  /// Safe to share: the buffer is written once in `init` and once in `deinit`, when nobody else can reach it.
  private final class Storage: @unchecked Sendable {
    let buffer: UnsafeMutableBufferPointer<UInt8>

    init(_ bytes: UnsafeRawBufferPointer) {
      buffer = .allocate(capacity: bytes.count)
      _ = buffer.initialize(from: bytes)
    }

    init(_ bytes: ArraySlice<UInt8>) {
      buffer = .allocate(capacity: bytes.count)
      _ = buffer.initialize(from: bytes)
    }

    deinit {
      wipe(UnsafeMutableRawBufferPointer(buffer))
      buffer.deallocate()
    }
  }
}
