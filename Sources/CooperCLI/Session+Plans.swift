internal import CooperPlan
internal import CooperState
private import FoundationEssentials

#if canImport(Glibc)
  private import Glibc
#elseif canImport(Darwin)
  private import Darwin
#endif

extension Session {
  func save(_ plan: Plan, to path: String) throws {
    let here = Files(directory: FileManager.default.currentDirectoryPath)
    do {
      try here.write(PlanFile.encode(plan), to: path, mode: 0o600)
    } catch {
      output.note("error: the plan could not be written to \(path): \(error)")
      throw Exit.failed
    }
    output.note("saved: \(path)   run it with  cooper apply \(path)")
  }

  func loadPlan(_ path: String) throws -> Plan {
    let here = Files(directory: FileManager.default.currentDirectoryPath)
    guard let bytes = try here.read(path) else {
      output.note("error: there is no plan at \(path)")
      throw Exit.usage
    }
    do throws(PlanFileProblem) {
      return try PlanFile.decode(bytes)
    } catch {
      output.note("error APL0003: \(path): \(error)\n  plan again:  cooper plan --out \(path)")
      throw Exit.invalidConfiguration
    }
  }

  func lockHolder(_ command: String) -> LockHolder {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return LockHolder(
      owner: Session.variable("USER") ?? Session.variable("LOGNAME") ?? "uid \(getuid())", host: host,
      process: getpid(), command: command, since: Int64(SystemClock.now()))
  }
}
