import Foundation
import ProofbackCore
import ProofbackSystem

/// Short questions to a repository, through borg.
struct BorgClient: Sendable {
  let location: BorgLocation
  let tool: BorgTool
  private let surroundings: SourceSurroundings

  init(_ location: BorgLocation, _ surroundings: SourceSurroundings) async throws {
    self.location = location
    self.surroundings = surroundings
    tool = try await BorgTool.prepare(location, in: surroundings)
  }

  private struct Archives: Decodable {
    struct Archive: Decodable {
      var name: String
      var start: String
    }
    struct Repository: Decodable {
      var modified: String
      private enum CodingKeys: String, CodingKey { case modified = "last_modified" }
    }
    var archives: [Archive]
    var repository: Repository
  }

  /// Those that are asked for. What a backup that broke off left (`….checkpoint`) is none.
  func archives() async throws -> [RepositorySnapshot] {
    try await list().archives.compactMap { archive in
      let isCheckpoint = archive.name.firstMatch(of: /\.checkpoint(\.\d+)?$/) != nil
      guard !isCheckpoint, location.archives?.matches(Array(archive.name.utf8)) ?? true,
        let time = ToolTime.read(archive.start)
      else { return nil }
      return RepositorySnapshot(id: archive.name, time: time)
    }
  }

  /// When it was written to last, by the clock of the program that did.
  func modified() async throws -> String { try await list(["--last", "1"]).repository.modified }

  private func list(_ more: [String] = []) async throws -> Archives {
    let output = try await run(tool.command(["list", "--json"] + more))
    guard let list = try? JSONDecoder().decode(Archives.self, from: Data(output)) else {
      throw RunTrouble(RepositoryFindings.unreadable, "what borg says of \(location.place.shown) can't be read")
    }
    return list
  }

  private struct Item: Decodable {
    var type: String
    var path: String
    var healthy: Bool?
    var size: UInt64?
    var mtime: String?
  }

  /// What lies at a path and below it.
  /// - Throws: also when borg once put zeros in place of data that was lost (`borg check --repair`).
  func entries(of archive: String, at path: String) async throws -> [RepositoryEntry] {
    let output = try await run(tool.command(["list", "--json-lines"], archive: archive, Self.argument(path)))
    return try output.split(separator: UInt8(ascii: "\n")).compactMap { line in
      guard let item = try? JSONDecoder().decode(Item.self, from: Data(line)) else { return nil }
      if item.healthy == false {
        let shown = UntrustedText.line(item.path, limit: 200)
        throw BadBackup(
          RepositoryFindings.damaged, "\(location.place.shown) is damaged: data of \(shown) was lost and is zeros now")
      }
      return RepositoryEntry(
        path: "/" + item.path, kind: item.type == "-" ? .file : item.type == "d" ? .folder : .other, size: item.size,
        modified: item.mtime.flatMap(ToolTime.read))
    }
  }

  /// A path of an archive and what lies below it (borg help patterns); nothing: all.
  static func argument(_ path: String) -> [String] { path == "/" ? [] : ["pp:\(path.dropFirst())"] }

  private func run(_ command: Command) async throws -> [UInt8] {
    let outcome = try await command.capture(input: tool.input, limit: 256 << 20, within: 600, ownSession: true)
    guard outcome.end.isSuccess else { throw await explain(outcome.end, outcome.errors, about: location.path) }
    return outcome.output
  }

  /// What looks damaged while a program works on the repository, or has done so meanwhile, is no verdict.
  /// - Parameter modified: when it was written to last, before it was read.
  func explain(
    _ end: ProcessEnd, _ words: [UInt8], passedOn: UInt64 = 0, about path: String, since modified: String? = nil
  ) async -> any Error {
    let fault = BorgFault(
      end: end, words: words, location: location, hasPassword: surroundings.secrets.repositoryPassword != nil,
      passedOn: passedOn)
    let error = fault.error(about: path)
    if Rearranged.isDamage(error) {
      if await isLocked() { return locked }
      if let modified, let now = try? await self.modified(), now != modified {
        return Rearranged.trouble(location.place, error)
      }
    }
    if case .host(let host) = location.place,
      (error as? RunTrouble)?.finding.code == SourceFindings.unreachable.code
    {
      return await refusal(at: host)
    }
    return error
  }

  /// borg often ends before it has passed on what ssh said: ssh is asked once more, and itself.
  private func refusal(at host: SSHLocation) async -> any Error {
    do {
      let link = try await SSHLink.open(to: host, patience: SSHPatience(), in: surroundings)
      _ = try await link.once { try? $0.attributes(of: RawPath(".")) }
    } catch let trouble as RunTrouble where trouble.finding.code != SourceFindings.noSFTP.code {
      return trouble
    } catch {}
    return RunTrouble(
      RepositoryFindings.unsupported, "\(host.knownHostsName) lets us in, and no borg answers there",
      hint: "install borg on that host, or let this key run borg serve")
  }

  /// A program that writes or prunes holds the repository's folder `lock.exclusive` from its start to its end; for a moment
  /// others do, to write down that they read.
  /// - Throws: `repository.locked`.
  func checkLock() async throws {
    for _ in 0..<4 {
      guard await isLocked() else { return }
      try await Task.sleep(for: .seconds(0.5))
    }
    throw locked
  }

  private var locked: RunTrouble {
    RunTrouble(
      RepositoryFindings.locked, "\(location.place.shown) is locked by a program that works on it", canRetry: true)
  }

  /// Over SSH it is seen where files can be looked at; where borg alone is let in, only what goes wrong shows it.
  private func isLocked() async -> Bool {
    switch location.place {
    case .folder(let path):
      (try? FileStatus(of: path.appending(Array("lock.exclusive".utf8))).kind) == .folder
    case .host(let host):
      await isLocked(at: host)
    case .bucket, .web: false
    }
  }

  private func isLocked(at host: SSHLocation) async -> Bool {
    let lock = host.path.appending(Array("lock.exclusive".utf8))
    guard let link = try? await SSHLink.open(to: host, patience: SSHPatience(answer: 10), in: surroundings) else {
      return false
    }
    return (try? await link.once { try $0.attributes(of: lock).kind == .folder }) ?? false
  }
}
