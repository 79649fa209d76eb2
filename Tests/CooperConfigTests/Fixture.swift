import CooperConfig
import CooperDiagnostics
import CooperProvider
import CooperProviders
import CooperTestSupport
import Testing

/// A project in one file: marks show the places of diagnostics, lines with `#!` say which ones and how to load it.
///
/// `#! expect CODE` stands once for each mark, in order; `#! nowhere CODE` for a diagnostic without a place;
/// `#! catalog providers` loads with the providers of this build instead of the small language of these tests;
/// `#! file PATH` begins another file. The code `YAML` stands for any finding of the parser, wherever it is.
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
  var usesProviders = false

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
      let marked = MarkedYAML(text, name: path)
      files[path] = marked.text
      ranges += marked.ranges.map { (path, $0) }
    }
    for (index, code) in codes.enumerated() {
      let place = index < ranges.count ? Self.words(ranges[index].0, ranges[index].1) : "anywhere"
      expected.append(Finding(code: code, place: code == "YAML" ? "anywhere" : place))
    }
  }

  static func words(_ path: String, _ range: SourceRange) -> String {
    "\(path) \(range.start.line):\(range.start.column)-\(range.end.line):\(range.end.column)"
  }

  func load() -> Diagnosed<Configuration> {
    CooperConfigTests.load(
      files, environment: environment, variables: variables, process: process,
      catalog: usesProviders ? AllProviders.registry.catalog : TestCatalog.standard)
  }

  func found(_ result: Diagnosed<Configuration>) -> [Finding] {
    result.diagnostics.map { diagnostic in
      if diagnostic.code.text.hasPrefix("YML") || diagnostic.code.text.hasPrefix("YAML") {
        return Finding(code: "YAML", place: "anywhere")
      }
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
