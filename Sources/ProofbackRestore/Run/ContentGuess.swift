import ProofbackCore

/// Says in a few fixed words what bytes are that no engine knows, without showing any of them.
enum ContentGuess {
  private enum Kind {
    /// A backup of a DBMS that no engine serves: good or bad, nobody here can tell, unless another type was said.
    case otherBackup
    /// A container that no decoder opens: whatever is inside may be good.
    case container
    case noBackup
  }

  private static let marks: [(Kind, String, [UInt8])] = [
    (.otherBackup, "a PostgreSQL custom-format dump", Array("PGDMP".utf8)),
    (.otherBackup, "a PostgreSQL dump", Array("--\n-- PostgreSQL database".utf8)),
    (.otherBackup, "a PostgreSQL dump", Array("SET statement_timeout = 0".utf8)),
    (.otherBackup, "an SQLite dump", Array("PRAGMA foreign_keys=".utf8)),
    (.otherBackup, "an SQLite database", Array("SQLite format 3\0".utf8)),
    (.otherBackup, "a Redis dump", Array("REDIS".utf8)),
    (.container, "an xbstream of mariabackup or xtrabackup", Array("XBSTCK01".utf8)),
    (.container, "an xbstream of mariabackup or xtrabackup", Array("XBSTCK02".utf8)),
    (.container, "a zip archive", [0x50, 0x4B, 0x03, 0x04]),
    (.container, "a 7z archive", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]),
    (.container, "a RAR archive", Array("Rar!".utf8)),
    (.container, "an openssl enc container", Array("Salted__".utf8)),
    (.noBackup, "a program (ELF)", [0x7F, 0x45, 0x4C, 0x46]),
    (.noBackup, "an XML document", Array("<?xml".utf8)),
    (.noBackup, "an HTML page", Array("<!DOCTYPE html".utf8)),
    (.noBackup, "an HTML page", Array("<!doctype html".utf8)),
    (.noBackup, "an HTML page", Array("<html".utf8)),
  ]

  /// What ends the run for `head`.
  /// - Parameter wanted: the type that the backup was said to be of.
  static func trouble(_ head: [UInt8], wanted: DatabaseType?) -> any Error {
    if String(decoding: head.prefix(400), as: UTF8.self).contains("<mysqldump") {
      return RunTrouble(
        RunFindings.unsupported, "the bytes are what mysqldump --xml writes, which no client restores",
        hint: "make the dump without --xml")
    }
    guard let (kind, name, _) = marks.first(where: { head.starts(with: $0.2) }) else {
      return BadBackup(RunFindings.unknownContent, "the bytes are no known backup: \(description(of: head))")
    }
    switch kind {
    case .noBackup: return BadBackup(RunFindings.unknownContent, "the bytes are \(name), no backup")
    case .container: return RunTrouble(RunFindings.unsupported, "the bytes are \(name), which is not opened here")
    case .otherBackup:
      guard let wanted else {
        return RunTrouble(RunFindings.unsupported, "the bytes are \(name), which is not restored here")
      }
      return BadBackup(RunFindings.otherType, "the bytes are \(name), not of type \(wanted)")
    }
  }

  private static func description(of bytes: [UInt8]) -> String {
    if bytes.allSatisfy({ $0 == 0 }) { return "all of the first \(bytes.count) bytes are zero" }
    let readable = bytes.prefix(4096).count { ($0 >= 32 && $0 < 127) || $0 == 10 || $0 == 13 || $0 == 9 }
    let share = Double(readable) / Double(min(bytes.count, 4096))
    return share > 0.95 ? "they are text of \(bytes.count) bytes or more" : "they are binary data of no known format"
  }
}
