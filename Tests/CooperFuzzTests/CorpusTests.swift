import CooperFuzzEntries
import Foundation
import Testing

private let fuzz = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().appendingPathComponent("Fuzz")

/// A file under `Fuzz/Corpus` or `Fuzz/Crashes`.
private struct Input: Sendable, CustomTestStringConvertible {
  var target: String
  var file: URL
  var testDescription: String { target + "/" + file.lastPathComponent }

  static let all: [Input] = ["Corpus", "Crashes"].flatMap { folder in
    names(folder).flatMap { target in
      names(folder + "/" + target).map {
        Input(target: target, file: fuzz.appendingPathComponent("\(folder)/\(target)/\($0)"))
      }
    }
  }

  static func names(_ folder: String) -> [String] {
    let found = try? FileManager.default.contentsOfDirectory(atPath: fuzz.appendingPathComponent(folder).path)
    return (found ?? []).filter { !$0.hasPrefix(".") }.sorted()
  }
}

@Suite("The inputs of fuzzing")
struct CorpusTests {
  @Test("Each has no finding", arguments: Input.all)
  fileprivate func input(_ input: Input) throws {
    let target = try #require(FuzzTarget.all.first { $0.name == input.target })
    #expect(target.finding(Array(try Data(contentsOf: input.file))) == nil)
  }

  @Test("Each target has a corpus of some files", arguments: FuzzTarget.all.map(\.name))
  func corpus(_ name: String) { #expect(Input.all.filter { $0.target == name }.count >= 3) }
}
