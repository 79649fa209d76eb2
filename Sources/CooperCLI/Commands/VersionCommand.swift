internal import ArgumentParser
internal import CooperTransport

/// `cooper version`
struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Tells the version of this build and of the libraries it uses.",
    discussion: """
      Example:
        cooper version
      """)

  func run() throws {
    #if DEBUG
      let kind = "debug"
    #else
      let kind = "release"
    #endif
    let output = Output(noColor: true, variable: Session.variable)
    output.print("cooper   \(Version.text) (\(kind))")
    output.print("swift    \(Self.compiler)")
    output.print(
      "libraries\n  \(CurlTransport.libraryVersion.split(separator: " ").filter { !$0.hasPrefix("(") }.joined(separator: "\n  "))"
    )
  }

  private static var compiler: String {
    #if compiler(>=6.4)
      "6.4 or newer"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }
}
