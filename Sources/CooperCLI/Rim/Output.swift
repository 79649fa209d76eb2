#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Results go to standard output, progress and diagnostics to standard error.
struct Output: Sendable {
  /// Colours only on a terminal, and never when `NO_COLOR` is set (no-color.org) or `--no-color` is given.
  let colorsOut: Bool
  let colorsError: Bool
  let isTerminalIn: Bool
  let isTerminalError: Bool
  let isTerminalOut: Bool
  /// Columns of the terminal; 80 elsewhere.
  let width: Int

  init(noColor: Bool, variable: (String) -> String?) {
    let plain = noColor || !(variable("NO_COLOR") ?? "").isEmpty || variable("TERM") == "dumb"
    colorsOut = !plain && isatty(STDOUT_FILENO) == 1
    colorsError = !plain && isatty(STDERR_FILENO) == 1
    isTerminalIn = isatty(STDIN_FILENO) == 1
    isTerminalError = isatty(STDERR_FILENO) == 1
    isTerminalOut = isatty(STDOUT_FILENO) == 1
    var size = winsize()
    width = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col >= 40 ? Int(size.ws_col) : 80
  }

  func print(_ text: String, terminator: String = "\n") { Self.write(text + terminator, to: STDOUT_FILENO) }
  func note(_ text: String, terminator: String = "\n") { Self.write(text + terminator, to: STDERR_FILENO) }

  /// Writes all bytes; a reader that went away ends the program quietly, as `head` expects.
  static func write(_ text: String, to descriptor: Int32) { write(Array(text.utf8)[...], to: descriptor) }

  /// Bytes on standard output that must not become a text, because they hold a secret.
  static func write(bytes: [UInt8]) { write(bytes[...], to: STDOUT_FILENO) }

  private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) {
    var bytes = bytes
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Self.systemWrite(descriptor, $0) }
      if count > 0 {
        bytes = bytes.dropFirst(count)
      } else if errno == EPIPE {
        exit(0)
      } else if errno != EINTR && errno != EAGAIN {
        return
      }
    }
  }

  private static func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, buffer.baseAddress, buffer.count)
    #else
      Darwin.write(descriptor, buffer.baseAddress, buffer.count)
    #endif
  }

  /// Asks on the terminal; anything but `yes` is no.
  func confirms(_ question: String) -> Bool {
    note(question + " ", terminator: "")
    return readLine()?.lowercased() == "yes"
  }
}
