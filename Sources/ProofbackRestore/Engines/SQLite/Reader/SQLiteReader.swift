import CSQLite
import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage

/// `proofback sqlite-reader`: the process that writes a backup's bytes into the sandbox's folder, opens them with SQLite and
/// reads them. It holds no keys and has no network; what it answers are names, counts, sizes, codes and fixed text.
public enum SQLiteReader {
  static var version: String { String(cString: sqlite3_libversion()) }
  public static let commandName = "sqlite-reader"

  /// Answers requests from standard input on standard output until the input ends.
  /// - Returns: the exit code.
  public static func run(folder: String, memoryBytes: Int64) -> Int32 {
    signal(SIGPIPE, SIG_IGN)
    // A value that is made up on reading ends as a refusal instead of as our end.
    sqlite3_hard_heap_limit64(max(memoryBytes / 2, 64 << 20))
    do {
      try SQLiteFrames.reply(
        SQLiteIdentity(version: version), to: .standardOutput)
      var desk = Desk(folder: folder)
      while let (request, payload) = try SQLiteFrames.receive(from: .standardInput) {
        try desk.carryOut(request, payload)
      }
      return 0
    } catch {
      return 1
    }
  }

  /// Where the bytes go that come next.
  private struct Desk {
    let folder: String
    var file: FileDescriptor?
    var feed: SQLiteDumpFeed?
    var measuring: Measuring?

    init(folder: String) { self.folder = folder }

    mutating func carryOut(_ request: SQLiteRequest, _ payload: [UInt8]) throws {
      switch request {
      case .file:
        try put()
        file = try FileDescriptor.open(
          FilePath(try path(payload)), .writeOnly, options: [.create, .truncate, .closeOnExec],
          permissions: .ownerReadWrite)
      case .statements:
        try put()
        feed = SQLiteDumpFeed(try path(payload))
      case .bytes:
        try payload.withUnsafeBytes { try file?.writeFully($0) }
        feed?.take(payload)
      case .end:
        let outcome = feed?.finish() ?? SQLiteFeedOutcome()
        try put()
        try SQLiteFrames.reply(outcome, to: .standardOutput)
      case .measure: measuring = try JSONDecoder().decode(Measuring.self, from: Data(payload))
      case .answer:
        try put()
        let question = try JSONDecoder().decode(SQLiteQuestion.self, from: Data(payload))
        let outcome = SQLiteAnswering(path: try path(Array(question.file.utf8))).answer(question.query)
        try SQLiteFrames.reply(outcome, to: .standardOutput)
      case .examine, .sample:
        try put()
        let examination = SQLiteExaminer(path: try path(payload), isSampled: request == .sample, measuring: measuring)
          .examine()
        try SQLiteFrames.reply(examination, to: .standardOutput)
      }
    }

    private mutating func put() throws {
      try file?.close()
      file = nil
      feed = nil
    }

    /// Names are the worker's own: digits, letters, `.` and `-`.
    private func path(_ name: [UInt8]) throws -> String {
      let text = String(decoding: name, as: UTF8.self)
      guard text.wholeMatch(of: /[0-9]+\.sqlite(-wal|-journal)?/) != nil else { throw SQLiteFrames.Broken() }
      return "\(folder)/\(text)"
    }
  }
}
