import ArgumentParser
import CooperModel
import CooperState
import Foundation
import Testing

@testable import CooperCLI

/// Commands on real directories: each test has a project of its own.
@Suite("Commands on a project")
final class ProjectCommandTests: Sendable {
  let directory: String

  init() throws {
    directory = NSTemporaryDirectory() + "cooper-cli-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  private func run<Command: AsyncParsableCommand>(_ type: Command.Type, _ arguments: String...) async throws {
    var command = try type.parse(arguments + ["--project", directory])
    try await command.run()
  }

  private func write(_ text: String, _ path: String) throws {
    let url = URL(fileURLWithPath: directory + "/" + path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: url, atomically: true, encoding: .utf8)
  }

  private func read(_ path: String) throws -> String {
    try String(contentsOfFile: directory + "/" + path, encoding: .utf8)
  }

  private func state() async throws -> StateSnapshot {
    let store = FileStateStore(base: directory, environment: nil, cooperVersion: "test")
    return try #require(try await store.read().snapshot)
  }

  private func initAndApply() async throws {
    let command = try InitCommand.parse([directory])
    try command.run()
    try await run(ApplyCommand.self, "--yes")
  }

  @Test("init, apply: the second plan is empty, and init refuses to write over anything")
  func firstRun() async throws {
    try await initAndApply()
    try await run(PlanCommand.self, "--detailed-exitcode")
    #expect(try await state().resources.keys.map(\.name).sorted() == ["landing", "scratch"])
    let before = try read("cooper.yaml")
    try "x".write(toFile: directory + "/.gitignore", atomically: true, encoding: .utf8)
    let again = try InitCommand.parse([directory])
    #expect(throws: ExitCode(1)) { try again.run() }
    #expect(try read("cooper.yaml") == before)
    #expect(try read(".gitignore") == "x")
  }

  @Test("state mv and forget save a new serial each, and refuse what is not recorded")
  func mending() async throws {
    try await initAndApply()
    let serial = try await state().serial
    try await run(StateMoveCommand.self, "buckets.scratch", "buckets.tmp")
    #expect(try await state().resources[Address("buckets", "tmp")]?.identity.name == "scratch")
    await #expect(throws: ExitCode(1)) { try await run(StateMoveCommand.self, "buckets.scratch", "buckets.x") }
    await #expect(throws: ExitCode(1)) { try await run(StateMoveCommand.self, "buckets.tmp", "buckets.landing") }
    await #expect(throws: ExitCode(64)) { try await run(StateMoveCommand.self, "buckets.tmp", "roles.tmp") }
    await #expect(throws: ExitCode(64)) { try await run(StateForgetCommand.self, "nonsense") }
    await #expect(throws: ExitCode(1)) { try await run(StateForgetCommand.self, "buckets.tmp", "buckets.nope") }
    #expect(try await state().resources.count == 2)
    try await run(StateForgetCommand.self, "buckets.tmp")
    #expect(try await state().resources.keys.sorted() == [Address("buckets", "landing")])
    #expect(try await state().serial == serial + 2)
    #expect(FileManager.default.fileExists(atPath: directory + "/buckets/scratch"))
  }

