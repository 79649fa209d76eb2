// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "cooper-fuzz",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "cooper", path: "..")],
  targets: [
    .executableTarget(name: "fuzz", dependencies: [.product(name: "CooperFuzzEntries", package: "cooper")])
  ],
  swiftLanguageModes: [.v6]
)
