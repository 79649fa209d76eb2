import Foundation
import Testing

@testable import CooperCLI

@Suite("Running Graphviz")
struct GraphvizTests {
  private func program(_ script: String) throws -> String {
    let path = FileManager.default.temporaryDirectory.path + "/cooper-dot-\(UUID().uuidString)"
    try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return path
  }

  /// A program that was just written can't be started while another test, in its own fork, still holds it open for
  /// writing (ETXTBSY, execve(2)).
  private func svg(_ graphviz: Graphviz, _ drawing: String = "") throws -> String {
    for _ in 0..<200 {
      do {
        return try graphviz.svg(drawing)
      } catch Graphviz.Failure.failed(ETXTBSY) {
        Thread.sleep(forTimeInterval: 0.02)
      }
    }
    return try graphviz.svg(drawing)
  }

  @Test("The drawing is its input, its output the picture, and no shell reads either")
  func picture() throws {
    let path = try program("echo \"$@\"; cat")
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(try svg(Graphviz(program: path), "digraph { \"$(id)\" }") == "-Tsvg\ndigraph { \"$(id)\" }")
  }

  @Test("A program that takes too long is ended with what it started")
  func tooSlow() throws {
    let path = try program("sleep 60 & wait")
    defer { try? FileManager.default.removeItem(atPath: path) }
    let clock = ContinuousClock()
    let time = clock.measure {
      #expect {
        try svg(Graphviz(timeLimit: 1, program: path))
      } throws: { error in
        if case Graphviz.Failure.tooSlow(seconds: 1) = error { true } else { false }
      }
    }
    #expect(time < .seconds(20))
  }

  @Test("A program that fails, prints nothing or isn't there")
  func failing() throws {
    let path = try program("exit 7")
    let silent = try program("true")
    defer { for path in [path, silent] { try? FileManager.default.removeItem(atPath: path) } }
    #expect {
      try svg(Graphviz(program: path))
    } throws: { error in
      if case Graphviz.Failure.failed(7) = error { true } else { false }
    }
    #expect(throws: Graphviz.Failure.self) { try svg(Graphviz(program: silent)) }
    #expect {
      try svg(Graphviz(program: "cooper-no-such-program"))
    } throws: { error in
      if case Graphviz.Failure.missing = error { true } else { false }
    }
  }
}
