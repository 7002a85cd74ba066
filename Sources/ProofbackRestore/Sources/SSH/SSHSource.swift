import Foundation
import ProofbackCore
import SystemPackage

/// A file or folder on another machine, read through SFTP over OpenSSH's client.
///
/// No shell of the other machine is involved, so names need no quoting, and accounts that are allowed SFTP only (the
/// right ones for backups) work.
struct SSHSource: Source {
  let location: SSHLocation
  var patience = SSHPatience()

  var reading: LocationReading {
    let user = location.user.map { "user \($0) at " } ?? ""
    let text = UntrustedText.line(
      "the path \(location.path.shown) of \(user)\(location.knownHostsName) by ssh", limit: 500)
    return LocationReading(
      host: location.host, path: String(decoding: location.path.bytes, as: UTF8.self), description: text)
  }

  func locate(pattern: String?, in surroundings: SourceSurroundings) async throws -> SourceObject {
    let pattern = try pattern.map { try FilePattern($0) }
    let path = location.path
    let link = try await SSHLink.open(to: location, patience: patience, in: surroundings)
    return try await link.once { session in
      do {
        if let pattern { return try Self.newest(in: path, matching: pattern, session) }
        return try Self.file(at: path, session)
      } catch SFTPError.refused(let code) {
        throw Self.explain(code, path)
      }
    }
  }

  func open(_ object: SourceObject, in surroundings: SourceSurroundings) async throws -> any SourceStream {
    guard let path = RawPath(written: object.path) else {
      throw RunTrouble(SourceFindings.invalid, "the object's path is not one of ours")
    }
    let link = try await SSHLink.open(to: location, patience: patience, in: surroundings)
    return try await SSHTransfer.start(path: path, expected: object, link: link)
  }

  func companion(
    of object: SourceObject, ending: String, limit: Int, in surroundings: SourceSurroundings
  ) async throws -> Data? {
    guard let path = RawPath(written: object.path).map({ RawPath(bytes: $0.bytes + Array(ending.utf8)) }) else {
      return nil
    }
    let link = try await SSHLink.open(to: location, patience: patience, in: surroundings)
    return try await link.once { session in
      do {
        let attributes = try session.attributes(of: path)
        guard attributes.kind == .file else { return nil }
        let tooLong = OversizedCompanion(name: path.shown)
        guard attributes.size ?? 0 <= UInt64(limit) else { throw tooLong }
        var reader = SFTPFileReader(session: session, handle: try session.open(path), size: attributes.size)
        var content = Data()
        try reader.readAll { bytes in
          guard content.count + bytes.count <= limit else { throw tooLong }
          content.append(contentsOf: bytes)
        }
        return content
      } catch SFTPError.refused(let code) {
        if code == SFTPError.noSuchFile { return nil }
        throw Self.explain(code, path)
      }
    }
  }

  private static func file(at path: RawPath, _ session: SFTPSession) throws -> SourceObject {
    let attributes = try session.attributes(of: path)
    switch attributes.kind {
    case .file:
      return SourceObject(
        name: path.shownName, path: path.written, size: attributes.size, modified: attributes.modified)
    case .folder:
      throw RunTrouble(
        SourceFindings.isFolder, "\(path.shown) is a folder, and no pattern says which file is meant")
    case .other: throw RunTrouble(SourceFindings.notAFile, "\(path.shown) is no ordinary file")
    }
  }

  private static func newest(
    in folder: RawPath, matching pattern: FilePattern, _ session: SFTPSession
  ) throws -> SourceObject {
    guard try session.attributes(of: folder).kind != .file else {
      throw RunTrouble(SourceFindings.notAFolder, "a pattern was given, and \(folder.shown) is no folder")
    }
    var best = NewestMatch()
    var links: [[UInt8]] = []
    var seen = 0
    try session.list(folder) { name, attributes in
      seen += 1
      guard pattern.matches(name) else { return }
      if attributes.isLink {
        if links.count < mostLinks { links.append(name) }
      } else {
        best.consider(FolderEntry(name: name, attributes))
      }
    }
    for name in links {
      guard let attributes = try? session.attributes(of: folder.appending(name)) else { continue }
      best.consider(FolderEntry(name: name, attributes))
    }
    return try best.object(in: folder, pattern: pattern, seen: seen)
  }

  /// Each link costs a question to the server.
  private static let mostLinks = 10_000

  /// What a server's status means. A missing folder is a missing file, as with a path (`PathTrouble.explain`).
  static func explain(_ code: UInt32, _ path: RawPath) -> any Error {
    switch code {
    case SFTPError.noSuchFile: BadBackup(SourceFindings.missingFile, "the host answers, and has no file \(path.shown)")
    case SFTPError.permissionDenied: RunTrouble(SourceFindings.denied, "the host's user may not read \(path.shown)")
    default:
      RunTrouble(
        SourceFindings.readError, "the host could not read \(path.shown)", evidence: ["SFTP status: \(code)"],
        canRetry: true)
    }
  }
}

extension FolderEntry {
  init(name: [UInt8], _ attributes: SFTPAttributes) {
    self.init(name: name, kind: attributes.kind, size: attributes.size, modified: attributes.modified)
  }
}
