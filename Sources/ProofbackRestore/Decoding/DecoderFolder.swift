import Foundation
import Glibc
import ProofbackCore
import SystemPackage

/// A folder in the run's key folder for one layer's keys: readable by the sealed tool's user alone, gone with the layer.
struct DecoderFolder: Sendable {
  let path: String
  private let owner: UInt32

  /// - Parameter owner: the user that the sealed tool runs as; when we are root the files are given to it.
  init(in keyFolder: FilePath, name: String, owner: UInt32) throws {
    path = keyFolder.string + "/" + name + "-" + UUID().uuidString.lowercased()
    self.owner = owner
    try make(path)
  }

  /// Makes a folder in it; its path.
  func folder(_ name: String) throws -> String {
    try make(path + "/" + name)
    return path + "/" + name
  }

  /// Writes a file, mode 0400; its path.
  func file(_ name: String, _ content: some Collection<UInt8>) throws -> String {
    let file = path + "/" + name
    let descriptor = try FileDescriptor.open(
      FilePath(file), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerRead)
    try descriptor.closeAfter { _ = try descriptor.writeAll(content) }
    try give(file)
    return file
  }

  /// Overwrites and removes all of it. Safe twice. On a tmpfs the overwriting matters little; elsewhere it does.
  func remove() {
    let files = FileManager.default.enumerator(atPath: path)
    while let name = files?.nextObject() as? String { shred(path + "/" + name) }
    try? FileManager.default.removeItem(atPath: path)
  }

  private func make(_ folder: String) throws {
    guard mkdir(folder, 0o700) == 0 else { throw Errno(rawValue: errno) }
    try give(folder)
  }

  private func give(_ path: String) throws {
    guard geteuid() == 0 else { return }
    guard lchown(path, owner, owner) == 0 else { throw Errno(rawValue: errno) }
  }

  private func shred(_ file: String) {
    var status = stat()
    guard lstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
    let descriptor = Glibc.open(file, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { Glibc.close(descriptor) }
    let zeros = [UInt8](repeating: 0, count: min(Int(status.st_size), 1 << 20))
    _ = Glibc.write(descriptor, zeros, zeros.count)
  }
}
