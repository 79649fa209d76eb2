import FoundationEssentials
import Testing

/// Compares a text with a file beside the tests; `COOPER_RECORD=1` writes the file anew.
func expectGolden(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
  let file = String(#filePath)
  let folder = file[..<(file.lastIndex(of: "/") ?? file.endIndex)] + "/Goldens/"
  let path = folder + name
  if ProcessInfo.processInfo.environment["COOPER_RECORD"] == "1" {
    try Data(text.utf8).write(to: URL(filePath: String(path)))
    return
  }
  guard let data = FileManager.default.contents(atPath: String(path)) else {
    Issue.record("there is no golden \(name); record it with COOPER_RECORD=1", sourceLocation: sourceLocation)
    return
  }
  let golden = String(decoding: data, as: UTF8.self)
  guard golden != text else { return }
  Issue.record("\(name) differs (- golden, + rendered):\n\(difference(golden, text))", sourceLocation: sourceLocation)
}

private func difference(_ golden: String, _ text: String) -> String {
  let old = golden.split(separator: "\n", omittingEmptySubsequences: false)
  let new = text.split(separator: "\n", omittingEmptySubsequences: false)
  return new.difference(from: old).map { change in
    switch change {
    case .remove(let line, let text, _): "-\(line + 1): \(text)"
    case .insert(let line, let text, _): "+\(line + 1): \(text)"
    }
  }.joined(separator: "\n")
}
