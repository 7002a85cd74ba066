import Foundation
import Glibc

/// The processes of this machine, from `/proc`.
public enum ProcessTable {
  public struct Entry: Sendable {
    public var id: Int32
    public var parent: Int32
    public var arguments: [String]
  }

  public static func all() -> [Entry] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { Int32($0) }.compactMap { id in
      guard let stat = FileManager.default.contents(atPath: "/proc/\(id)/stat"),
        let line = FileManager.default.contents(atPath: "/proc/\(id)/cmdline")
      else { return nil }
      // The name in parentheses may hold anything; what follows the last one is fields.
      let fields = String(decoding: stat, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
      guard fields.count > 1, fields[0] != "Z", let parent = Int32(fields[1]) else { return nil }
      return Entry(
        id: id, parent: parent, arguments: String(decoding: line, as: UTF8.self).split(separator: "\0").map(String.init)
      )
    }
  }

  public static func descendants(of id: Int32) -> [Int32] {
    let all = all()
    var found: [Int32] = []
    var open = [id]
    while let next = open.popLast() {
      let children = all.filter { $0.parent == next }.map(\.id)
      found += children
      open += children
    }
    return found
  }
}
