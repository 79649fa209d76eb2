private import FoundationEssentials

#if canImport(Glibc)
  private import Glibc
#elseif canImport(Darwin)
  private import Darwin
#endif

/// Runs Graphviz's `dot` without a shell: the drawing comes from a file, the picture goes to one.
struct Graphviz {
  enum Failure: Error {
    case missing
    case tooSlow(seconds: Int)
    /// The exit code of a program that has another way than to draw.
    case failed(Int32)
    case noRoom
  }

  /// Seconds after which it is ended: large drawings take it long.
  var timeLimit = 60
  var program = "dot"

  func svg(_ drawing: String) throws -> String {
    let directory = FileManager.default.temporaryDirectory.path() + "cooper-graph-\(UUID().uuidString)"
    do {
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch { throw Failure.noRoom }
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let files = Files(directory: directory)
    do { try files.write(Array(drawing.utf8), to: "in.dot", mode: 0o600) } catch { throw Failure.noRoom }
    let status = try wait(for: start(in: directory))
    guard status == 0, let bytes = try? files.read("out.svg"), !bytes.isEmpty else { throw Failure.failed(status) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func start(in directory: String) throws -> pid_t {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    // A group of its own, so that a script of that name dies with what it started.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, directory + "/in.dot", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(
      &actions, STDOUT_FILENO, directory + "/out.svg", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    let words = [program, "-Tsvg"]
    let variables = ["PATH", "HOME", "LANG"].compactMap { name in Session.variable(name).map { "\(name)=\($0)" } }
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    var environment: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
    defer { for text in arguments + environment { free(text) } }
    var process = pid_t()
    switch posix_spawnp(&process, program, &actions, &attributes, &arguments, &environment) {
    case 0: return process
    case ENOENT: throw Failure.missing
    case let code: throw Failure.failed(code)
    }
  }

  private func wait(for process: pid_t) throws -> Int32 {
    let deadline = SystemClock.now() + Double(timeLimit)
    var status: Int32 = 0
    var isLate = false
    while true {
      let ended = waitpid(process, &status, WNOHANG)
      if ended == process { break }
      if ended < 0, errno != EINTR { throw Failure.failed(-1) }
      if !isLate, SystemClock.now() > deadline {
        isLate = true
        kill(-process, SIGKILL)
      }
      usleep(5_000)
    }
    if isLate { throw Failure.tooSlow(seconds: timeLimit) }
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F)
  }
}
