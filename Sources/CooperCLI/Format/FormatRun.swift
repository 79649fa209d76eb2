internal import CooperConfig
internal import CooperDiagnostics
internal import CooperProvider
internal import CooperProviders
internal import CooperSyntax

#if canImport(Glibc)
  private import Glibc
#elseif canImport(Darwin)
  private import Darwin
#endif

/// The formatting of texts in the order of this build's language.
struct Formatter {
  private let order: MappingOrder

  init() { order = LanguageSchema(AllProviders.registry.catalog).mappingOrder }

  /// The new text, or the findings that forbid one, with what they point into.
  func format(_ bytes: [UInt8], name: String) -> (result: Diagnosed<[UInt8]>, sources: SourceMap) {
    var sources = SourceMap()
    let source = SourceText(name: name, bytes: bytes)
    let id = sources.add(source)
    return (YAMLFormat.formatted(source, id: id, order: order), sources)
  }

  /// A text of Cooper's own in canonical form; as it is where that fails.
  func formatted(_ text: String) -> String {
    format(Array(text.utf8), name: "text").result.value.map { String(decoding: $0, as: UTF8.self) } ?? text
  }
}

/// Standard input, and files that are replaced in one step.
enum FormatRim {
  static func standardInput() -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = buffer.withUnsafeMutableBytes { unsafeRead($0) }
      if count > 0 {
        bytes += buffer[..<count]
      } else if count == 0 || errno != EINTR {
        return bytes
      }
    }
  }

  private static func unsafeRead(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    read(STDIN_FILENO, buffer.baseAddress, buffer.count)
  }

  /// The file itself where the path is a link: replacing the link would leave the file as it was.
  static func withoutLinks(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// The permissions of a file, to give them to what replaces it.
  static func mode(of path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_mode & 0o7777) : 0o644
  }

  static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
