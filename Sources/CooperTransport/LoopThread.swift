import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The thread that runs a `CurlLoop`, with all signals blocked.
///
/// So SIGPIPE from a closed connection is never delivered, without a change to the whole process, and interrupts
/// reach the threads that handle them.
final class LoopThread: Sendable {
  private let thread: Mutex<pthread_t?>

  init?(_ loop: CurlLoop) {
    var every = sigset_t()
    var before = sigset_t()
    sigfillset(&every)
    pthread_sigmask(SIG_SETMASK, &every, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }

    let context = Unmanaged.passRetained(loop).toOpaque()
    #if canImport(Darwin)
      var started: pthread_t?
      let status = pthread_create(&started, nil, { Self.body($0) }, context)
    #else
      var started = pthread_t()
      let status = pthread_create(&started, nil, { LoopThread.body($0) }, context)
    #endif
    guard status == 0 else {
      Unmanaged<CurlLoop>.fromOpaque(context).release()
      return nil
    }
    thread = Mutex(started)
  }

  private static func body(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    Unmanaged<CurlLoop>.fromOpaque(context).takeRetainedValue().run()
    return nil
  }

  /// Waits for the end; the first caller does, a call from the thread itself must not.
  func join() {
    let ending = thread.withLock { thread in
      let taken = thread
      thread = nil
      return taken
    }
    guard let ending else { return }
    if pthread_equal(ending, pthread_self()) != 0 {
      pthread_detach(ending)
    } else {
      pthread_join(ending, nil)
    }
  }
}
