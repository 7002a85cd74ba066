import Foundation
import Glibc
public import SystemPackage

/// What crashed runs left in a state folder: the folders of runs whose owner is gone, their cgroups and containers, claims of
/// user ids, templates that were never finished or that nobody uses any more. A live run is never touched.
public struct Leftovers: Sendable {
  public struct Leftover: Sendable, Equatable {
    public enum Kind: String, Sendable { case runFolder, userClaim, template, container }
    public let kind: Kind
    /// Of a container, its id.
    public let path: FilePath
    /// For people: `its process 4711 is gone`.
    public let reason: String
  }

  private let state: StateFolder
  /// A folder without a readable owner may be one that is just being made or removed.
  private let graceSeconds: Double

  public init(in state: StateFolder, graceSeconds: Double = 60) {
    self.state = state
    self.graceSeconds = graceSeconds
  }

  public func list() -> [Leftover] { runFolders() + userClaims() + templates() }

  /// Containers of this state folder whose run is gone, or whose time is over.
  public func containers() async -> [Leftover] {
    guard Containers.mayExist, let all = await Containers.list() else { return [] }
    return all.filter { $0.folder.removingLastComponent() == state.runs }.compactMap { container in
      let reason =
        access(container.folder.string, F_OK) != 0
        ? "its run is gone" : container.deadline < Date().timeIntervalSince1970 ? "its time is over" : nil
      return reason.map { Leftover(kind: .container, path: FilePath(container.id), reason: $0) }
    }
  }

  /// Removes what `list` and `containers` find.
  /// - Returns: what could not be removed, for people.
  public func remove() async -> [String] {
    var problems: [String] = []
    for leftover in runFolders() { problems += await RunFolder.remove(leftover.path) }
    problems += await Containers.remove(await containers().map(\.path.string))
    removeUserClaims()
    for leftover in templates() {
      guard let lock = try? FileLock.take(state.templateLock) else { break }
      problems += await RunFolder.remove(hidden(leftover.path))
      withExtendedLifetime(lock) {}
    }
    return problems
  }

  /// Removes the claims that no run holds.
  public func removeUserClaims() {
    for leftover in userClaims() {
      // Taken while removing, so that no run claims it in between.
      if let lock = try? FileLock.take(leftover.path) { lock.removeFile() }
    }
  }

  /// What is being prepared has a hidden name until it is whole, and the lock is held meanwhile. The time of a whole one is
  /// that of its newest use.
  private func templates() -> [Leftover] {
    if FileLock.isHeld(state.templateLock) { return [] }
    return StateFolder.names(in: state.templates).compactMap { name in
      let path = state.templates.appending(name)
      guard path != state.templateLock else { return nil }
      if name.hasPrefix(".") { return Leftover(kind: .template, path: path, reason: "it was never finished") }
      guard age(of: path) > Self.templateDays * 86_400 else { return nil }
      return Leftover(kind: .template, path: path, reason: "no run has used it for \(Int(Self.templateDays)) days")
    }
  }

  /// A template is made again in seconds, and versions and images come and go.
  private static let templateDays = 30.0

  /// Under a hidden name first, so that no run takes a part of it for the whole.
  private func hidden(_ template: FilePath) -> FilePath {
    let hidden = state.templates.appending(".old-\(UInt64.random(in: 0...UInt64.max))")
    return rename(template.string, hidden.string) == 0 ? hidden : template
  }

  private func runFolders() -> [Leftover] {
    StateFolder.names(in: state.runs).compactMap { name in
      let path = state.runs.appending(name)
      return reason(path).map { Leftover(kind: .runFolder, path: path, reason: $0) }
    }
  }

  /// Why a run's folder is a leftover; nil while its owner lives.
  private func reason(_ folder: FilePath) -> String? {
    let file = folder.appending("owner.json")
    if FileLock.isHeld(file) { return nil }
    guard let owner = RunOwner.read(file.string) else {
      return age(of: folder) > graceSeconds ? "it names no owner" : nil
    }
    if owner.isAlive { return nil }
    return owner.bootID == RunOwner.currentBootID
      ? "its process \(owner.processID) is gone" : "the machine has been started again since"
  }

  private func userClaims() -> [Leftover] {
    StateFolder.names(in: state.users).compactMap { name in
      let path = state.users.appending(name)
      guard let user = UInt32(name), UserClaim.range.contains(user), !FileLock.isHeld(path) else { return nil }
      return Leftover(kind: .userClaim, path: path, reason: "no run holds it")
    }
  }

  private func age(of path: FilePath) -> Double {
    var status = stat()
    guard lstat(path.string, &status) == 0 else { return 0 }
    return Date().timeIntervalSince1970 - Double(status.st_mtim.tv_sec)
  }
}
