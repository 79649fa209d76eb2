import CooperConfig
import CooperDiagnostics
import CooperProvider
import CooperProviders
import CooperTestSupport
import Testing

/// A project in one file: marks show the places of diagnostics, lines with `#!` say which ones and how to load it.
///
/// `#! expect CODE` stands once for each mark, in order; `#! nowhere CODE` for a diagnostic without a place;
/// `#! file PATH` begins another file; `#! validate yes` runs the guard rules too;
/// `#! catalog providers` loads with the providers of this build instead of the small language of these tests.
/// `⟨E9⟩` stands for a byte and `⟨9*text⟩` for a text so many times.
struct Fixture: Sendable, CustomTestStringConvertible {
  struct Finding: Hashable, Sendable {
    var code: String
    var place: String
  }

  let name: String
  var files: [String: String] = [:]
  var expected: [Finding] = []
  var environment: String?
  var variables: [VariableAssignment] = []
  var process: [String: String] = [:]
  var validates = false
  var usesProviders = false
  private var bytes: [String: [UInt8]] = [:]

  var testDescription: String { name }

  static let directory = String(#filePath.dropLast("/Fixture.swift".count)) + "/Fixtures"

  static let all: [Fixture] = TextFile.names(in: directory).filter { $0.hasSuffix(".yaml") }.sorted().compactMap {
    file in TextFile.read(directory + "/" + file).map { Fixture(String(file.dropLast(5)), $0) }
  }

  init(_ name: String, _ text: String) {
    self.name = name
    var codes: [String] = []
    var path = "cooper.yaml"
    var texts: [(path: String, text: String)] = [(path, "")]
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("#! file ") {
        path = String(line.dropFirst(8))
        texts.append((path, ""))
        continue
      }
      texts[texts.count - 1].text += line + "\n"
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 3, words[0] == "#!" else { continue }
      switch words[1] {
      case "expect": codes.append(words[2])
      case "nowhere": expected.append(Finding(code: words[2], place: ""))
      case "validate": validates = true
      case "environment": environment = words[2]
      case "catalog": usesProviders = words[2] == "providers"
      case "var": variables += VariableAssignment(words[2]).map { [$0] } ?? []
      case "process":
        if let variable = VariableAssignment(words[2]) { process[variable.name] = variable.text }
      default: break
      }
    }
    var ranges: [(String, SourceRange)] = []
    for (path, text) in texts {
      let isOnlyHeader = text.split(separator: "\n").allSatisfy { $0.hasPrefix("#!") || $0.isEmpty }
      if texts.count > 1, isOnlyHeader { continue }
      let marked = MarkedYAML(FixtureText.expanded(text), name: path)
      files[path] = marked.text
      bytes[path] = FixtureText.bytes(marked.text)
      ranges += marked.ranges.map { (path, $0) }
    }
    for (index, code) in codes.enumerated() {
      let place = index < ranges.count ? Self.words(ranges[index].0, ranges[index].1) : "no mark"
      expected.append(Finding(code: code, place: place))
    }
  }

  static func words(_ path: String, _ range: SourceRange) -> String {
    "\(path) \(range.start.line):\(range.start.column)-\(range.end.line):\(range.end.column)"
  }

  func load() -> Diagnosed<Configuration> {
    var memory = MemoryFiles(files)
    memory.bytes = bytes
    let loader = ConfigLoader(
      catalog: usesProviders ? AllProviders.registry.catalog : TestCatalog.standard, files: memory)
    let request = LoadRequest(
      directory: "/project", environment: environment, assignments: variables, processEnvironment: process)
    guard validates else { return loader.load(request) }
    let result = loader.validate(request)
    return Diagnosed(result.value?.first, result.diagnostics)
  }

  func found(_ result: Diagnosed<Configuration>) -> [Finding] {
    result.diagnostics.map { diagnostic in
      let place = diagnostic.range.map { range in
        Self.words(result.value?.sources[range.source]?.name ?? "?", range)
      }
      return Finding(code: diagnostic.code.text, place: place ?? "")
    }
  }

  func report(_ result: Diagnosed<Configuration>) -> String {
    TextReport(result.value?.sources ?? SourceMap()).render(result.diagnostics)
  }
}

/// What fixtures can't hold as they are: bytes that are no text, and very long texts.
enum FixtureText {
  /// Bytes become private scalars, so that each takes one column.
  static func expanded(_ text: String) -> String {
    guard text.contains("⟨") else { return text }
    var result = ""
    for (index, piece) in text.split(separator: "⟨", omittingEmptySubsequences: false).enumerated() {
      guard index > 0, let end = piece.firstIndex(of: "⟩") else {
        result += piece
        continue
      }
      let token = piece[..<end]
      if let byte = UInt8(token, radix: 16), token.count == 2, let scalar = Unicode.Scalar(0xE000 + UInt32(byte)) {
        result.unicodeScalars.append(scalar)
      } else if let star = token.firstIndex(of: "*"), let count = Int(token[..<star]) {
        result += String(repeating: String(token[token.index(after: star)...]), count: count)
      }
      result += piece[piece.index(after: end)...]
    }
    return result
  }

  static func bytes(_ text: String) -> [UInt8]? {
    guard text.unicodeScalars.contains(where: { (0xE000...0xE0FF).contains($0.value) }) else { return nil }
    return text.unicodeScalars.flatMap { scalar -> [UInt8] in
      (0xE000...0xE0FF).contains(scalar.value) ? [UInt8(scalar.value - 0xE000)] : Array(String(scalar).utf8)
    }
  }
}
