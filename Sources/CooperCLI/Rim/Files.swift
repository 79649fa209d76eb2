internal import FoundationEssentials

/// Reads and writes whole files; relative paths start at a given directory.
struct Files: Sendable {
  let directory: String

  func path(_ relative: String) -> String {
    relative.hasPrefix("/") ? relative : directory + "/" + relative
  }

  func exists(_ relative: String) -> Bool { FileManager.default.fileExists(atPath: path(relative)) }

  func read(_ relative: String) throws -> [UInt8]? {
    guard exists(relative) else { return nil }
    return try Array(Data(contentsOf: URL(filePath: path(relative))))
  }

  /// Replaces the file in one step; `mode` such as 0o600.
  func write(_ bytes: [UInt8], to relative: String, mode: Int = 0o644) throws {
    let url = URL(filePath: path(relative))
    try Data(bytes).write(to: url, options: .atomic)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path())
  }

  func makeDirectory(_ relative: String) throws {
    try FileManager.default.createDirectory(atPath: path(relative), withIntermediateDirectories: true)
  }
}
