import Glibc

/// The `s3-endpoint` beside this program, on a free port, ended with it.
struct Endpoint {
  let url: String
  private let process: pid_t

  init?(delayMilliseconds: Int) {
    let own = CommandLine.arguments[0]
    let program = own.contains("/") ? own.split(separator: "/").dropLast().joined(separator: "/") : "."
    let path = (own.hasPrefix("/") ? "/" : "") + program + "/s3-endpoint"
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return nil }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let arguments = [path, "--delay-ms", "\(delayMilliseconds)"]
    var words: [UnsafeMutablePointer<CChar>?] = []
    for argument in arguments { words.append(strdup(argument)) }
    words.append(nil)
    defer { words.forEach { free($0) } }
    var process = pid_t()
    let status = posix_spawn(&process, path, &actions, nil, words, environ)
    close(ends[1])
    defer { close(ends[0]) }
    guard status == 0 else { return nil }
    var port = ""
    var byte: UInt8 = 0
    while read(ends[0], &byte, 1) == 1, byte != 0x0a { port.unicodeScalars.append(Unicode.Scalar(byte)) }
    self.process = process
    url = "http://127.0.0.1:\(port)"
  }

  func stop() {
    kill(process, SIGTERM)
    waitpid(process, nil, 0)
  }
}
