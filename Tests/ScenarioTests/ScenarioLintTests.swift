import Foundation
import ProofbackRestore
import Testing

/// The scenarios themselves: readable, complete, and covering the findings.
@Suite struct ScenarioLintTests {
  @Test(arguments: Scenario.files)
  func `each file reads as a scenario`(_ file: String) throws {
    let scenario = try Scenario.read(file)
    #expect(try Scenario.unknownKeys(file) == [])
    #expect(scenario.name.wholeMatch(of: /[0-9]{2,3}_[a-z0-9_]+/) != nil, "NN_name.yaml")
    #expect(!scenario.says.isEmpty && scenario.says.first?.isUppercase == false && !scenario.says.hasSuffix("."))
    let hasCause = scenario.verdict == .failed || scenario.verdict == .inconclusive
    #expect((scenario.cause != nil) == hasCause, "failed and inconclusive have one cause, the others none")
    if let cause = scenario.cause {
      let definition = try #require(FindingCatalogue.all.first { $0.code.rawValue == cause }, "an unknown code")
      #expect(definition.consequence.rawValue == scenario.verdict.rawValue)
    }
    for code in (scenario.findings ?? [:]).keys {
      #expect(FindingCatalogue.all.contains { $0.code.rawValue == code }, "\(code) is unknown")
    }
  }

  @Test func `no two scenarios have one number`() {
    let numbers = Scenario.files.map { $0.prefix { $0.isNumber } }
    #expect(Set(numbers).count == numbers.count)
    #expect(numbers.count >= 45)
  }

  @Test func `each finding is raised by a scenario, or is tested elsewhere for a reason`() throws {
    let scenarios = try Scenario.files.map(Scenario.read)
    let raised = Set(scenarios.flatMap { [$0.cause].compactMap { $0 } + Array(($0.findings ?? [:]).keys) })
    let areas = FindingCatalogue.areas.filter { $0.title != "MongoDB" }
    let codes = Set(areas.flatMap(\.definitions).map(\.code.rawValue))
    let missing = codes.subtracting(raised).subtracting(Self.elsewhere.keys)
    #expect(missing.isEmpty, "raised by no scenario: \(missing.sorted())")
    let needless = Set(Self.elsewhere.keys).filter { raised.contains($0) || !codes.contains($0) }
    #expect(needless.isEmpty, "listed without need: \(needless.sorted())")
  }

