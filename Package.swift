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
  // Exactly what was tested is built: this is a program, nobody's dependency.
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
    .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
  ],
  targets: [
    .systemLibrary(name: "CMongoC", pkgConfig: "libmongoc-1.0", providers: [.apt(["libmongoc-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .target(
      name: "ProofbackCore",
      dependencies: [.product(name: "SystemPackage", package: "swift-system")],
      swiftSettings: strict),
    .target(name: "CLinux"),
    .target(name: "CXXHash"),
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
        "ProofbackCore", "ProofbackSystem", "CMongoC", "CSQLite", "CXXHash",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: strict),
    .target(
      name: "ProofbackLaunchers",
      dependencies: ["ProofbackCore", "ProofbackSystem", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: strict),
    .target(
      name: "ProofbackChannels",
      dependencies: ["ProofbackCore", "ProofbackSystem", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: strict),
    .target(
      name: "ProofbackStore",
      dependencies: [
        "ProofbackCore", "COpenSSL",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    .target(
      name: "ProofbackServer",
      dependencies: [
        "ProofbackCore",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .target(
      name: "ProofbackWeb",
      dependencies: [
        "ProofbackCore", "ProofbackServer",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Mustache", package: "swift-mustache"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Logging", package: "swift-log"),
      ],
      resources: [
        .embedInCode("Assets/app.css"), .embedInCode("Assets/live.js"), .embedInCode("Assets/icon.svg"),
        .embedInCode("Templates/layout.mustache"), .embedInCode("Templates/login.mustache"),
        .embedInCode("Templates/setup.mustache"), .embedInCode("Templates/home.mustache"),
        .embedInCode("Templates/runs.mustache"), .embedInCode("Templates/run.mustache"),
        .embedInCode("Templates/runList.mustache"), .embedInCode("Templates/runForm.mustache"),
        .embedInCode("Templates/backupFields.mustache"), .embedInCode("Templates/schedule.mustache"),
        .embedInCode("Templates/checks.mustache"),
        .embedInCode("Templates/scheduleForm.mustache"), .embedInCode("Templates/credentials.mustache"),
        .embedInCode("Templates/credential.mustache"),
        .embedInCode("Templates/backupServers.mustache"), .embedInCode("Templates/backupServer.mustache"),
        .embedInCode("Templates/people.mustache"), .embedInCode("Templates/person.mustache"),
        .embedInCode("Templates/settings.mustache"),
        .embedInCode("Templates/error.mustache"), .embedInCode("Templates/staleForm.mustache"),
        .embedInCode("Templates/account.mustache"),
        .embedInCode("Templates/notifications.mustache"), .embedInCode("Templates/notifyFields.mustache"),
        .embedInCode("Templates/moment.mustache"), .embedInCode("Templates/strip.mustache"),
        .embedInCode("Templates/scheduleFields.mustache"), .embedInCode("Templates/runBody.mustache"),
        .embedInCode("Templates/report.mustache"), .embedInCode("Assets/forms.js"),
        .embedInCode("Templates/scheduleRow.mustache"), .embedInCode("Templates/runRow.mustache"),
        .embedInCode("Templates/attentionRow.mustache"), .embedInCode("Templates/previousRestores.mustache"),
        .embedInCode("Templates/audit.mustache"), .embedInCode("Templates/drill.mustache"),
        .embedInCode("Templates/secondFactor.mustache"), .embedInCode("Templates/loginCode.mustache"),
        .embedInCode("Templates/workplaces.mustache"), .embedInCode("Templates/optionFields.mustache"),
        .embedInCode("API/openapi.yaml"),
      ],
      swiftSettings: strict),
    .target(
      name: "ProofbackClient",
      dependencies: [
        "ProofbackCore",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
    .target(
      name: "ProofbackWorker",
      dependencies: [
        "ProofbackCore",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "proofback",
      dependencies: [
        "ProofbackCore", "ProofbackSystem", "ProofbackRestore", "ProofbackLaunchers", "ProofbackStore",
        "ProofbackServer", "ProofbackWeb", "ProofbackClient", "ProofbackChannels", "ProofbackWorker",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdTLS", package: "hummingbird"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Logging", package: "swift-log"),
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
        "ProofbackCore", "ProofbackSystem", "ProofbackStore",
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      path: "Tests/ProofbackTestSupport",
      swiftSettings: strict),
    .testTarget(
      name: "ScenarioTests",
      dependencies: [
        "ProofbackCore", "ProofbackSystem", "ProofbackRestore", "ProofbackLaunchers", "ProofbackTestSupport",
        "proofback",
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
    // A server whose workers are started as if they were on other machines.
    .executableTarget(
      name: "TestServer",
      dependencies: [
        "ProofbackCore", "ProofbackSystem", "ProofbackRestore", "ProofbackLaunchers", "ProofbackStore",
        "ProofbackServer",
        "ProofbackWeb",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdTLS", package: "hummingbird"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/TestServer",
      swiftSettings: strict),
    .testTarget(
      name: "ProofbackLaunchersTests",
      dependencies: ["ProofbackCore", "ProofbackSystem", "ProofbackLaunchers", "ProofbackTestSupport", "TestWorker"],
      swiftSettings: strict),
    .testTarget(
      name: "ProofbackSystemTests", dependencies: ["ProofbackCore", "ProofbackSystem"], swiftSettings: strict),
    // Changes a master key and is killed on the way.
    .executableTarget(
      name: "TestRotation", dependencies: ["ProofbackStore"], path: "Tests/TestRotation", swiftSettings: strict),
    .testTarget(
      name: "ProofbackStoreTests",
      dependencies: [
        "ProofbackCore", "ProofbackStore", "ProofbackTestSupport", "TestRotation",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ProofbackServerTests",
      dependencies: [
        "ProofbackCore", "ProofbackStore", "ProofbackLaunchers", "ProofbackServer", "ProofbackTestSupport",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ProofbackChannelsTests",
      dependencies: [
        "ProofbackCore", "ProofbackSystem", "ProofbackChannels", "ProofbackTestSupport",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ServeTests",
      dependencies: [
        "ProofbackCore", "ProofbackWeb", "ProofbackClient", "ProofbackStore", "ProofbackTestSupport", "proofback",
        "TestServer", "TestWorker", "ProofbackWorker",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Yams", package: "Yams"), .product(name: "Mustache", package: "swift-mustache"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ArchitectureTests",
      swiftSettings: strict),
  ]
)
