import ProofbackCore

/// Says in a few fixed words what unknown bytes look like, without showing any of them.
enum ContentGuess {
  private static let marks: [(String, [UInt8])] = [
    ("a PostgreSQL custom-format dump", Array("PGDMP".utf8)),
    ("a PostgreSQL dump", Array("--\n-- PostgreSQL database".utf8)),
    ("an SQLite database", Array("SQLite format 3\0".utf8)),
    ("a zip archive", [0x50, 0x4B, 0x03, 0x04]),
    ("a 7z archive", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]),
    ("a Redis dump", Array("REDIS".utf8)),
    ("a program (ELF)", [0x7F, 0x45, 0x4C, 0x46]),
    ("an openssl enc container", Array("Salted__".utf8)),
    ("an XML document", Array("<?xml".utf8)),
    ("an HTML page", Array("<!DOCTYPE html".utf8)),
    ("an HTML page", Array("<!doctype html".utf8)),
    ("an HTML page", Array("<html".utf8)),
  ]

  static func describe(_ bytes: [UInt8]) -> String {
    for (name, mark) in marks where bytes.starts(with: mark) { return "they look like \(name)" }
    if bytes.allSatisfy({ $0 == 0 }) { return "all of the first \(bytes.count) bytes are zero" }
    let readable = bytes.prefix(4096).count { ($0 >= 32 && $0 < 127) || $0 == 10 || $0 == 13 || $0 == 9 }
    let share = Double(readable) / Double(min(bytes.count, 4096))
    return share > 0.95 ? "they are text of \(bytes.count) bytes or more" : "they are binary data of no known format"
  }
}
