import CooperCLI

#if canImport(CMimalloc)
  // Being linked is nearly all it does: every allocation of the process then comes from it.
  import CMimalloc
#endif

/// The program; everything it does stands in `CooperCLI`.
@main
struct Main {
  static func main() async {
    #if canImport(CMimalloc)
      mi_keep_memory()
    #endif
    await runCooper()
  }
}
