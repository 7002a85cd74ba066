import ProofbackCore

/// Tells by the first bytes, or by a folder's names and the bytes of one of its files, whether a backup is of the server's own
/// files.
enum PhysicalRecogniser {
  enum Format {
    case stream, folder

    var title: String {
      switch self {
      case .stream: "a physical backup (xbstream)"
      case .folder: "a physical backup (the server's own files)"
      }
    }
  }

  struct Found {
    var format: Format
    var flavour = ServerFlavour.mariadb
    var isCertain: Bool
  }

  static func recognise(_ head: ContentHead) -> Found? {
    let bytes = head.bytes
    guard let names = head.memberNames else {
      return bytes.starts(with: XBStreamReader.magic) ? Found(format: .stream, isCertain: true) : nil
    }
    let known = names.filter(PhysicalName.isServers)
    let isMySQL = known.contains { PhysicalName.file($0) == "mysql.ibd" || $0.contains("#innodb_") }
    var found = Found(format: .folder, flavour: isMySQL ? .mysql : .mariadb, isCertain: true)
    if isTold(bytes) || known.contains(where: { holdsItsKind(bytes, PhysicalName.file($0)) }) { return found }
    // A dump beside a file that is named like a server's is a dump.
    if known.isEmpty { return nil }
    // Logs and tables hold statements too, and no dump begins with bytes of zero.
    if !bytes.prefix(256).contains(0), case .mysqlDump = SQLDumpRecogniser().recognise(bytes) { return nil }
    found.isCertain = false
    return found
  }

  /// A file of the tool's that says what the folder is.
  private static func isTold(_ bytes: [UInt8]) -> Bool {
    let text = String(decoding: bytes.prefix(4096), as: UTF8.self)
    return text.hasPrefix("backup_type = ") && text.contains("\nto_lsn = ")
      || text.hasPrefix("uuid = ") && text.contains("\ntool_name = ")
  }

  /// The first page of a tablespace (type 8, number 0), the head of a table's definition.
  private static func holdsItsKind(_ bytes: [UInt8], _ file: String) -> Bool {
    if file.hasSuffix(".frm") {
      return bytes.starts(with: [0xFE, 0x01]) || bytes.starts(with: Array("TYPE=VIEW\n".utf8))
    }
    // ma_loghandler.c, maria_trans_file_magic.
    if file.hasPrefix("aria_log."), bytes.count > 12, bytes[4..<12].elementsEqual("MARIALOG".utf8) { return true }
    guard PhysicalName.isTablespace(file), bytes.count > 38 else { return false }
    return bytes[4..<8].allSatisfy { $0 == 0 } && bytes[24] == 0 && bytes[25] == 8
  }
}
