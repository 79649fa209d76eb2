internal import CooperModel
internal import CooperProvider
internal import CooperSecrets

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Takes a secret from standard input: typed without an echo on a terminal, else everything that is piped in.
enum HiddenInput {
  /// Nil when there is more than a secret may have, or it can't be read.
  static func secret(_ prompt: String, _ output: Output) -> Secret? {
    guard output.isTerminalIn else { return SecretFile.contents(STDIN_FILENO, limit: SealedText.limit) }
    var shown = termios()
    guard tcgetattr(STDIN_FILENO, &shown) == 0 else { return nil }
    var hidden = shown
    hidden.c_lflag &= ~tcflag_t(ECHO)
    hidden.c_lflag |= tcflag_t(ECHONL)
    guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0 else { return nil }
    defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown) }
    // Only now: whoever answers the prompt at once would be shown, or flushed away.
    output.note(prompt + " ", terminator: "")
    return line()
  }

  private static func line() -> Secret? {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: SealedText.limit + 1, alignment: 1)
    var count = 0
    defer {
      wipe(UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
      buffer.deallocate()
    }
    while count <= SealedText.limit {
      let got = SecretFile.systemRead(STDIN_FILENO, UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
      if got < 0 {
        if errno == EINTR { continue }
        return nil
      }
      count += got
      if got == 0 || buffer[..<count].contains(0x0A) {
        return SecretFile.trimmed(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      }
    }
    return nil
  }
}
