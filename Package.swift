// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "proofback",
  products: [.executable(name: "proofback", targets: ["proofback"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .systemLibrary(name: "CMongoC", pkgConfig: "libmongoc-1.0", providers: [.apt(["libmongoc-dev"])]),
    .target(
      name: "ProofbackCore",
      dependencies: [.product(name: "SystemPackage", package: "swift-system")],
      swiftSettings: strict),
    .target(name: "CLinux"),
    .target(
      name: "ProofbackSystem",
      dependencies: [
        "CLinux", "ProofbackCore",
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: strict),
    .target(
      name: "ProofbackRestore",
      dependencies: [
        "ProofbackCore", "ProofbackSystem", "CMongoC",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: strict),
    .target(
      name: "ProofbackLaunchers",
      dependencies: ["ProofbackCore", "ProofbackSystem"],
      swiftSettings: strict),
    .executableTarget(
      name: "proofback",
      dependencies: [
        "ProofbackCore", "ProofbackSystem", "ProofbackRestore", "ProofbackLaunchers",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .testTarget(name: "ProofbackCoreTests", dependencies: ["ProofbackCore"], swiftSettings: strict),
    .testTarget(
      name: "ProofbackRestoreTests",
      dependencies: [
        "ProofbackRestore", "ProofbackCore", "ProofbackSystem", "ProofbackTestSupport",
        .product(name: "Yams", package: "Yams"),
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: strict),
    // Helpers that more than one test target needs: a real SSH server, folders, the process table.
    .target(
      name: "ProofbackTestSupport",
      dependencies: [
        "ProofbackCore", "ProofbackSystem", .product(name: "SystemPackage", package: "swift-system"),
      ],
      path: "Tests/ProofbackTestSupport",
      swiftSettings: strict),
    .testTarget(
      name: "ScenarioTests",
      dependencies: [
        "ProofbackCore", "ProofbackSystem", "ProofbackRestore", "ProofbackTestSupport", "proofback",
        .product(name: "Yams", package: "Yams"),
      ],
      exclude: ["README.md", "Bench", "Scenarios"],
      swiftSettings: strict),
    // Stands in for `proofback` in the launcher's tests: launches, and is the worker that is launched.
    .executableTarget(
      name: "TestWorker",
      dependencies: ["ProofbackCore", "ProofbackSystem", "ProofbackRestore", "ProofbackLaunchers"],
      path: "Tests/TestWorker",
      swiftSettings: strict),
    .testTarget(
      name: "ProofbackLaunchersTests",
      dependencies: ["ProofbackCore", "ProofbackSystem", "ProofbackLaunchers", "TestWorker"],
      swiftSettings: strict),
    .testTarget(
      name: "ProofbackSystemTests", dependencies: ["ProofbackCore", "ProofbackSystem"], swiftSettings: strict),
    .testTarget(
      name: "ArchitectureTests",
      swiftSettings: strict),
  ]
)
