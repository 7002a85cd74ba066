import Foundation
import ProofbackCore
import ProofbackSystem
import ProofbackTestSupport
import Testing

@testable import ProofbackLaunchers

/// What an instance does that runs its worker in a container, with programs that stand in for its own; with a real engine and a
/// registry it is in ContainerRunTests.
@Suite struct ContainerScriptTests {
  private static let registry = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"

  private func script(_ image: String = InstanceStandIn.image, packages: [String] = []) -> String {
    UserData.script(InstanceStandIn.ticket, seconds: 99, packages: packages, containerImage: image)
  }

  @Test func `the worker runs in a container of the image, and its token goes in by standard input only`() async throws
  {
    try await InstanceStandIn.with { instance in
      let console = try await instance.boot(script())
      #expect(ConsoleOutput(console).trouble == nil)
      #expect(console.split(separator: "\n").last == "proofback: the instance shuts down", "\(console)")
      #expect(
        instance.said.last == "shutdown" && instance.said.contains("docker pull --quiet \(InstanceStandIn.image)"))
      let run = try #require(instance.said.first { $0.hasPrefix("docker run ") })
      #expect(run.contains("--read-only") && run.contains("--entrypoint /bin/bash \(InstanceStandIn.image) -c "))
      #expect(!run.contains("--privileged"))
      let token = InstanceStandIn.ticket.token
      for name in ["said", "environment", "inside"] { #expect(!instance.read(name).contains("secret"), "\(name)") }
      #expect(!console.contains("secret"))
      #expect(instance.read("input") == "\(token)\nhttps://h:1\n/p\ncd\nab\nrun-1\n")
    }
  }

  /// The part that the container's own shell carries out, up to where it fetches the program.
  @Test func `in the container the ticket is read back as it was, and nothing is left to read`() async throws {
    try await InstanceStandIn.with { instance in
      _ = try await instance.boot(script())
      let inside = instance.read("inside")
      let read = try #require(inside.range(of: "exec </dev/null\n"))
      let show =
        "for name in TOKEN SERVER PROGRAM PROGRAM_SHA256 CERTIFICATE_SHA256 RUN; do\n"
        + "  name=PROOFBACK_$name; echo \"${!name}\"; done; cat; export -p"
      let shown = try await Command("/bin/bash", ["-c", inside[..<read.upperBound] + show]).capture(
        input: Array(instance.read("input").utf8)
      ).text
      #expect(shown.hasPrefix(instance.read("input")), "\(shown)")
      #expect(shown.components(separatedBy: "secret").count == 2, "it is exported: \(shown)")
    }
  }

  private struct Failure {
    var trouble: ContainerTrouble
    /// On the console, before the reason.
    var words: String
    var prepare: @Sendable (InstanceStandIn) throws -> Void
  }

  private static let failures = [
    Failure(trouble: .noDocker, words: "no Docker") { try $0.remove("docker") },
    Failure(trouble: .notRunning, words: "Is the docker daemon running?") { instance in
      try instance.set("started", nil)
      for name in ["service", "systemctl"] { try instance.program(name, "say start docker") }
    },
    Failure(trouble: .notPulled, words: "manifest unknown") { try $0.set("registry", nil) },
    Failure(trouble: .notPulled, words: "within 7 minutes") { try $0.program("timeout", "say pull; exit 124") },
    Failure(trouble: .otherPlatform, words: "the image is for linux/arm64") { try $0.set("platform", "linux/arm64") },
    Failure(trouble: .notStarted, words: "does not start") { try $0.set("ending", "127") },
  ]

  @Test func `what keeps the container from running is said last, by which the run is told, and the instance ends`()
    async throws
  {
    for failure in Self.failures {
      try await InstanceStandIn.with { instance in
        try failure.prepare(instance)
        let console = try await instance.boot(script())
        #expect(ConsoleOutput(console).trouble == failure.trouble, "\(failure.trouble): \(console)")
        #expect(console.contains(failure.words) && instance.said.last == "shutdown", "\(console)")
        #expect(!failure.trouble.hint.isEmpty)
      }
    }
  }

  @Test func `a registry that refuses is asked three times, one that does not answer once`() async throws {
    for (silent, times) in [(false, 3), (true, 1)] {
      try await InstanceStandIn.with { instance in
        try instance.set("registry", nil)
        if silent { try instance.program("timeout", "say docker pull; exit 124") }
        _ = try await instance.boot(script())
        #expect(instance.said.count { $0.hasPrefix("docker pull") } == times, "\(instance.said)")
      }
    }
  }

  @Test func `an image that the machine image has is not pulled, and Docker that does not run is started`() async throws
  {
    try await InstanceStandIn.with { instance in
      try instance.set("pulled", "")
      try instance.set("started", nil)
      let console = try await instance.boot(script())
      #expect(ConsoleOutput(console).trouble == nil, "\(console)")
      #expect(instance.said.contains("start docker") && !instance.said.contains { $0.hasPrefix("docker pull") })
      #expect(instance.said.contains { $0.hasPrefix("docker run") })
    }
  }

  @Test func `Amazon's registry gives a login by its helper, where that is installed, and others none`() async throws {
    let names = WorkerScript.variables(InstanceStandIn.ticket).map(\.name)
    for (image, helper, expected) in [
      ("\(Self.registry)/worker:1", true, true), ("\(Self.registry)/worker:1", false, false),
      (InstanceStandIn.image, true, false),
    ] {
      try await InstanceStandIn.with { instance in
        if helper { try instance.program("docker-credential-ecr-login", "") }
        let values = names.map { "\($0)=x\n" }.joined()
        _ = try await instance.boot(
          values + ContainerScript.body(image, variables: names, memory: instance.folder.path))
        let made = instance.folder.names.filter { $0.hasPrefix("proofback-docker.") }
        #expect(made.count == (expected ? 1 : 0), "\(image): \(made)")
        for folder in made {
          let settings = try JSONDecoder().decode(
            [String: [String: String]].self, from: Data(instance.read("\(folder)/config.json").utf8))
          #expect(settings == ["credHelpers": [Self.registry: "ecr-login"]])
          #expect(instance.read("environment").contains("DOCKER_CONFIG=\"\(instance.folder.path)/\(folder)\""))
        }
      }
    }
  }

  @Test func `packages are installed before Docker is looked for, and all fits into user data`() throws {
    let script = script("\(Self.registry)/\(String(repeating: "a", count: 200)):1", packages: ["docker.io"])
    let parts = try ["sleep 99", "apt-get install", "command -v docker >", "docker pull", "docker run"].map {
      try #require(script.range(of: $0)?.lowerBound, "\($0)")
    }
    #expect(parts == parts.sorted() && script.utf8.count < UserData.longest / 2, "\(script.utf8.count)")
  }

  @Test(.enabled(if: Programs.find("shellcheck") != nil, "SKIPPED: shellcheck is not installed"))
  func `user data passes shellcheck, and so does what the container's shell carries out`() async throws {
    try await InstanceStandIn.with { instance in
      _ = try await instance.boot(script())
      let plain = UserData.script(InstanceStandIn.ticket, seconds: 99, packages: ["zstd"])
      let scripts = [
        plain, script(packages: ["docker.io"]), script("\(Self.registry)/worker:1"),
        "#!/bin/bash\n" + instance.read("inside"),
      ]
      for script in scripts {
        let file = try instance.folder.write("checked", script)
        let checked = try await Command(
          Programs.find("shellcheck") ?? "", ["--shell", "bash", "--exclude", "SC2016", file]
        ).capture(within: 60)
        #expect(checked.end.isSuccess, "\(checked.text)")
      }
    }
  }
}
