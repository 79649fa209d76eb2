internal import CProcess
internal import CooperModel
internal import CooperProvider

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Runs a program that prints a secret: no shell, nothing on its standard input, its errors thrown away.
struct SecretCommand {
  let words: [String]
  /// Where it runs: the project, as for all relative paths.
  let directory: String
  /// What the program finds in its environment, as `NAME=value`.
  let environment: [String]
  /// Seconds after which it is killed with everything it started.
  var timeLimit: Double = 30
  /// Bytes that it may print.
  var sizeLimit = 1 << 16

  func run() throws(CallFailure) -> Secret {
    let program = words.first ?? ""
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .commandFailed(program, "no pipe could be made") }
    let reading = ends[0]
    defer { close(reading) }
    _ = fcntl(reading, F_SETFD, FD_CLOEXEC)
    _ = fcntl(reading, F_SETFL, O_NONBLOCK)
    let started = spawn(writing: ends[1])
    close(ends[1])
    guard let process = started.process else {
      throw .commandFailed(program, started.code == ENOENT ? "there is no such program" : "it could not be started")
    }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: sizeLimit + 1, alignment: 1)
    var count = 0
    defer {
      wipe(UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
      buffer.deallocate()
    }
    let problem = collect(reading, buffer, &count)
    if problem != nil { kill(-process, SIGKILL) }
    let status = wait(for: process)
    // What it left behind in its group has no business here any more.
    kill(-process, SIGKILL)
    if let problem { throw .commandFailed(program, problem) }
    guard status & 0x7F == 0 else { throw .commandFailed(program, "it was ended by signal \(status & 0x7F)") }
    guard status == 0 else { throw .commandFailed(program, "it ended with exit code \(status >> 8 & 0xFF)") }
    let secret = SecretFile.trimmed(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    guard !secret.isEmpty else { throw .commandFailed(program, "it printed nothing") }
    return secret
  }

  /// Reads until the program closes its output; says what went wrong.
  private func collect(_ reading: Int32, _ buffer: UnsafeMutableRawBufferPointer, _ count: inout Int) -> String? {
    let deadline = SystemClock.now() + timeLimit
    while true {
      let left = deadline - SystemClock.now()
      guard left > 0 else { return "it took more than \(Int(timeLimit)) s" }
      var waiting = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
      let ready = poll(&waiting, 1, Int32(min(left * 1_000 + 1, 1_000)))
      if ready < 0, errno != EINTR { return "its output can't be read" }
      if ready <= 0 { continue }
      let got = SecretFile.systemRead(reading, UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
      if got == 0 { return nil }
      if got < 0 {
        if errno == EINTR || errno == EAGAIN { continue }
        return "its output can't be read"
      }
      count += got
      if count > sizeLimit { return "it printed more than \(sizeLimit) bytes" }
    }
  }

  private func wait(for process: pid_t) -> Int32 {
    var status: Int32 = 0
    let deadline = SystemClock.now() + 5
    while true {
      let ended = waitpid(process, &status, WNOHANG)
      if ended == process { return status }
      if ended < 0, errno != EINTR { return 0x7F00 }
      // It closed its output and goes on all the same.
      if SystemClock.now() > deadline { kill(-process, SIGKILL) }
      usleep(2_000)
    }
  }

  private func spawn(writing: Int32) -> (process: pid_t?, code: Int32) {
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
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, writing, STDOUT_FILENO)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    _ = cooper_close_from(&actions, 3)
    _ = cooper_change_directory(&actions, directory)
    // A group of its own, so that a shell script dies with what it started; Ctrl-C reaches us, and we end it.
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for number in [SIGPIPE, SIGINT, SIGTERM] { sigaddset(&defaults, number) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF))
    posix_spawnattr_setpgroup(&attributes, 0)
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
    defer { for text in arguments + variables { free(text) } }
    var process = pid_t()
    let code = posix_spawnp(&process, words[0], &actions, &attributes, &arguments, &variables)
    return code == 0 ? (process, 0) : (nil, code)
  }
}
