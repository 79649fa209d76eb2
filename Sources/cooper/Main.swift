import CooperCLI

/// The program; everything it does stands in `CooperCLI`.
@main
struct Main {
  static func main() async { await runCooper() }
}
