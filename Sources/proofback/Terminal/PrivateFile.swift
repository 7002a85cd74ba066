import Foundation
import Glibc

/// Files for their owner only.
enum PrivateFile {
  /// Puts `content` in place of what stands at `path`, whole or not at all.
  static func replace(_ path: String, with content: Data, mode: Int = 0o600) throws {
    let made = path + ".\(UInt32.random(in: 0...UInt32.max)).new"
    guard FileManager.default.createFile(atPath: made, contents: content, attributes: [.posixPermissions: mode]) else {
      throw Errno(made)
    }
    guard rename(made, path) == 0 else {
      let error = Errno(path)
      unlink(made)
      throw error
    }
  }

  struct Errno: Error, CustomStringConvertible {
    let description: String
    init(_ path: String) { description = String(cString: strerror(errno)) }
  }
}
