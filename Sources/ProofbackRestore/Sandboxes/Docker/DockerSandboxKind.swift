import Foundation
import Glibc
public import ProofbackCore
import ProofbackSystem
import SystemPackage

/// Unmodified images of DBMSs, on a Docker Engine of this machine; needs no DBMS installed.
public struct DockerSandboxKind: SandboxKind {
  public let name = "docker"
  public let summary = "a container of an image with any version of the DBMS (Docker Engine)"
  public let title = "a container (Docker)"
  public let usesImages = true

  public init() {}

  public func readiness() async -> SandboxReadiness {
    let ready = await SealReadiness.look(.find())
    guard ready.obstacles.isEmpty else { return ready }
    if let trouble = await DockerEngine.trouble() {
      return SandboxReadiness(obstacles: [trouble.finding.message], limits: [], remedy: trouble.finding.hint)
    }
    var limits = ["memory: container", "processors: container", "processes: container", "disk: watched"]
    if geteuid() != 0 { limits.append("tools of the DBMS see its files: only root can give them a user of their own") }
    return SandboxReadiness(obstacles: [], limits: limits)
  }

  public func make(_ request: SandboxRequest) async throws -> any Sandbox {
    if let trouble = await DockerEngine.trouble() { throw trouble }
    guard let name = request.image else {
      throw RunTrouble(SandboxFindings.noRule, "no image is named")
    }
    let image = try await DockerImage.find(name)
    let folders = try SealedSandbox.make(request, groups: .find(), sharesExchange: true)
    do {
      let profile = request.runFolder.appending("calls.json")
      try DockerCallProfile.json.write(to: URL(fileURLWithPath: profile.string))
      let container = try await DockerContainer.start(
        DockerContainer.Plan(
          request: request, image: image, data: folders.data, exchange: folders.exchange, user: folders.user,
          users: folders.users, profile: profile))
      let sandbox = DockerSandbox(folders, container, image, limits: request.limits)
      await sandbox.watchRemovedFiles()
      return sandbox
    } catch {
      await folders.destroy()
      throw error
    }
  }
}
