import Foundation
import ProofbackCore

/// A file as a folder lists it.
struct FolderEntry: Sendable, Equatable {
  enum Kind: Sendable { case file, folder, other }

  var name: [UInt8]
  var kind: Kind
  var size: UInt64?
  var modified: Date?
}

/// The choice among files that match a pattern, the same for every source.
struct NewestMatch {
  private(set) var newest: FolderEntry?
  private(set) var count = 0

  /// Only whole files take part: a folder or device that matches is no backup. An empty file does, and is judged later.
  mutating func consider(_ entry: FolderEntry) {
    guard entry.kind == .file else { return }
    count += 1
    if newest.map({ Self.isNewer(entry, than: $0) }) ?? true { newest = entry }
  }

  /// The chosen file as the run's object.
  /// - Throws: `BadBackup` (`location.no-match`): the folder answers, and holds no such file.
  func object(in folder: RawPath, pattern: FilePattern, seen: Int) throws -> SourceObject {
    guard let newest else {
      throw BadBackup(
        SourceFindings.noMatch,
        "no file in \(folder.shown) matches \(UntrustedText.line(pattern.text, limit: 120))",
        evidence: ["names in the folder: \(seen)"])
    }
    let path = folder.appending(newest.name)
    return SourceObject(
      name: path.shownName, path: path.written, size: newest.size, modified: newest.modified, matches: count)
  }

  private static func isNewer(_ one: FolderEntry, than other: FolderEntry) -> Bool {
    let (first, second) = (one.modified ?? .distantPast, other.modified ?? .distantPast)
    return first == second ? other.name.lexicographicallyPrecedes(one.name) : first > second
  }
}