  @Test("state push takes the next serial, and refuses an older one and another lineage")
  func push() async throws {
    try await initAndApply()
    let file = directory + "/pushed.json"
    func pushed(_ change: (inout StateSnapshot) -> Void) async throws {
      var snapshot = try await state()
      change(&snapshot)
      let bytes = StateFormat.encode(snapshot, cooperVersion: "test")
      try Data(bytes).write(to: URL(fileURLWithPath: file))
      try await run(StatePushCommand.self, file)
    }
    try await pushed { $0.serial += 5 }
    let serial = try await state().serial
    try await pushed { _ in }
    await #expect(throws: ExitCode(1)) { try await pushed { $0.serial -= 1 } }
    await #expect(throws: ExitCode(1)) { try await pushed { $0.resources = [:] } }
    await #expect(throws: ExitCode(1)) {
      try await pushed {
        $0.serial += 1
        $0.lineage = "another"
      }
    }
    await #expect(throws: ExitCode(65)) {
      try await pushed {
        $0.serial += 1
        $0.resources[Address("buckets", "twin")] = $0.resources[Address("buckets", "landing")]
      }
    }
    #expect(try await state().serial == serial)
    #expect(try await state().resources.count == 2)
  }

  @Test("import of an undeclared bucket writes YAML, and the next plan is empty")
  func importUndeclared() async throws {
    try await initAndApply()
    try write(#"{"a":"no","b":"1.10","c":"$(x)","d":"two\nlines","aws:x":"1"}"#, "buckets/.cooper/old.logs.tags.json")
    try FileManager.default.createDirectory(
      atPath: directory + "/buckets/old.logs", withIntermediateDirectories: true)
    try await run(ImportCommand.self, "buckets.old", "old.logs", "--dry-run")
    #expect(!FileManager.default.fileExists(atPath: directory + "/imported"))
    try await run(ImportCommand.self, "buckets.old", "old.logs")
    #expect(try read("cooper.yaml").contains("\ninclude: [\"imported/*.yaml\"]\n"))
    #expect(try read("imported/old.yaml").contains("\n      a: \"no\"\n"))
    #expect(try !read("imported/old.yaml").contains("aws:x"))
    #expect(try await state().resources[Address("buckets", "old")]?.origin == .adopted)
    for file in ["cooper.yaml", "imported/old.yaml"] {
      #expect(try Formatter().formatted(read(file)) == read(file), "fmt would change what import wrote")
    }
    try await run(PlanCommand.self, "--detailed-exitcode")
    await #expect(throws: ExitCode(1)) { try await run(ImportCommand.self, "buckets.other", "old.logs") }
  }

  @Test("import of a declared bucket records what is there; the next plan shows what differs")
  func importDeclared() async throws {
    try await initAndApply()
    try FileManager.default.createDirectory(atPath: directory + "/buckets/more", withIntermediateDirectories: true)
    let block = "  more:\n    connection: here\n    versioning: enabled\n"
    try write(try read("cooper.yaml") + block, "cooper.yaml")
    await #expect(throws: ExitCode(1)) { try await run(ImportCommand.self, "buckets.more", "another-name") }
    try await run(ImportCommand.self, "buckets.more", "more")
    let entry = try #require(try await state().resources[Address("buckets", "more")])
    #expect(entry.facets["versioning"] == RecordedFacet(value: nil))
    await #expect(throws: ExitCode(2)) { try await run(PlanCommand.self, "--detailed-exitcode") }
  }

  @Test("import of a name that doesn't exist is an error (hashicorp/terraform-provider-aws#6159)")
  func importNothing() async throws {
    try await initAndApply()
    let serial = try await state().serial
    await #expect(throws: ExitCode(1)) { try await run(ImportCommand.self, "buckets.nope", "nope") }
    #expect(try await state().serial == serial)
    #expect(!FileManager.default.fileExists(atPath: directory + "/imported"))
  }

  @Test("output, show and explain refuse unknown words with 64 or 1")
  func unknownWords() async throws {
    try await initAndApply()
    await #expect(throws: ExitCode(64)) { try await run(OutputCommand.self, "buckets.landin.path") }
    try await run(OutputCommand.self, "buckets.landing.path")
    await #expect(throws: ExitCode(1)) { try await run(StateShowCommand.self, "buckets.nope") }
    var explain = try ExplainCommand.parse(["lifecyle", "--project", directory])
    #expect(throws: ExitCode(64)) { try explain.run() }
    explain = try ExplainCommand.parse(["lifecycle.noncurrentExpiration", "--project", directory])
    try explain.run()
  }

  @Test("A held lock: mv leaves with 6, or waits with --lock-timeout")
  func locked() async throws {
    try await initAndApply()
    let store = FileStateStore(base: directory, environment: nil, cooperVersion: "test")
    let holder = LockHolder(owner: "ana", host: "here", process: 1, command: "test", since: 0)
    let lease = try await store.lock(holder)
    await #expect(throws: ExitCode(6)) { try await run(StateForgetCommand.self, "buckets.scratch") }
    await #expect(throws: ExitCode(6)) { try await run(StateUnlockCommand.self) }
    async let waiting: Void = run(StateForgetCommand.self, "buckets.scratch", "--lock-timeout", "20s")
    try await Task.sleep(for: .milliseconds(200))
    await lease.release()
    try await waiting
    #expect(try await state().resources.count == 1)
  }
}
