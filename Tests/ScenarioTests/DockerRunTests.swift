import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import ProofbackTestSupport
import Testing

/// `proofback run` with images: which is chosen, and what can be wrong with engine and image.
@Suite(
  .serialized, .enabled(if: DockerEngine.canRun && TestAll.isOn, "\(DockerEngine.whyNot), or make test-all runs it"))
struct DockerRunTests {
  private func run(
    _ arguments: [String], host: String? = nil, user: String? = nil, dump: String? = nil
  ) async throws -> DockerRun.Outcome {
    try await DockerRun.run(arguments, host: host, user: user, dump: dump)
  }

  @Test func `the image is found from the dump's head, and the run says why`() async throws {
    let engine = try await DockerEngine.running()
    let image = try await engine.image("everything")
    let table = NSTemporaryDirectory() + "images-\(getpid())"
    try "mariadb 9 = never:1\nmariadb 10.11 = \(image)\n".write(toFile: table, atomically: true, encoding: .utf8)
    defer { unlink(table) }
    let outcome = try await run(["--sandbox", "docker", "--image-table", table])
    #expect(outcome.report?.verdict == .passed, "\(outcome.text)")
    let said = outcome.finding("sandbox.image-chosen")?.message ?? ""
    #expect(
      said.contains("by the rule `mariadb 10.11 = \(image)`") && said.contains("the dump's header says 10.11"),
      "\(said)")
    #expect(outcome.report?.sandbox?.kind == "docker")
  }

  @Test func `nothing is left of a run in a container`() async throws {
    let image = try await DockerEngine.running().image("everything")
    let outcome = try await run(["--image", image])
    #expect(outcome.report?.verdict == .passed, "\(outcome.text)")
    #expect(await (Containers.list() ?? []).filter { $0.runID == outcome.report?.runID } == [])
  }

  @Test(arguments: [
    ("sandbox.image-missing", ["--image", "proofback-test/nowhere:1"]),
    ("sandbox.image-invalid", ["--image=--privileged"]),
    ("sandbox.no-image", ["--sandbox", "docker", "--image-table", "empty"]),
  ])
  func `an image that can't be had is no verdict on the backup`(_ code: String, _ arguments: [String]) async throws {
    let empty = NSTemporaryDirectory() + "no-images-\(getpid())"
    try "# nothing\n".write(toFile: empty, atomically: true, encoding: .utf8)
    defer { unlink(empty) }
    let outcome = try await run(arguments.map { $0 == "empty" ? empty : $0 })
    #expect(outcome.code == .exited(2) && outcome.causes == code, "\(outcome.text)")
    #expect(outcome.finding(code)?.hint.isEmpty == false)
  }

  @Test func `an image without the server says so`() async throws {
    let image = try await DockerEngine.running().image("empty")
    let outcome = try await run(["--image", image])
    #expect(outcome.code == .exited(2) && outcome.causes == "sandbox.image-without-server", "\(outcome.text)")
  }

  @Test func `an image without a shell can't be used`() async throws {
    let tar = try await Command(
      "/bin/sh", ["-c", "cd /usr/bin && tar -c true | docker import - proofback-test/bare:1"],
      environment: Command.plainEnvironment.merging(ProcessInfo.processInfo.environment) { own, _ in own }
    ).capture()
    #expect(tar.end.isSuccess, "\(tar.errorText)")
    let outcome = try await run(["--image", "proofback-test/bare:1"])
    #expect(outcome.code == .exited(2) && outcome.causes == "sandbox.image-unusable", "\(outcome.text)")
  }

  @Test func `an image for another processor is refused before anything is started`() async throws {
    let other = machine == "arm64" ? "amd64" : "arm64"
    let made = try await Command("/usr/bin/python3", ["-c", Self.foreignImage, other]).capture()
    #expect(made.end.isSuccess, "\(made.errorText)")
    let file = String(made.text.dropLast())
    defer { unlink(file) }
    #expect(try await DockerEngine.docker(["load", "--input", file]).end.isSuccess)
    let outcome = try await run(["--image", "proofback-test/other:1"])
    #expect(outcome.code == .exited(2) && outcome.causes == "sandbox.image-platform", "\(outcome.text)")
  }

  /// An image in the format of `docker save`, with an empty layer.
  private static let foreignImage = """
    import hashlib, io, json, sys, tarfile, tempfile
    layer = io.BytesIO()
    tarfile.open(fileobj=layer, mode="w").close()
    layer = layer.getvalue()
    config = json.dumps({"architecture": sys.argv[1], "os": "linux", "config": {},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(layer).hexdigest()]}}).encode()
    manifest = json.dumps([{"Config": "c.json", "RepoTags": ["proofback-test/other:1"], "Layers": ["l.tar"]}]).encode()
    path = tempfile.mkstemp()[1]
    with tarfile.open(path, "w") as tar:
        for name, data in [("c.json", config), ("l.tar", layer), ("manifest.json", manifest)]:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    print(path)
    """

  private var machine: String {
    #if arch(arm64)
      "arm64"
    #else
      "amd64"
    #endif
  }

  @Test func `without an engine, or with one elsewhere, the run says which`() async throws {
    let down = try await run(["--image", "mariadb:10.11"], host: "unix:///nowhere/docker.sock")
    #expect(down.code == .exited(2) && down.causes == "sandbox.docker-down", "\(down.text)")
    let elsewhere = try await run(["--image", "mariadb:10.11"], host: "tcp://192.0.2.1:2375")
    #expect(elsewhere.code == .exited(2) && elsewhere.causes == "sandbox.docker-elsewhere", "\(elsewhere.text)")
  }

  @Test func `a user who may not use the engine is told so`() async throws {
    let outcome = try await run(["--image", "mariadb:10.11"], user: "61235")
    #expect(outcome.code == .exited(2) && outcome.causes == "sandbox.docker-refused", "\(outcome.text)")
  }

  @Test func `a SQLite file needs no image`() async throws {
    let bench = try await ScenarioBench.shared()
    let file = "\(bench.path)/work/docker-\(getpid()).sqlite"
    let made = try await Command(
      "/usr/bin/sqlite3", [file, "CREATE TABLE stars(id INTEGER); INSERT INTO stars VALUES (1);"]
    ).capture()
    #expect(made.end.isSuccess)
    defer { unlink(file) }
    let outcome = try await run(["--sandbox", "docker"], dump: file)
    #expect(outcome.report?.verdict == .passed, "\(outcome.text)")
  }
}
