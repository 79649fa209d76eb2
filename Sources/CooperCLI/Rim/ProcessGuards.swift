internal import CProcess

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// What is set for the whole process before it reads anything.
enum ProcessGuards {
  /// Without core dumps a crash leaves no secret on the disk, and no other process of the user reads this one's memory.
  static func install() {
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    #if canImport(Glibc)
      setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    #else
      setrlimit(RLIMIT_CORE, &none)
    #endif
    _ = cooper_hide_memory()
    // The Swift runtime may answer a crash with a backtrace that shows registers and the memory around them, where a secret
    // may lie (docs/Backtracing.rst of the Swift repository); its handlers were put there before `main`.
    for number in [SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV] { signal(number, SIG_DFL) }
  }
}
