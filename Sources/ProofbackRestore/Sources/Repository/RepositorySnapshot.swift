import Foundation
import ProofbackCore

/// What a repository holds of one moment: restic's snapshot, borg's archive.
struct RepositorySnapshot: Sendable, Equatable {
  /// By which the program finds it.
  var id: String
  var time: Date
}

/// Which of them is tested.
enum RepositoryChoice: String, Sendable, CaseIterable {
  case newest, random

  /// - Throws: `location.invalid`.
  init(_ text: String?, option: String) throws {
    guard let text else {
      self = .newest
      return
    }
    guard let choice = RepositoryChoice(rawValue: text) else {
      throw LocationText.invalid(
        "\(option)= is neither newest nor random: \(UntrustedText.line(text, limit: 40))",
        hint: "leave it out for the newest")
    }
    self = choice
  }

  /// Nil when there is none. Of several of one time the last by its id, so that the choice is the same each time.
  func choose(
    of snapshots: [RepositorySnapshot], using random: inout some RandomNumberGenerator
  ) -> RepositorySnapshot? {
    switch self {
    case .newest: snapshots.max { ($0.time, $0.id) < ($1.time, $1.id) }
    case .random: snapshots.sorted { ($0.time, $0.id) < ($1.time, $1.id) }.randomElement(using: &random)
    }
  }
}

/// A file or folder in a snapshot.
struct RepositoryEntry: Sendable, Equatable {
  /// Absolute.
  var path: String
  var kind: FolderEntry.Kind
  var size: UInt64?
  var modified: Date?

  var name: String { path.split(separator: "/").last.map(String.init) ?? "" }
}

/// What is read of a snapshot, found among its entries.
struct RepositoryFile: Sendable {
  var path: String
  var isFolder: Bool
  var entry: RepositoryEntry
  var matches: Int?

  /// - Parameters:
  ///   - path: absolute; `/` is all that the snapshot holds.
  ///   - entries: those at and below `path`.
  /// - Throws: `BadBackup` when it is not there, `RunTrouble` when it is no place for a pattern.
  init(at path: String, pattern: FilePattern?, among entries: [RepositoryEntry], of snapshot: String) throws {
    let own = entries.first { $0.path == path }
    let below = entries.filter { path == "/" || $0.path.hasPrefix(path + "/") }
    let shown = UntrustedText.line(path, limit: 200)
    guard own != nil || !below.isEmpty else {
      throw BadBackup(RepositoryFindings.pathMissing, "\(snapshot) does not hold \(shown)")
    }
    if let pattern {
      guard own.map({ $0.kind == .folder }) ?? true else {
        throw RunTrouble(SourceFindings.notAFolder, "a pattern was given, and \(shown) is a file in \(snapshot)")
      }
      self = try Self.newest(in: path, pattern, below)
    } else if let own, own.kind != .folder {
      guard own.kind == .file else {
        throw RunTrouble(SourceFindings.notAFile, "\(shown) in \(snapshot) is no ordinary file")
      }
      (self.path, isFolder, entry) = (path, false, own)
    } else {
      // A folder is as old as the newest that it holds: what a job forgot to write anew is seen by that.
      let newest = below.filter { $0.kind == .file }.compactMap(\.modified).max()
      (self.path, isFolder) = (path, true)
      entry = RepositoryEntry(path: path, kind: .folder, size: nil, modified: newest ?? own?.modified)
    }
  }

  private init(path: String, entry: RepositoryEntry, matches: Int) {
    (self.path, self.entry, self.matches, isFolder) = (path, entry, matches, false)
  }

  private static func newest(
    in folder: String, _ pattern: FilePattern, _ below: [RepositoryEntry]
  ) throws -> RepositoryFile {
    let beginning = folder == "/" ? "/" : folder + "/"
    let here = below.filter { !$0.path.dropFirst(beginning.count).contains("/") && $0.path != folder }
    var best = NewestMatch()
    for entry in here where pattern.matches(Array(entry.name.utf8)) {
      best.consider(
        FolderEntry(name: Array(entry.name.utf8), kind: entry.kind, size: entry.size, modified: entry.modified))
    }
    let object = try best.object(in: RawPath(folder), pattern: pattern, seen: here.count)
    let name = String(decoding: best.newest?.name ?? [], as: UTF8.self)
    guard let chosen = here.first(where: { $0.name == name }) else { throw CancellationError() }
    return RepositoryFile(path: beginning + name, entry: chosen, matches: object.matches ?? 0)
  }

  /// As the run's object: which snapshot it is of stands before its path, and as its version.
  func object(in snapshot: RepositorySnapshot) -> SourceObject {
    let path = RawPath(self.path)
    let name = path.shownName.isEmpty ? "all" : path.shownName
    return SourceObject(
      name: isFolder ? "\(name).tar" : name, path: RawPath("\(snapshot.id):\(self.path)").written,
      size: isFolder ? nil : entry.size, modified: entry.modified ?? snapshot.time, matches: matches,
      etag: "\(UntrustedText.line(snapshot.id, limit: 64)) of \(snapshot.time.ISO8601Format())")
  }
}
