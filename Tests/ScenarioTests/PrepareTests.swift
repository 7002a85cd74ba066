import Foundation
import ProofbackCore
import ProofbackSystem
import ProofbackTestSupport
import Testing

/// `proofback prepare`: what runs are started from is there before the first.
@Suite struct PrepareTests {
  private func prepare(_ arguments: [String], in folder: TemporaryFolder) async throws -> Command.Outcome {
    var variables = Command.plainEnvironment
    variables["DOCKER_HOST"] = ProcessInfo.processInfo.environment["DOCKER_HOST"]
    variables["HOME"] = folder.path
    return try await Command(
      BuiltProgram.proofback, ["prepare"] + arguments + ["--state-folder", folder.path + "/state"],
      environment: variables
    ).capture(within: 120)
  }

  private func made(_ folder: TemporaryFolder) -> [String] {
    let templates = (try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/state/templates")) ?? []
    return templates.filter { !$0.hasPrefix(".") }.sorted()
  }

  @Test func `a server is prepared once, and nothing but what runs start from is left`() async throws {
    try await TemporaryFolder.with("prepare") { folder in
      for type in ["mariadb", "postgresql", "mariadb"] {
        let outcome = try await prepare([type], in: folder)
        #expect(outcome.end == .exited(0) && outcome.text.contains("is ready for runs"), "\(outcome.errorText)")
        #expect(outcome.errorText.isEmpty)
      }
      let made = made(folder)
      #expect(made.count == 2 && made[0].hasPrefix("mysql-") && made[1].hasPrefix("postgresql-"), "\(made)")
      let runs = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/state/runs")
      #expect(runs.isEmpty)
    }
  }

  @Test(.enabled(if: DockerEngine.canRun, "\(DockerEngine.whyNot)"))
  func `an image's server is prepared for its digest, and an image that is none says why`() async throws {
    let engine = try await DockerEngine.running()
    let image = try await engine.image("mariadb-10.11")
    try await TemporaryFolder.with("prepare") { folder in
      let outcome = try await prepare(["mariadb", "--image", image], in: folder)
      #expect(outcome.end == .exited(0) && outcome.text.contains("in the image \(image)"), "\(outcome.errorText)")
      let made = made(folder)
      let id = try await DockerEngine.docker(["image", "inspect", "--format", "{{.Id}}", image]).text
      let digest = id.trimmingPrefix("sha256:").prefix(12)
      #expect(made.count == 1 && digest.count == 12 && made[0].contains(digest), "\(made)")
      let missing = try await prepare(["mariadb", "--image", "proofback-test/nowhere:1"], in: folder)
      #expect(
        missing.end == .exited(2) && missing.errorText.contains("(sandbox.image-missing)"), "\(missing.errorText)")
      #expect(missing.errorText.contains("\nnext: "))
      let left = await Containers.list() ?? []
      #expect(left.filter { $0.folder.string.hasPrefix(folder.path) } == [])
      let other = try await prepare(["postgresql", "--image", image], in: folder)
      #expect(
        other.end == .exited(2) && other.errorText.contains("(sandbox.image-without-server)"), "\(other.errorText)")
      #expect(self.made(folder) == made)
    }
  }

  @Test func `a type without a server, and options of runs, are wrong usage`() async throws {
    try await TemporaryFolder.with("prepare") { folder in
      for arguments in [["sqlite"], ["oracle"], ["mariadb", "--keep", "10m"]] {
        let end = try await prepare(arguments, in: folder).end
        #expect(end == .exited(64))
      }
    }
  }
}
