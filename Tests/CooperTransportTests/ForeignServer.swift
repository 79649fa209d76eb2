import Foundation
import Glibc

/// A server that nobody here wrote, run as a process in a folder of its own and killed by its id.
final class ForeignServer {
  let folder: URL
  private var process: pid_t?

  init() throws {
    folder = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent("cooper-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit {
    if let process {
      kill(process, SIGTERM)
      waitpid(process, nil, 0)
    }
    try? FileManager.default.removeItem(at: folder)
  }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
  func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }
  func write(_ text: String, to name: String) throws {
    try text.write(toFile: path(name), atomically: true, encoding: .utf8)
  }

  /// Python's own HTTP server over TLS with the certificate `leaf`; returns its port.
  func startPython(certificate: String = "leaf", protocolVersion: String = "HTTP/1.1") throws -> Int {
    let script = """
      import http.server, ssl
      class Handler(http.server.SimpleHTTPRequestHandler):
          protocol_version = "\(protocolVersion)"
          def log_message(self, *_): pass
      server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
      context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
      context.load_cert_chain("\(certificate).pem", "\(certificate).key")
      server.socket = context.wrap_socket(server.socket, server_side=True)
      print(server.server_address[1], flush=True)
      server.serve_forever()
      """
    return Int(try start(["python3", "-c", script])) ?? 0
  }

  /// Starts the program and returns the first line it prints.
  private func start(_ arguments: [String]) throws -> String {
    var ends: [Int32] = [0, 0]
    pipe(&ends)
    defer { close(ends[0]) }
    process = try launch(arguments, output: ends[1])
    close(ends[1])
    var line = ""
    var byte: UInt8 = 0
    while read(ends[0], &byte, 1) == 1, byte != 0x0a { line.unicodeScalars.append(Unicode.Scalar(byte)) }
    return line
  }

  /// Starts nginx with the configuration and waits until it listens.
  func startNginx(_ program: String, _ configuration: String) throws {
    try write(configuration, to: "nginx.conf")
    process = try launch([program, "-p", folder.path, "-c", path("nginx.conf"), "-e", path("error.log")])
    for _ in 0..<200 where !FileManager.default.fileExists(atPath: path("nginx.pid")) { usleep(10_000) }
  }

  /// An authority `name` and nothing signed by it yet.
  func makeAuthority(_ name: String) throws {
    try openssl(
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=\(name) -keyout "
        + "\(name).key -out \(name).pem")
  }

  /// A certificate for the names, e.g. `IP:127.0.0.1`, signed by the authority.
  func makeCertificate(_ name: String, for names: String, by authority: String) throws {
    try write("subjectAltName=\(names)\n", to: "\(name).ext")
    try openssl(
      "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=\(name) -keyout \(name).key -out \(name).csr"
    )
    try openssl(
      "x509 -req -in \(name).csr -CA \(authority).pem -CAkey \(authority).key -CAcreateserial -days 2 -extfile "
        + "\(name).ext -out \(name).pem")
  }

  private func openssl(_ arguments: String) throws {
    let process = try launch(["openssl"] + arguments.split(separator: " ").map(String.init))
    waitpid(process, nil, 0)
  }

  private struct CantStart: Error { let program: String }

  /// `timeout` ends what a crashed test leaves behind.
  private func launch(_ arguments: [String], output: Int32? = nil) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    if let output {
      posix_spawn_file_actions_adddup2(&actions, output, 1)
    } else {
      posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    }
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    // Test threads block all signals; a child that inherits that can't be ended.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var noSignals = sigset_t()
    sigemptyset(&noSignals)
    posix_spawnattr_setsigmask(&attributes, &noSignals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var words = (["timeout", "60", "env", "-C", folder.path] + arguments).map { strdup($0) }
    words.append(nil)
    defer { words.forEach { free($0) } }
    var process = pid_t()
    guard posix_spawnp(&process, "timeout", &actions, &attributes, words, environ) == 0 else {
      throw CantStart(program: arguments[0])
    }
    return process
  }
}
