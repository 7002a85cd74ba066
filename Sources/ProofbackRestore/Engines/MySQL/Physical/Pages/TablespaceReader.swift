import Foundation
import ProofbackCore
import ProofbackSystem
public import SystemPackage

/// Looks at every tablespace below a folder, as a process of ours inside the sandbox: its length against what its first
/// page says, and its pages' checksums by the server's own `innochecksum`.
///
/// Output: a line a problem, `KIND<tab>NAME<tab>NUMBER<tab>NUMBER`; the last is `done<tab>.<tab>FILES<tab>BYTES`.
public struct TablespaceReader: Sendable {
  public static let commandName = "tablespace-reader"
  /// In front of a folder in the tool's place: what the tool said of each tablespace stands there already, under its name.
  static let said = "said:"
  enum Problem: String {
    /// Bytes missing.
    case cut
    /// The first bad page, and how many there are.
    case pages
    /// The first page in use that is zero or another, and how many there are.
    case misplaced
    /// The first page itself can't be used.
    case head
    case done
  }
  private let folder: String
  private let tool: String
  private static let atOnce = 2

  public init(folder: String, tool: String) {
    self.folder = folder
    self.tool = tool
  }

  public func run(to output: FileDescriptor) async throws {
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String }.filter { name in
      PhysicalName.isTablespace(PhysicalName.file(name))
    }
    let files = (names ?? []).sorted()
    let lines = await examine(files)
    var bytes: UInt64 = 0
    for name in files { bytes += Self.size(folder + "/" + name) }
    let text = (lines + ["\(Problem.done.rawValue)\t.\t\(files.count)\t\(bytes)"]).joined(separator: "\n") + "\n"
    try Array(text.utf8).withUnsafeBytes { try output.writeFully($0) }
  }

  private func examine(_ files: [String]) async -> [String] {
    await withTaskGroup(of: [String].self) { group in
      var lines: [String] = []
      for (index, name) in files.enumerated() {
        if index >= Self.atOnce, let done = await group.next() { lines += done }
        group.addTask { await examine(name) }
      }
      for await done in group { lines += done }
      return lines
    }
  }

  private func examine(_ name: String) async -> [String] {
    let path = folder + "/" + name
    // Only a system tablespace's first file has a first page.
    if PhysicalName.file(name).wholeMatch(of: /ibdata([2-9]|[1-9][0-9]+)/) != nil { return [] }
    let size = Self.size(path)
    guard let head = TablespaceHead(Self.bytes(path, at: 0, 128)) else { return [line(.head, name, 0, 0)] }
    if size < head.bytes { return [line(.cut, name, head.bytes - size, head.bytes)] }
    let skipped = PhysicalName.file(name) == "ibdata1" ? Self.doublewrite(path, head.pageSize) : []
    guard let said = await checksums(name) else { return [line(.head, name, 0, 0)] }
    let bad = said.text.matches(of: /Fail: page::([0-9]{1,12}) invalid/).compactMap { UInt64($0.output.1) }
      .filter { page in !skipped.contains { $0.contains(page) } }
    if let first = bad.first { return [line(.pages, name, first, UInt64(bad.count))] }
    guard said.isSuccess else { return [line(.head, name, 0, 0)] }
    return misplaced(path, head).map { [line(.misplaced, name, $0.first, $0.count)] } ?? []
  }

  /// What `innochecksum` says of a tablespace.
  private func checksums(_ name: String) async -> (text: String, isSuccess: Bool)? {
    if tool.hasPrefix(Self.said) {
      let path = tool.dropFirst(Self.said.count) + "/" + name
      guard let file = FileHandle(forReadingAtPath: String(path)) else { return nil }
      defer { try? file.close() }
      guard let bytes = try? file.read(upToCount: 16 << 20) else { return nil }
      let text = String(decoding: bytes, as: UTF8.self)
      return (text, text.hasSuffix("\nexit 0\n") || text == "exit 0\n")
    }
    let outcome = try? await Command(tool, ["--allow-mismatches=4294967295", "\(folder)/\(name)"])
      .capture(limit: 1 << 20, within: 86_400)
    return outcome.map { ($0.errorText, $0.end.isSuccess) }
  }

  /// Not of the system tablespace and of undo logs, where pages are set aside before they are used.
  private func misplaced(_ path: String, _ head: TablespaceHead) -> (first: UInt64, count: UInt64)? {
    guard path.hasSuffix(".ibd"), let file = try? FileDescriptor.open(FilePath(path), .readOnly) else { return nil }
    defer { try? file.close() }
    let pages = TablespacePages(file, head, first: Self.bytes(path, at: 0, 128))
    let bad = (try? pages.misplaced()) ?? []
    return bad.first.map { ($0, UInt64(bad.count)) }
  }

  private func line(_ problem: Problem, _ name: String, _ first: UInt64, _ second: UInt64) -> String {
    "\(problem.rawValue)\t\(UntrustedText.line(name, limit: 200).replacing("\t", with: " "))\t\(first)\t\(second)"
  }

  /// Pages of the doublewrite buffer: copies of other tablespaces' pages, which hold by those' rules. Where it lies is
  /// in page 5, 200 bytes from its end, behind ten bytes and a mark (MariaDB, trx0sys.h, TRX_SYS_DOUBLEWRITE).
  private static func doublewrite(_ path: String, _ pageSize: UInt64) -> [Range<UInt64>] {
    let bytes = bytes(path, at: 6 * pageSize - 190, 12)
    guard bytes.count == 12, TablespaceHead.number(bytes[0..<4]) == 536_853_855 else { return [] }
    let extent = max(64, (1 << 20) / pageSize)
    return [bytes[4..<8], bytes[8..<12]].map { TablespaceHead.number($0) }.map { $0..<($0 + extent) }
  }

  private static func size(_ path: String) -> UInt64 {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return (attributes?[.size] as? NSNumber)?.uint64Value ?? 0
  }

  private static func bytes(_ path: String, at offset: UInt64, _ count: Int) -> [UInt8] {
    guard let file = FileHandle(forReadingAtPath: path) else { return [] }
    defer { try? file.close() }
    try? file.seek(toOffset: offset)
    return Array((try? file.read(upToCount: count)) ?? Data())
  }
}
