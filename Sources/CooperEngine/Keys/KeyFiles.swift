public import CooperModel
public import CooperProvider

/// How keys get into files and out of them again; given by who has a disk and sealing keys.
public struct KeyFiles: Sendable {
  /// Throws when a key could not be kept there; called before one is made.
  public var check: @Sendable (KeySink, Address) throws(CallFailure) -> Void
  /// On the disk for good when it returns.
  public var write: @Sendable (KeySink, Address, KeyPair) throws(CallFailure) -> Void
  /// The id of the key that is kept there; nil when there is none.
  public var id: @Sendable (KeySink, Address) throws(CallFailure) -> String?
  /// The key itself; nil when there is none.
  public var read: @Sendable (KeySink, Address) throws(CallFailure) -> KeyPair?

  public init(
    check: @escaping @Sendable (KeySink, Address) throws(CallFailure) -> Void,
    write: @escaping @Sendable (KeySink, Address, KeyPair) throws(CallFailure) -> Void,
    id: @escaping @Sendable (KeySink, Address) throws(CallFailure) -> String?,
    read: @escaping @Sendable (KeySink, Address) throws(CallFailure) -> KeyPair?
  ) {
    self.check = check
    self.write = write
    self.id = id
    self.read = read
  }

  /// For surroundings without a disk.
  public static let none: KeyFiles = {
    let failure = CallFailure(.unsupported, code: "KEY0002", "no key can be kept here")
    return KeyFiles(
      check: { _, _ throws(CallFailure) in throw failure }, write: { _, _, _ throws(CallFailure) in throw failure },
      id: { _, _ throws(CallFailure) in throw failure }, read: { _, _ throws(CallFailure) in throw failure })
  }()
}
