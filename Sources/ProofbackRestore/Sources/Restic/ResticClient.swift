import Foundation
import ProofbackCore
import ProofbackSystem

/// Short questions to a repository, through restic.
struct ResticClient: Sendable {
  let location: ResticLocation
  let tool: ResticTool
  private let surroundings: SourceSurroundings
  private let sshLog: String

  init(_ location: ResticLocation, _ surroundings: SourceSurroundings) async throws {
    self.location = location
    self.surroundings = surroundings
    sshLog = ResticTool.sshLog(surroundings.keyFolder).string
    // What an earlier question met is no answer to this one.
    try? FileManager.default.removeItem(atPath: sshLog)
    tool = try await ResticTool.prepare(location, in: surroundings)
  }

  private struct Snapshot: Decodable {
    var id: String
    var time: String
  }

  /// Those that are asked for.
  /// - Throws: also when one can't be read, which might be the newest: restic itself passes it over.
  func snapshots() async throws -> [RepositorySnapshot] {
    let filters = (location.host.map { ["--host", $0] } ?? []) + (location.tag.map { ["--tag", $0] } ?? [])
    let outcome = try await run(["snapshots", "--json"] + filters, isOpen: false)
    if String(decoding: outcome.errors, as: UTF8.self).contains("could not load snapshot") {
      throw await explain(.exited(1), outcome.errors, isOpen: true, about: "a snapshot")
    }
    return try read([Snapshot]?.self, outcome.output)?.compactMap { snapshot in
      guard snapshot.id.wholeMatch(of: /[0-9a-f]{64}/) != nil, let time = ToolTime.read(snapshot.time) else {
        return nil
      }
      return RepositorySnapshot(id: snapshot.id, time: time)
    } ?? []
  }

  private struct Node: Decodable {
    var path: String?
    var type: String?
    var size: UInt64?
    var mtime: String?
  }

  /// What lies at a path and below it.
  /// - Parameter isDeep: whether folders below are gone into.
  func entries(of snapshot: String, at path: String, isDeep: Bool) async throws -> [RepositoryEntry] {
    let verb = ["ls", "--json"] + (isDeep ? ["--recursive"] : [])
    let outcome = try await run(verb, [snapshot, path], isOpen: true)
    return outcome.output.split(separator: UInt8(ascii: "\n")).compactMap { line in
      guard let node = try? JSONDecoder().decode(Node.self, from: Data(line)), let path = node.path,
        let type = node.type
      else { return nil }
      return RepositoryEntry(
        path: path, kind: type == "file" ? .file : type == "dir" ? .folder : .other, size: node.size,
        modified: node.mtime.flatMap(ToolTime.read))
    }
  }

  private struct Lock: Decodable {
    var time: String
    var exclusive: Bool
    var hostname: String?
  }

  /// A program that holds the repository for itself alone is pruning it: what is read may be gone the next moment. Others,
  /// backups among them, only add to it.
  /// - Throws: `repository.locked`.
  func checkLocks() async throws {
    guard let lock = await exclusiveLock() else { return }
    throw locked(lock)
  }

  private func locked(_ lock: Lock) -> RunTrouble {
    let host = UntrustedText.line(lock.hostname ?? "", limit: 100)
    return RunTrouble(
      RepositoryFindings.locked, "\(location.place.shown) is locked by a program of \(host.isEmpty ? "a host" : host)",
      evidence: ["since: \(UntrustedText.line(lock.time, limit: 40))"], canRetry: true)
  }

  /// restic itself takes a lock that was not renewed for half an hour for one that was left behind (internal/restic/lock.go).
  private static let stale = 1800.0

  private func exclusiveLock() async -> Lock? {
    // A lock that is just being written has a name that restic's own list stumbles over.
    guard let list = try? await run(["list", "locks"], isOpen: true) else { return nil }
    let ids = list.output.split(separator: UInt8(ascii: "\n"))
      .map { String(decoding: $0, as: UTF8.self) }.filter { $0.wholeMatch(of: /[0-9a-f]{64}/) != nil }
    for id in ids.prefix(20) {
      // One that went away meanwhile is asked for again and again.
      let asked = try? await tool.command(["cat"], ["lock", id]).capture(limit: 65536, within: 10, ownSession: true)
      guard let outcome = asked, outcome.end.isSuccess, let lock = try? read(Lock.self, outcome.output), lock.exclusive
      else { continue }
      let age = ToolTime.read(lock.time).map { Date().timeIntervalSince($0) } ?? 0
      if age < Self.stale { return lock }
    }
    return nil
  }

  /// Names of its index's files. A backup adds some; where one is gone, data was taken out of the repository, or put elsewhere.
  func indexes() async throws -> Set<String> {
    let list = try await run(["list", "index"], isOpen: true)
    return Set(list.output.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) })
  }

  private func run(
    _ verb: [String], _ subjects: [String] = [], isOpen: Bool
  ) async throws -> Command.Outcome {
    let outcome = try await tool.command(verb, subjects).capture(limit: 256 << 20, within: 600, ownSession: true)
    guard outcome.end.isSuccess else {
      throw await explain(outcome.end, outcome.errors, isOpen: isOpen, about: location.path)
    }
    return outcome
  }

  /// What looks damaged while somebody prunes, or has pruned meanwhile, is no verdict.
  /// - Parameter indexes: as they were before it was read.
  func explain(
    _ end: ProcessEnd, _ words: [UInt8], isOpen: Bool, about path: String, since indexes: Set<String> = []
  ) async -> any Error {
    let words = words + (FileManager.default.contents(atPath: sshLog).map { Array($0) } ?? [])
    let fault = ResticFault(
      end: end, words: words, location: location, secrets: surroundings.secrets, isOpen: isOpen)
    let error = fault.error(about: path)
    if !isOpen, let why = await refusal(error) { return why }
    guard isOpen, Rearranged.isDamage(error) else { return error }
    if let lock = await exclusiveLock() { return locked(lock) }
    if !indexes.isEmpty, let now = try? await self.indexes(), !indexes.isSubset(of: now) {
      return Rearranged.trouble(location.place, error)
    }
    return error
  }

  /// restic asks for heads, which say no more than that something is not there or not allowed: S3 is asked for the reason.
  private func refusal(_ error: any Error) async -> (any Error)? {
    guard case .bucket(let bucket) = location.place else { return nil }
    let code = (error as? BadBackup)?.finding.code ?? (error as? RunTrouble)?.finding.code
    guard code == RepositoryFindings.missing.code || code == SourceFindings.denied.code else { return nil }
    let prefix = bucket.key.bytes.isEmpty ? RawPath("config") : bucket.key.appending(Array("config".utf8))
    let why = await bucket.refusal(of: prefix, in: surroundings)
    return (why as? BadBackup)?.finding.code == SourceFindings.missingFile.code ? nil : why
  }

  private func read<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) throws -> Value {
    do { return try JSONDecoder().decode(type, from: Data(bytes)) } catch {
      throw RunTrouble(RepositoryFindings.unreadable, "what restic says of \(location.place.shown) can't be read")
    }
  }
}
