import CooperModel
import CooperSchema
import Foundation

@testable import CooperState

/// A directory of a test's own, gone with it.
final class TemporaryDirectory: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("cooper-state-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func bytes(_ name: String) -> [UInt8]? { FileManager.default.contents(atPath: path + "/" + name).map { Array($0) } }
  func write(_ bytes: some Collection<UInt8>, _ name: String) throws {
    let url = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }
  func mode(_ name: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path + "/" + name)[.posixPermissions] as? Int
  }
  func names(_ name: String = "") -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path + "/" + name)) ?? []).sorted()
  }
}

/// Values that many tests need.
enum Sample {
  static let holder = LockHolder(owner: "r-1", host: "h", process: 7, command: "apply", since: 1_790_000_000)
  static let address = Address("buckets", "a")

  static func bucket(_ name: String = "acme-a") -> RecordedResource {
    RecordedResource(
      kind: "bucket", connection: "aws", identity: PhysicalIdentity(endpoint: "https://s3.example", name: name))
  }

  static func snapshot(serial: Int, _ resources: [Address: RecordedResource] = [:]) -> StateSnapshot {
    StateSnapshot(lineage: "l", serial: serial, project: "acme", resources: resources)
  }

  static func begin(serial: Int) -> Event {
    .begin(run: "r-1", command: "apply", at: 1_790_000_000, lineage: "l", serial: serial)
  }
}
