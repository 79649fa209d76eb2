// swift-tools-version: 6.2
import PackageDescription

/// One name here and one line in `AllProviders.swift` register a provider.
let providers = [
  "S3", "Local", "GCS", "Azure", "Kubernetes", "Palette", "Flashback", "InfinStor", "Flowfile",
]

/// What a provider needs besides the contract.
let moreRooms: [String: [Target.Dependency]] = [
  "S3": ["CooperXML", "CLibCrypto"], "Azure": ["CooperXML"], "Kubernetes": ["CooperSyntax"],
]
/// Folders beside a provider's tests that hold no sources.
let testData: [String: [String]] = [
  "S3": ["Goldens", "Replies"], "Azure": ["Goldens"], "GCS": ["Goldens"],
  "Kubernetes": ["Goldens"],
]

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

func room(_ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil) -> Target {
  .target(name: name, dependencies: dependencies, path: path, swiftSettings: settings)
}

func tests(
  _ name: String, _ dependencies: [Target.Dependency], path: String? = nil, exclude: [String] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["CooperTestSupport"], path: path,
    exclude: exclude, swiftSettings: settings)
}

/// A room whose tests live in `Tests/<Name>Tests`.
func tested(_ name: String, _ more: [Target.Dependency] = [], exclude: [String] = []) -> Target {
  tests(name + "Tests", [.init(stringLiteral: name)] + more, exclude: exclude)
}

let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let providerTargets: [Target.Dependency] = providers.map { .init(stringLiteral: $0 + "Provider") }

