internal import CooperDocuments
internal import CooperEngine
internal import CooperModel
internal import CooperProvider
internal import CooperSecrets

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Keys in files of the project: a file of variables that nobody else can read, or one that is sealed.
///
/// Never outside of the project, never through a link, and never over a file that Cooper didn't write.
struct KeyFilesOnDisk: Sendable {
  /// Absolute.
  let directory: String
  let project: String
  let resolver: SecretResolver

  static let mark = "# A key that Cooper made"

  var files: KeyFiles {
    KeyFiles(
      check: { (sink, address) throws(CallFailure) in try check(sink, address) },
      write: { (sink, address, pair) throws(CallFailure) in try write(sink, address, pair) },
      id: { (sink, address) throws(CallFailure) in try lines(of: sink)?.id },
      read: { (sink, address) throws(CallFailure) in try read(sink, address) })
  }

  // MARK: Places

  private static func path(_ sink: KeySink) throws(CallFailure) -> String {
    switch sink {
    case .envFile(let path), .sealedFile(let path): return path
    case .secret: throw failure(sink, "it is no file")
    }
  }

  private static func failure(_ sink: KeySink, _ problem: String) -> CallFailure {
    CallFailure(.invalid, code: "KEY0002", "no key can be kept in \(sink.label): \(problem)")
  }

  /// The file, absolute, after a look at everything on the way to it.
  private func place(_ sink: KeySink) throws(CallFailure) -> String {
    let path = try Self.path(sink)
    guard let root = SecretFile.withoutLinks(directory) else { throw Self.failure(sink, "the project is not there") }
    do throws(DocumentProblem) {
      try DocumentFile(root: root, path: path, sources: []).check()
    } catch {
      throw Self.failure(sink, error.message)
    }
    return root + "/" + path
  }

  /// Before a key is made: the place is fit, holds nothing of others, and there is a key to seal with.
  private func check(_ sink: KeySink, _ address: Address) throws(CallFailure) {
    let path = try place(sink)
    if access(path, F_OK) == 0 {
      guard try lines(of: sink) != nil else {
        throw Self.failure(sink, "there is a file that Cooper didn't write; name another one")
      }
    }
    if case .sealedFile = sink, try resolver.sealingKeys().isEmpty {
      throw Self.failure(sink, "there is no sealing key; make one:  cooper secrets keygen")
    }
    try makeDirectories(sink, path)
    guard access(Self.parent(path), W_OK) == 0 else { throw Self.failure(sink, "its directory can't be written") }
  }

  private static func parent(_ path: String) -> String {
    String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
  }

  private func makeDirectories(_ sink: KeySink, _ path: String) throws(CallFailure) {
    do {
      try Files(directory: directory).makeDirectory(Self.parent(path))
    } catch {
      throw Self.failure(sink, "its directory can't be made")
    }
  }

  // MARK: Contents

  /// Written by Cooper: the id in plain text, the secret or what is sealed of it.
  private struct Lines {
    var id: String
    var secret: Secret
  }

  private static func names(_ sink: KeySink) -> (id: String, secret: String, between: String) {
    if case .envFile = sink { return ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "=") }
    return ("accessKeyId", "secretAccessKey", ": ")
  }

  /// Nil when nothing is there, or nothing of Cooper's.
  private func lines(of sink: KeySink) throws(CallFailure) -> Lines? {
    let path = try place(sink)
    guard access(path, F_OK) == 0 else { return nil }
    let names = Self.names(sink)
    // A sealed file is as good as any other in the repository; one of variables is for its owner alone.
    let contents: Secret
    if case .envFile = sink {
      contents = try SecretFile.read(path, shown: try Self.path(sink), roots: [directory])
    } else {
      do {
        contents = Secret(try Files(directory: directory).read(path) ?? [])
      } catch {
        throw Self.failure(sink, "it can't be read")
      }
    }
    return contents.withBytes { bytes -> Lines? in
      var id: String?
      var secret: Secret?
      guard bytes.starts(with: Array(Self.mark.utf8)) else { return nil }
      for line in bytes.split(separator: 0x0A) {
        if line.starts(with: Array((names.id + names.between).utf8)) {
          id = String(decoding: line.dropFirst((names.id + names.between).utf8.count), as: UTF8.self)
        } else if line.starts(with: Array((names.secret + names.between).utf8)) {
          secret = Secret(
            UnsafeRawBufferPointer(
              UnsafeBufferPointer(rebasing: line.dropFirst((names.secret + names.between).utf8.count))))
        }
      }
      guard let id, let secret else { return nil }
      return Lines(id: id, secret: secret)
    }
  }

  private func read(_ sink: KeySink, _ address: Address) throws(CallFailure) -> KeyPair? {
    guard let lines = try lines(of: sink) else { return nil }
    if case .envFile = sink { return KeyPair(id: lines.id, secret: lines.secret) }
    let sealed = lines.secret.withBytes { String(decoding: $0, as: UTF8.self) }
    let secret = try resolver.resolve(.sealed(sealed), field: Self.field(address))
    return KeyPair(id: lines.id, secret: secret)
  }

  private static func field(_ address: Address) -> String { "\(address).secretAccessKey" }

  private func write(_ sink: KeySink, _ address: Address, _ pair: KeyPair) throws(CallFailure) {
    let path = try place(sink)
    let names = Self.names(sink)
    let head =
      "\(Self.mark) for \(address); it is replaced when the key is exchanged.\n"
      + "\(names.id)\(names.between)\(pair.id)\n\(names.secret)\(names.between)"
    var bytes = Array(head.utf8)
    // Room for all of it, so that no half of it stays behind in memory that grew.
    bytes.reserveCapacity(bytes.count + SealedText.limit)
    defer { wipe(&bytes) }
    if case .envFile = sink {
      pair.secret.withBytes { bytes += $0 }
    } else {
      guard let key = try resolver.sealingKeys().first,
        let sealed = SealedText(pair.secret, for: SealedPlace(project: project, field: Self.field(address)), with: key)
      else { throw Self.failure(sink, "it can't be sealed") }
      bytes += sealed.description.utf8
    }
    bytes.append(0x0A)
    try makeDirectories(sink, path)
    var isOpen = false
    if case .sealedFile = sink { isOpen = true }
    do throws(FileReplacement.Failure) {
      try FileReplacement.replaceDurably(path, bytes, mode: isOpen ? 0o644 : 0o600)
    } catch {
      throw Self.failure(sink, error.description)
    }
  }
}
