// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "cooper-benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "cooper", path: "..")],
  targets: [
    // The floor: what the same requests cost without anything of ours.
    .target(name: "CBareLoop", cSettings: [.unsafeFlags(["-O2"])], linkerSettings: [.linkedLibrary("curl")]),
    .executableTarget(name: "bare-loop", dependencies: ["CBareLoop"]),
    // An S3 endpoint that answers fast enough to measure a client, and checks nothing.
    .executableTarget(name: "s3-endpoint", cSettings: [.unsafeFlags(["-O2", "-Wall", "-Wextra"])]),
    .executableTarget(
      name: "transport-benchmark",
      dependencies: ["CBareLoop", .product(name: "CooperTransport", package: "cooper")]),
  ],
  swiftLanguageModes: [.v6]
)