let package = Package(
  name: "cooper",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "cooper", targets: ["cooper"]),
    .library(name: "CooperKit", targets: ["CooperCLI"]),
    // For the benchmarks.
    .library(name: "CooperTransport", targets: ["CooperProvider", "CooperTransport"]),
    // For the package under `Fuzz`.
    .library(name: "CooperFuzzEntries", targets: ["CooperFuzzEntries"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .systemLibrary(
      name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    .systemLibrary(
      name: "CLibCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
    .systemLibrary(
      name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .brew(["openssl"])]),
    .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"]), .brew(["expat"])]),
    .systemLibrary(name: "CMimalloc", providers: [.apt(["libmimalloc-dev"]), .brew(["mimalloc"])]),
    .systemLibrary(name: "CProcess"),

    room("CooperDiagnostics"),
    room("CooperSyntax", ["CooperDiagnostics", "CLibYAML"]),
    room("CooperSchema", ["CooperDiagnostics", "CooperSyntax"]),
    room("CooperModel", ["CooperDiagnostics", "CooperSyntax", "CooperSchema", "CLibCrypto"]),
    room("CooperConfig", ["CooperDiagnostics", "CooperSyntax", "CooperSchema", "CooperModel"]),
    room("CooperDocuments", ["CooperDiagnostics", "CooperSyntax", "CooperSchema", "CooperModel"]),
    room("CooperState", ["CooperDiagnostics", "CooperSchema", "CooperModel"]),
    room("CooperProvider", ["CooperDiagnostics", "CooperSchema", "CooperModel"]),
    room("CooperSigning", ["CooperSchema", "CooperProvider", "CooperModel", "CLibCrypto"]),
    room(
      "CooperSecrets",
      ["CooperDiagnostics", "CooperSyntax", "CooperSchema", "CooperModel", "CooperProvider", "CLibCrypto"]),
    room("CooperXML", ["CExpat"]),
    room("CooperTransport", ["CooperProvider", "CLibCurl"]),
    room(
      "CooperPlan",
      ["CooperDiagnostics", "CooperSchema", "CooperModel", "CooperConfig", "CooperState", "CooperProvider"]),
    room(
      "CooperEngine",
      [
        "CooperDiagnostics", "CooperSchema", "CooperModel", "CooperConfig", "CooperState", "CooperProvider",
        "CooperSecrets", "CooperPlan",
      ]),
    room(
      "CooperRender",
      ["CooperDiagnostics", "CooperSchema", "CooperModel", "CooperState", "CooperProvider", "CooperPlan"]),
    room("CooperProviders", ["CooperModel", "CooperProvider"] + providerTargets),
    room(
      "CooperCLI",
      [
        "CooperDiagnostics", "CooperSyntax", "CooperSchema", "CooperModel", "CooperConfig", "CooperState",
        "CooperDocuments", "CooperProvider", "CooperSecrets", "CooperPlan", "CooperEngine", "CooperRender",
        "CooperTransport", "CooperProviders", "CProcess", arguments,
      ]),
    // Allocation is a sixth of what a large plan takes with glibc's; only the program has the other one, neither tests nor
    // fuzzers, whose tools bring their own.
    .executableTarget(
      name: "cooper", dependencies: ["CooperCLI", .target(name: "CMimalloc", condition: .when(platforms: [.linux]))],
      swiftSettings: settings),

    .target(
      name: "CooperTestSupport",
      dependencies: [
        "CooperDiagnostics", "CooperSyntax", "CooperSchema", "CooperModel", "CooperConfig", "CooperState",
        "CooperProvider", "CooperPlan", "CooperEngine", "CooperProviders",
      ],
      path: "Tests/CooperTestSupport", swiftSettings: settings),
    .target(
      name: "CooperFuzzEntries",
      dependencies: [
        "CooperDiagnostics", "CooperSyntax", "CooperSchema", "CooperModel", "CooperConfig", "CooperState",
        "CooperProvider", "CooperSecrets", "CooperPlan", "CooperProviders", "CooperXML", "S3Provider",
        "CooperTestSupport",
      ],
      path: "Tests/CooperFuzzEntries", swiftSettings: settings),
    tests("CooperFuzzTests", ["CooperFuzzEntries"]),
    tested("CooperDiagnostics"),
    tested("CooperSyntax", ["CooperDiagnostics"]),
    tested("CooperSchema", ["CooperDiagnostics", "CooperSyntax"]),
    tested("CooperModel", ["CooperDiagnostics", "CooperSyntax", "CooperSchema"]),
    tested(
      "CooperConfig", ["CooperDiagnostics", "CooperSyntax", "CooperSchema", "CooperModel", "CooperProviders"],
      exclude: ["Fixtures"]),
    tested(
      "CooperDocuments", ["CooperDiagnostics", "CooperSchema", "CooperModel"], exclude: ["Goldens"]),
    tested("CooperState", ["CooperSchema", "CooperModel"], exclude: ["Fixtures"]),
    tested("CooperProvider", ["CooperSchema", "CooperModel"]),
    tested(
      "CooperSigning", ["CooperSchema", "CooperProvider", "CooperModel", "CLibCrypto"],
      exclude: ["Fixtures", "Oracles"]),
    tested("CooperSecrets", ["CooperSchema", "CooperModel", "CooperProvider", "CooperSyntax", "CooperDiagnostics"]),
    tested("CooperTransport", ["CooperProvider", "CLibCurl"]),
    tested(
      "CooperPlan", ["CooperSchema", "CooperModel", "CooperConfig", "CooperState", "CooperProvider", "CooperProviders"]),
    tested(
      "CooperEngine",
      [
        "CooperDiagnostics", "CooperSyntax", "CooperSchema", "CooperModel", "CooperConfig", "CooperState",
        "CooperProvider", "CooperSecrets", "CooperPlan", "CooperProviders",
      ]),
    tests(
      "CooperConformanceTests",
      [
        "CooperSchema", "CooperModel", "CooperProvider", "CooperProviders", "CooperConfig", "CooperState",
        "CooperPlan", "CooperEngine",
      ], path: "Tests/CooperConformanceTests",
      exclude: ["Goldens"]),
    tested(
      "CooperRender",
      ["CooperDiagnostics", "CooperSchema", "CooperModel", "CooperState", "CooperProvider", "CooperPlan"],
      exclude: ["Goldens"]),
    tested(
      "CooperCLI",
      [
        "CooperDiagnostics", "CooperSyntax", "CooperSchema", "CooperModel", "CooperConfig", "CooperState",
        "CooperDocuments", "CooperProvider", "CooperSecrets", "CooperProviders", arguments,
      ], exclude: ["Goldens"]),
  ]
    + providers.flatMap { name -> [Target] in
      let own: Target.Dependency = .init(stringLiteral: name + "Provider")
      let contract: [Target.Dependency] = [
        "CooperDiagnostics", "CooperSchema", "CooperModel", "CooperDocuments", "CooperProvider", "CooperSigning",
      ]
      return [
        room(
          name + "Provider", contract + (moreRooms[name] ?? []),
          path: "Sources/Providers/" + name),
        tests(
          name + "ProviderTests", [own] + contract, path: "Tests/Providers/" + name,
          exclude: testData[name] ?? []),
      ]
    },
  swiftLanguageModes: [.v6]
)
