import Glibc
import Synchronization

/// A raw HTTP/1.1 server on a free loopback port that answers what a test's script says, byte for byte.
public final class ScriptedServer: Sendable {
  public struct Received: Sendable {
    /// E.g. `GET /a?b`.
    public var line: String
    /// Header lines as they came, without the request line.
    public var headers: [String]
    public var body: [UInt8]
    /// Counts from 1 over all connections.
    public var number: Int

    public func header(_ name: String) -> String? {
      headers.first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
        .map { String($0.dropFirst(name.count + 1).drop { $0 == " " }) }
    }
  }

  public enum Step: Sendable {
    case send(String)
    /// So many bytes of `x`.
    case fill(Int)
    case pause(Double)
    case hangUp
  }

  public struct Counts: Sendable {
    public var connections = 0
    public var requests = 0
    public var running = 0
    public var mostRunning = 0
  }

  public typealias Script = @Sendable (Received) -> [Step]

  public let port: Int
  private let socket: Int32
  private let counts = Mutex(Counts())
  private let received = Mutex<[Received]>([])
  private let greeting: String?
  private let script: Script

  public var url: String { "http://127.0.0.1:\(port)" }
  public var seen: Counts { counts.withLock { $0 } }
  public var requests: [Received] { received.withLock { $0 } }

  /// A greeting is sent to every new connection before anything is read.
  public init(greeting: String? = nil, _ script: @escaping Script = { _ in [] }) {
    self.greeting = greeting
    self.script = script
    (socket, port) = Self.listeningSocket()
    let listener = socket
    Self.thread { [weak self] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0, let self else { break }
        self.counts.withLock { $0.connections += 1 }
        Self.thread { [weak self] in
          self?.serve(connection)
          close(connection)
        }
      }
      close(listener)
    }
  }

  deinit { shutdown(socket, Int32(SHUT_RDWR)) }

  /// A complete answer with a length.
  public static func answer(_ body: String = "", status: String = "200 OK", headers: [String] = []) -> [Step] {
    let head = (["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + headers).joined(separator: "\r\n")
    return [.send(head + "\r\n\r\n" + body)]
  }

  /// A port on which nobody listens.
  public static func closedPort() -> Int {
    let (socket, port) = listeningSocket()
    close(socket)
    return port
  }

  private func serve(_ connection: Int32) {
    if let greeting, !Self.write(Array(greeting.utf8), connection) { return }
    var input: [UInt8] = []
    while var request = Self.read(connection, &input) {
      request.number = counts.withLock {
        $0.requests += 1
        $0.running += 1
        $0.mostRunning = max($0.mostRunning, $0.running)
        return $0.requests
      }
      let kept = request
      received.withLock { $0.append(kept) }
      let goesOn = script(request).allSatisfy { Self.run($0, connection) }
      counts.withLock { $0.running -= 1 }
      if !goesOn { return }
    }
  }

  private static func run(_ step: Step, _ connection: Int32) -> Bool {
    switch step {
    case .send(let text): return write(Array(text.utf8), connection)
    case .fill(let count):
      let chunk = [UInt8](repeating: 0x78, count: 65536)
      var left = count
      while left > 0 {
        guard write(Array(chunk.prefix(left)), connection) else { return false }
        left -= min(left, chunk.count)
      }
      return true
    case .pause(let seconds):
      usleep(UInt32(seconds * 1_000_000))
      return true
    case .hangUp: return false
    }
  }

  private static func write(_ bytes: [UInt8], _ connection: Int32) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(connection, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return false }
      sent += count
    }
    return true
  }

  private static func read(_ connection: Int32, _ input: inout [UInt8]) -> Received? {
    while end(ofHead: input) == nil { if !fill(connection, &input) { return nil } }
    guard let headEnd = end(ofHead: input) else { return nil }
    let lines = String(decoding: input[..<headEnd], as: UTF8.self).split(separator: "\r\n").map(String.init)
    var request = Received(
      line: lines[0].split(separator: " ").dropLast().joined(separator: " "), headers: Array(lines.dropFirst()),
      body: [], number: 0)
    let length = request.header("Content-Length").flatMap(Int.init) ?? 0
    input.removeFirst(headEnd)
    while input.count < length { if !fill(connection, &input) { return nil } }
    request.body = Array(input.prefix(length))
    input.removeFirst(length)
    return request
  }

  private static func end(ofHead input: [UInt8]) -> Int? {
    guard input.count >= 4 else { return nil }
    return (0...(input.count - 4)).first { input[$0..<($0 + 4)].elementsEqual([13, 10, 13, 10]) }.map { $0 + 4 }
  }

  private static func fill(_ connection: Int32, _ input: inout [UInt8]) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = recv(connection, &buffer, buffer.count, 0)
    guard count > 0 else { return false }
    input += buffer[..<count]
    return true
  }

  private static func listeningSocket() -> (Int32, Int) {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(socket, $0, length)
        _ = listen(socket, 512)
        _ = getsockname(socket, $0, &length)
      }
    }
    return (socket, Int(UInt16(bigEndian: address.sin_port)))
  }

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private static func thread(_ run: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(Body(run)).toOpaque()
    pthread_create(
      &thread, nil,
      {
        if let context = $0 { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, context)
    pthread_detach(thread)
  }
}
