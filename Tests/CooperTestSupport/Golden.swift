internal import FoundationEssentials

/// A folder of expected texts; `COOPER_RECORD=1` writes them anew.
public struct Golden: Sendable {
  private let folder: String

  /// The folder `name` beside the test file that asks.
  public init(_ name: String = "Goldens", file: String = #filePath) {
    folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") + "/" + name
  }

  /// Names of the files in it.
  public var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
  }

  /// Nil when the text is the recorded one, else the lines that differ.
  public func difference(_ text: String, _ name: String) -> String? {
    let path = folder + "/" + name
    if ProcessInfo.processInfo.environment["COOPER_RECORD"] == "1" {
      try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      do {
        try Data(text.utf8).write(to: URL(filePath: path))
        return nil
      } catch {
        return "\(name) could not be recorded: \(error)"
      }
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      return "\(name) is not recorded; run once with COOPER_RECORD=1\n\(text)"
    }
    let expected = String(decoding: data, as: UTF8.self)
    return expected == text ? nil : Self.difference(expected, text, name)
  }

  private static func difference(_ expected: String, _ text: String, _ name: String) -> String {
    let old = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let new = text.split(separator: "\n", omittingEmptySubsequences: false)
    var lines = ["\(name) differs (- recorded, + now); COOPER_RECORD=1 records it anew"]
    for change in new.difference(from: old) {
      switch change {
      case .remove(let line, let text, _): lines.append("-\(line + 1): \(text)")
      case .insert(let line, let text, _): lines.append("+\(line + 1): \(text)")
      }
    }
    return lines.joined(separator: "\n")
  }
}
