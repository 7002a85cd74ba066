/// What bytes that no engine knows begin with, and what that is called.
enum ContentMarks {
  enum Kind {
    /// A backup of a DBMS that no engine serves: good or bad, nobody here can tell, unless another type was said.
    case otherBackup
    /// A container that no decoder opens: whatever is inside may be good.
    case container
    case noBackup
  }

  /// - Returns: also how many bytes say so.
  static func find(_ head: [UInt8]) -> (kind: Kind, name: String, length: Int)? {
    let lists: [(Kind, [(String, [UInt8])])] = [(.otherBackup, backups), (.container, containers), (.noBackup, others)]
    for (kind, marks) in lists {
      if let mark = marks.first(where: { head.starts(with: $0.1) }) { return (kind, mark.0, mark.1.count) }
    }
    if isSignedData(head) { return (.container, "an S/MIME (CMS) message", 12) }
    // RFC 1950: deflate with a window of 32 KiB, and a check that makes both bytes a multiple of 31.
    if head.count > 2, head[0] == 0x78, [0x01, 0x5E, 0x9C, 0xDA].contains(head[1]) {
      return (.container, "a bare zlib stream", 2)
    }
    return nil
  }

  private static let backups: [(String, [UInt8])] = [
    ("an SQLite 2 database", Array("** This file contains an SQLite 2".utf8)),
    ("the write-ahead log of an SQLite database", [0x37, 0x7F, 0x06, 0x82]),
    ("the write-ahead log of an SQLite database", [0x37, 0x7F, 0x06, 0x83]),
    ("a Redis dump", Array("REDIS".utf8)),
    ("an SQL Server backup", Array("TAPE".utf8)),
    ("a Parquet file", Array("PAR1".utf8)),
  ]

  /// Most from file(1)'s list, magic/Magdir/archive and compress (5.44).
  private static let containers: [(String, [UInt8])] = [
    ("an xbstream of mariabackup or xtrabackup", Array("XBSTCK01".utf8)),
    ("an xbstream of mariabackup or xtrabackup", Array("XBSTCK02".utf8)),
    ("a qpress archive", Array("qpress".utf8)),
    ("a zip archive", [0x50, 0x4B, 0x03, 0x04]),
    ("a zip archive in parts", [0x50, 0x4B, 0x07, 0x08]),
    ("a zip archive in parts", Array("PK00PK".utf8)),
    ("a 7z archive", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]),
    ("a RAR archive", Array("Rar!".utf8)),
    ("a cpio archive", Array("07070".utf8)), ("a cpio archive", [0xC7, 0x71]),
    ("an ar archive", Array("!<arch>\n".utf8)),
    ("a xar archive", Array("xar!".utf8)),
    ("a cabinet file", Array("MSCF".utf8)),
    ("an lzip file", Array("LZIP".utf8)),
    ("an lzop file", [0x89, 0x4C, 0x5A, 0x4F, 0x00, 0x0D, 0x0A, 0x1A, 0x0A]),
    ("an lrzip file", Array("LRZI".utf8)),
    ("a rzip file", Array("RZIP".utf8)),
    ("a packed file (pack)", [0x1F, 0x1E]),
    ("a snappy stream", [0xFF, 0x06, 0x00, 0x00, 0x73, 0x4E, 0x61, 0x50, 0x70, 0x59]),
    ("an S/MIME (CMS) message", Array("-----BEGIN CMS-----".utf8)),
    ("an S/MIME (CMS) message", Array("-----BEGIN PKCS7-----".utf8)),
    ("an S/MIME (CMS) message", Array("MIME-Version: 1.0".utf8)),
    ("an AES Crypt file", [0x41, 0x45, 0x53, 0x02]),
    ("a scrypt file", Array("scrypt\0".utf8)),
    ("an Ansible vault", Array("$ANSIBLE_VAULT;".utf8)),
    ("a file encrypted by vim", Array("VimCrypt~".utf8)),
    ("a uuencoded file", Array("begin 644 ".utf8)), ("a uuencoded file", Array("begin-base64 ".utf8)),
    ("a segment of a Borg repository", Array("BORG_SEG".utf8)),
    ("a LUKS volume", [0x4C, 0x55, 0x4B, 0x53, 0xBA, 0xBE]),
    ("a squashfs image", Array("hsqs".utf8)),
    ("a disk image (qcow2)", [0x51, 0x46, 0x49, 0xFB]),
    ("a disk image (VMDK)", Array("KDMV".utf8)),
    ("a disk image (VHDX)", Array("vhdxfile".utf8)),
  ]

  private static let others: [(String, [UInt8])] = [
    // Its table of contents, and nothing that it could list.
    ("a zip archive without any file", [0x50, 0x4B, 0x05, 0x06]),
    ("a program (ELF)", [0x7F, 0x45, 0x4C, 0x46]),
    ("an XML document", Array("<?xml".utf8)),
    ("an HTML page", Array("<!DOCTYPE html".utf8)),
    ("an HTML page", Array("<!doctype html".utf8)),
    ("an HTML page", Array("<html".utf8)),
  ]

  /// A DER sequence whose first element names one of PKCS #7's contents, 1.2.840.113549.1.7 (RFC 5652, section 3).
  private static func isSignedData(_ head: [UInt8]) -> Bool {
    let identifier: [UInt8] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07]
    guard head.count > 20, head[0] == 0x30 else { return false }
    return (2...6).contains { head[$0...].starts(with: identifier) }
  }

  /// Formats that nothing but the name tells, by their ending.
  static let withoutMark = [
    "br": "brotli", "enc": "an encryption", "aes": "an encryption", "cpt": "ccrypt", "nc": "mcrypt", "sz": "snappy",
    "snappy": "snappy",
  ]

  /// Text in UTF-16 behind its byte order mark: mostly ASCII at its beginning, as a dump is.
  static func isUTF16(_ head: [UInt8]) -> Bool {
    guard head.count >= 4, head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) else { return false }
    let high = head[0] == 0xFF ? 1 : 0
    let units = stride(from: 2, to: min(head.count, 1024) - 1, by: 2)
    let ascii = units.count { head[$0 + high] == 0 && head[$0 + 1 - high] < 0x80 }
    return ascii * 10 >= Array(units).count * 8
  }
}
