import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage

/// A file or folder on this machine, opened read-only. Links are followed, to ordinary files only.
struct PathSource: Source {
  let path: RawPath

  var reading: LocationReading {
    LocationReading(host: nil, path: String(decoding: path.bytes, as: UTF8.self), description: "the path \(path.shown)")
  }

  func locate(pattern: String?, in surroundings: SourceSurroundings) async throws -> SourceObject {
    let pattern = try pattern.map { try FilePattern($0) }
    return try await Blocking.run("locate") {
      if let pattern { return try newest(matching: pattern) }
      let entry = try FileStatus(of: path)
      switch entry.kind {
      case .file:
        return SourceObject(
          name: path.shownName, path: path.written, size: entry.size, modified: entry.modified)
      case .folder: throw isFolder()
      case .other: throw RunTrouble(SourceFindings.notAFile, "\(path.shown) is no ordinary file")
      }
    }
  }

  func open(_ object: SourceObject, in surroundings: SourceSurroundings) async throws -> any SourceStream {
    guard let path = RawPath(written: object.path) else {
      throw RunTrouble(SourceFindings.invalid, "the object's path is not one of ours")
    }
    return try await Blocking.run("open") { try PathStream(path: path, expected: object) }
  }

  func companion(
    of object: SourceObject, ending: String, limit: Int, in surroundings: SourceSurroundings
  ) async throws -> Data? {
    guard let path = RawPath(written: object.path).map({ RawPath(bytes: $0.bytes + Array(ending.utf8)) }) else {
      return nil
    }
    return try await Blocking.run("companion") {
      let status: FileStatus
      do { status = try FileStatus(of: path) } catch is BadBackup { return nil }
      guard status.kind == .file else { return nil }
      guard status.size <= UInt64(limit) else { throw OversizedCompanion(name: path.shown) }
      let beside = SourceObject(name: path.shownName, path: path.written, size: status.size, modified: status.modified)
      let stream = try PathStream(path: path, expected: beside)
      defer { try? stream.descriptor.close() }
      return try stream.descriptor.readWhole(Int(status.size)).map { Data($0) }
    }
  }

  private func newest(matching pattern: FilePattern) throws -> SourceObject {
    var best = NewestMatch()
    let names = try FolderReader.names(in: path)
    for name in names where pattern.matches(name) {
      // What went away since it was listed, or can't be looked at, is passed over like any other name.
      guard let status = try? FileStatus(of: path.appending(name)) else { continue }
      best.consider(FolderEntry(name: name, kind: status.kind, size: status.size, modified: status.modified))
    }
    return try best.object(in: path, pattern: pattern, seen: names.count)
  }

  private func isFolder() -> RunTrouble {
    let count = (try? FolderReader.names(in: path).count) ?? 0
    return RunTrouble(
      SourceFindings.isFolder, "\(path.shown) is a folder, and no pattern says which file is meant",
      evidence: ["names in the folder: \(count)"])
  }
}

/// The names in a folder.
enum FolderReader {
  static func names(in folder: RawPath) throws -> [[UInt8]] {
    guard let stream = folder.withCString({ opendir($0) }) else {
      if errno == ENOTDIR {
        throw RunTrouble(SourceFindings.notAFolder, "a pattern was given, and \(folder.shown) is no folder")
      }
      throw PathTrouble.explain(errno, folder, reading: true)
    }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    errno = 0
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: UInt8.self, capacity: 256) {
          Array(UnsafeBufferPointer(start: $0, count: strnlen($0, 256)))
        }
      }
      if name != [0x2E] && name != [0x2E, 0x2E] { names.append(name) }
    }
    guard errno == 0 else { throw PathTrouble.explain(errno, folder, reading: true) }
    return names
  }

  private static func strnlen(_ bytes: UnsafePointer<UInt8>, _ limit: Int) -> Int {
    (0..<limit).first { bytes[$0] == 0 } ?? limit
  }
}

extension RawPath {
  func withCString<Result>(_ body: (UnsafePointer<CChar>) throws -> Result) rethrows -> Result {
    try (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { try body($0.baseAddress!) }
  }
}
