import Foundation
import Glibc
import ProofbackCore
import ProofbackLaunchers
import ProofbackSystem
import ProofbackTestSupport
import Synchronization
import SystemPackage
import Testing

/// Whole runs of a worker that is told it is in a task: every kind of backup and layer, with no capabilities but those that
/// ECS's worker has, beside containers that Fargate would start.
@Suite(
  .serialized, .enabled(if: DockerEngine.canRun && TestAll.isOn, "\(DockerEngine.whyNot), or make test-all runs it"))
struct TaskRunTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var says: String
    var recipe = ""
    var file: String
    var keys: [String] = []
    var passphrase: String?
    var shows: String
    var verdict = Verdict.passed
    var cause: String?
    var testDescription: String { says }
  }

  static let cases = [
    Case(
      says: "a dump of MariaDB inside zstd and gpg", recipe: "zstd -q -c \"$DUMP\" | gpg_to ada > b", file: "b",
      keys: ["ada.sec"], shows: "observatory"),
    Case(
      says: "one that age has encrypted", recipe: "gzip -c \"$DUMP\" | age -r \"$(cat \"$KEYS/age.pub\")\" > b",
      file: "b",
      keys: ["other-age.key", "age.key"], shows: "observatory"),
    Case(
      says: "one that openssl has encrypted with a passphrase",
      recipe: "openssl enc -aes-256-cbc -pbkdf2 -pass file:\"$KEYS/symmetric.pass\" -in \"$DUMP\" -out b", file: "b",
      passphrase: "symmetric.pass", shows: "observatory"),
    Case(says: "a physical backup of MariaDB", recipe: "cp \"$PHYSICAL/all.xb\" b", file: "b", shows: "sightings"),
    Case(says: "an archive of PostgreSQL", recipe: "cp \"$HARBOURC\" b", file: "b", shows: "calls_2024"),
    Case(
      says: "a folder of PostgreSQL in a tar", recipe: "pg_folder dump -j2 harbour; tar -cf b dump", file: "b",
      shows: "calls_2024"),
    Case(
      says: "a folder of mongodump", recipe: "mongo_folder d observatory stars 1500; tar -czf b d", file: "b",
      shows: "stars"),
    Case(
      says: "a file of SQLite",
      recipe:
        "python3 -c 'import sqlite3; c = sqlite3.connect(\"b\"); c.executescript(\"create table planets (id); insert into planets values (1), (2)\")'",
      file: "b", shows: "planets"),
    Case(
      says: "a dump that would have the client start a program",
      recipe: "with_statement \"\\\\! touch /tmp/proofback-canary-task\" > b", file: "b", shows: "", verdict: .failed,
      cause: "dump.foreign-statement"),
    Case(
      says: "one that would have PostgreSQL's server start a program",
      recipe: "pg_with \"CREATE TABLE public.x (l text); COPY public.x FROM PROGRAM 'touch /exchange/canary';\" > b",
      file: "b", shows: "", verdict: .failed, cause: "dump.foreign-statement"),
    Case(
      says: "a dump with half of it missing", recipe: "cp \"$DUMP\" b; cut_to b -20000", file: "b", shows: "",
      verdict: .failed),
  ]

  @Test(arguments: cases) func `is proven in a task as elsewhere`(_ one: Case) async throws {
    let bench = try await ScenarioBench.shared()
    let engine = try await DockerEngine.running()
    let id = "task-\(UInt32.random(in: 0...UInt32.max))"
    let folder = "\(bench.path)/work/\(id)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let made = try await bench.shell(one.recipe, folder: folder, id: id)
    #expect(made.end.isSuccess, "\(made.errorText)")

    var specification = RunSpecification(runID: id, location: "\(folder)/\(one.file)", stateFolder: "\(folder)/state")
    (specification.sandbox, specification.image) = (TaskPlace.sandbox, try await engine.image("everything"))
    var secrets = RunSecrets()
    secrets.decryptionKeys = try one.keys.map { NamedSecret(name: $0, content: try key($0, bench)) }
    secrets.passphrase = try one.passphrase.map { NamedSecret(name: $0, content: try key($0, bench)) }
    let place = TaskPlace(FilePath("\(folder)/task"))
    try await TaskContainers.start(
      id, in: place, image: try await engine.image("everything"),
      memoryBytes: specification.limits.memoryBytes, reads: Self.program)
    let events = Events()
    let report = try await LocalLauncher(worker: Self.worker(place)).launch(
      Assignment(specification: specification, secrets: secrets), events: events)
    #expect(
      report.verdict == one.verdict,
      "\(report.sentence)\n\(report.findings.map { "\($0.code): \($0.message) \($0.evidence)" })\n\(events.text)")
    #expect(one.cause == nil || report.cause?.rawValue == one.cause)
    let tables = report.inventory?.tables.map { "\($0)" }.joined() ?? ""
    #expect(one.shows.isEmpty || tables.contains(one.shows), "\(tables.prefix(500))")
    #expect(report.findings.contains { $0.code.rawValue == "sandbox.shared-network" })
    #expect(report.sandbox?.kind == TaskPlace.sandbox)
    for volume in [TaskVolume.data, .exchange, .temporaryServer] {
      #expect((try? FileManager.default.contentsOfDirectory(atPath: place.path(volume).string)) ?? [] == [])
    }
    var left = 3
    for _ in 0..<100 where left > 0 {
      left = try await TaskContainers.running(id)
      try await Task.sleep(for: .milliseconds(50))
    }
    #expect(left == 0)
    let keys = try FileManager.default.contentsOfDirectory(atPath: "/dev/shm").filter { $0.hasPrefix("proofback") }
    for name in keys { try? FileManager.default.removeItem(atPath: "/dev/shm/\(name)") }
  }

  private func key(_ name: String, _ bench: ScenarioBench) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: "\(bench.path)/keys/\(name)"))
  }

  /// The program, and what a build for development needs to be loaded.
  private static let program = Set(
    ([BuiltProgram.proofback] + OwnProgram.libraries).map {
      URL(fileURLWithPath: $0).resolvingSymlinksInPath().deletingLastPathComponent().path
    }
  ).sorted()

  /// With what ECS leaves to the worker's container.
  private static func worker(_ place: TaskPlace) -> Command {
    let kept = ["chown", "dac_override", "fowner", "kill", "setgid", "setpcap", "setuid"]
    return Command(
      "/usr/bin/setpriv",
      [
        "--bounding-set", "-all," + kept.map { "+\($0)" }.joined(separator: ","), "--inh-caps", "-all", "--",
        BuiltProgram.proofback, "worker", "--in-task", place.folder.string,
      ])
  }

  private final class Events: EventSink {
    private let lines = Mutex<[String]>([])
    func send(_ event: RunEvent) {
      if case .log(let line) = event { lines.withLock { $0.append(line) } }
    }
    var text: String { lines.withLock { $0.joined(separator: "\n") } }
  }
}
