import Foundation
import Glibc
import ProofbackCore

/// The master key's file, and what a rotation keeps beside it: the new key until it is in place, the old one until it is
/// shredded.
public struct KeyFile: Sendable {
  public let path: String
  var next: String { path + ".next" }
  var old: String { path + ".old" }

  public init(_ path: String) { self.path = path }

  /// Whether a rotation was cut off and is to be finished.
  public var isUnsettled: Bool { Self.exists(next) || Self.exists(old) }

  /// The keys that are there, by path.
  /// - Throws: `MasterKeyError`, when the main one can't be used and no other is there.
  func keys() throws -> [(path: String, key: MasterKey)] {
    let found = [path, next, old].filter(Self.exists)
    let keys = found.compactMap { path in (try? MasterKey.load(path: path, makes: false)).map { (path, $0) } }
    if keys.isEmpty, let first = found.first { _ = try MasterKey.load(path: first, makes: false) }
    return keys
  }

  // MARK: Steps of a rotation

  func writeNext(_ key: MasterKey) throws {
    let descriptor = open(next, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw MasterKeyError.unwritable(next, String(cString: strerror(errno))) }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    do {
      try file.write(contentsOf: Data(key.text.utf8))
      try file.synchronize()
    } catch {
      unlink(next)
      throw MasterKeyError.unwritable(next, "\(error.localizedDescription)")
    }
    StateFiles.synchronizeFolder(of: next)
  }

  /// The old key gets a second name: at no time there is none at `path`.
  func keepOldAside() throws {
    guard link(path, old) == 0 || errno == EEXIST || errno == ENOENT else {
      throw MasterKeyError.unwritable(old, String(cString: strerror(errno)))
    }
    StateFiles.synchronizeFolder(of: path)
  }

  func putNextInPlace() throws {
    // Another server may have done it.
    guard rename(next, path) == 0 || errno == ENOENT else {
      throw MasterKeyError.unwritable(path, String(cString: strerror(errno)))
    }
    StateFiles.synchronizeFolder(of: path)
  }

  func shredOld() { Self.shred(old) }
  func shredNext() { Self.shred(next) }

  /// Written over before it goes. A file system that copies on write, and flash, may keep the old bytes all the same.
  private static func shred(_ path: String) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_size > 0 {
      let noise = (0..<Int(min(status.st_size, 4096))).map { _ in UInt8.random(in: .min ... .max) }
      _ = noise.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      fsync(descriptor)
    }
    unlink(path)
    StateFiles.synchronizeFolder(of: path)
  }

  private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}

enum StateFiles {
  /// A name that was given or taken away is on disk afterwards.
  static func synchronizeFolder(of path: String) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