  /// Findings that no scenario raises: code, and why.
  static let elsewhere: [String: String] = [
    "location.invalid": "the command line refuses it before (86); LocationTests",
    "location.pattern-invalid": "the command line refuses it before (110); FilePatternTests",
    "run.unknown-type": "the command line refuses it before (100); a server's form can say it",
    "sandbox.unknown": "the command line refuses it before",
    "run.internal-error": "it would be a defect that the scenario knows of",
    "run.report-cut": "needs a database of several hundred thousand tables; WorkerProtocolTests",
    "proof.values-elsewhere": "needs a source of another DBMS; ProofTests",
    "drill.without-effect": "a run of a drill says it, and none by hand; DrillStoryTests",
    "preflight.no-machine": "a server's; PreflightStoryTests",
    "preflight.too-large": "a server's; PreflightTests",
    "preflight.too-long": "a server's; PreflightTests",
    "preflight.size-unknown": "a server's; PreflightTests",
    "run.cancelled-early": "a server's; RunStoreTests",
    "run.replaced": "a server's; ScheduleStoreTests",
    "run.interrupted": "a server's; RunStoreTests",
    "run.not-allowed": "a server's; DispatcherTests",
    "vault.wrong-key": "a server's; DispatcherTests",
    "server.internal-error": "a server's; DispatcherTests",
    "worker.no-address": "a server's; DeskTests",
    "worker.not-come": "a server's; DeskTests",
    "worker.other-version": "a server's; DeskTests",
    "worker.second-claim": "a server's; RemoteTokenTests",
    "worker.silent": "a server's; RemoteFaultTests",
    "worker.overdue": "a server's; DeskTests",
    "worker.not-reported": "a server's; DeskTests",
    "worker.clock-skew": "a server's; RemoteWorkerTests",
    "worker.server-unreachable": "a worker's on another machine; RemoteTokenTests",
    "worker.wrong-certificate": "a worker's on another machine; RemoteTokenTests",
    "worker.token-expired": "a worker's on another machine; RemoteTokenTests",
    "worker.token-used": "a worker's on another machine; DeskTests",
    "worker.token-of-other-run": "a worker's on another machine; RemoteTokenTests",
    "worker.too-many-requests": "a worker's on another machine; DeskTests",
    "worker.run-over": "a worker's on another machine; RemoteFaultTests",
    "worker.refused": "a worker's on another machine; DeskTests",
    "run.no-namespace": "namespaces would have to be switched off on this machine; WorkerProtocolTests",
    "run.bad-assignment": "`proofback run` writes no bad one; WorkerProtocolTests",
    "backup.age-unknown": "paths and SSH always tell a file's time",
    "location.read-error": "needs a broken disk",
    "location.stalled": "SSHTroubleTests stops a session's process",
    "s3.certificate-untrusted": "needs a service with TLS; S3SourceTests",
    "web.busy": "it is tried again for 13 seconds; HTTPSSourceTests",
    "rclone.archived": "needs Azure's archive tier",
    "repository.changed": "needs a program that prunes meanwhile; RepositoryTests",
    "repository.unsupported": "needs versions that do not fit",
    "repository.unreadable": "it would be a program's unknown complaint",
    "ssh.no-sftp": "needs another SSH server; SSHTroubleTests",
    "source.tool-missing": "needs a machine without ssh",
    "decoder.not-started": "needs a machine that refuses namespaces",
    "decoder.failed": "needs a decoder with an unknown complaint",
    "decompress.memory-limit": "no format that is made here asks for so much; the decoders' contract",
    "decompress.tool-missing": "needs a machine without the tool",
    "decrypt.tool-missing": "needs a machine without the tool",
    "decrypt.bad-signature": "the decoders' tests",
    "decrypt.trailing-garbage": "gpg reads most garbage as a damaged packet; the decoders' contract",
    "limit.processes": "statements that could start processes are refused (81); the sandbox's contract",
    "sandbox.unavailable": "needs a machine without bubblewrap",
    "sandbox.docker-missing": "needs a machine without docker",
    "sandbox.docker-down": "DockerRunTests",
    "sandbox.docker-refused": "DockerRunTests",
    "sandbox.docker-elsewhere": "DockerRunTests",
    "sandbox.image-missing": "DockerRunTests",
    "sandbox.image-invalid": "DockerRunTests",
    "sandbox.image-platform": "DockerRunTests",
    "sandbox.image-unusable": "DockerRunTests",
    "sandbox.image-without-server": "DockerRunTests",
    "sandbox.image-without-tool": "DockerImageTests",
    "sandbox.container-gone": "DockerImageTests",
    "sandbox.docker-full": "DockerImageTests",
    "sandbox.no-image": "DockerRunTests",
    "sandbox.image-chosen": "DockerRunTests",
    "sandbox.shared-network": "needs a task of containers; SidecarSandboxTests",
    "sandbox.neighbour-missing": "needs a task of containers; NeighbourTests",
    "sandbox.broken": "it would be a defect that the scenario knows of",
    "engine.not-started": "needs a damaged DBMS",
    "verify.foreign-keys-unchecked": "needs a foreign key whose check takes longer than five seconds",
    "verify.table-missing": "no server loses a table that it has acknowledged",
    "sqlite.memory": "depends on what the machine's SQLite gives back under a limit",
    "postgresql.large-objects": "no server loses a large object that it has acknowledged",
    "mysql.hostile-name": "no tool writes such a stream; XBStreamReaderTests",
    "mysql.encrypted-files": "needs a server with a key; PhysicalJudgementTests",
    "mysql.server-crashed": "what makes a server crash depends on its version; PhysicalPartsTests",
    "mysql.log-short": "needs a source that writes faster than it is copied; PhysicalJudgementTests",
    "mysql.file-empty": "PhysicalJudgementTests",
  ]
}
