/// Calls by which a check shows what somebody may do in a bucket, on one object of the check's own.
///
/// The object's name comes from the check and can't be anybody else's; nothing but that object is ever written or removed.
public struct ObjectProbe: Sendable {
  /// Lists what begins with the object's name; changes nothing.
  public var list: any Procedure<Void>
  /// Writes the object only where there is none; tells its version where the bucket has versions.
  public var write: any Procedure<String?>
  public var read: any Procedure<[UInt8]>
  /// Deletes as a consumer does; tells the version that it left behind (a delete marker), where there is one.
  public var delete: any Procedure<String?>
  /// Removes one version for good, or the object where versions are unknown; what is gone already is well.
  public var remove: @Sendable (_ version: String?) -> any Procedure<Void>

  public init(
    list: any Procedure<Void>, write: any Procedure<String?>, read: any Procedure<[UInt8]>,
    delete: any Procedure<String?>, remove: @escaping @Sendable (String?) -> any Procedure<Void>
  ) {
    self.list = list
    self.write = write
    self.read = read
    self.delete = delete
    self.remove = remove
  }
}

/// A call whose success is all that is asked, as a look at a resource through somebody else's eyes.
public struct LiveLook: Sendable {
  /// The step's name, e.g. `browse`.
  public var name: String
  /// What was seen, in words.
  public var look: any Procedure<String>

  /// What to do when it fails.
  public var fix: String

  public init(
    name: String, look: any Procedure<String>,
    fix: String = "apply anew, or check what the entry's identity may do there"
  ) {
    self.name = name
    self.look = look
    self.fix = fix
  }
}
