/// What the first page of a tablespace says of its size: behind 38 bytes of the page's own head stand the space's number, four
/// bytes unused, its pages, the limit of what was used, its flags. Numbers have their highest byte first (MariaDB, fsp0fsp.h).
struct TablespaceHead: Equatable {
  var pages: UInt64
  /// Of a page as it lies in the file.
  var pageSize: UInt64
  /// Of a page as it is in memory: larger where pages are compressed.
  var logicalPageSize: UInt64
  /// `full_crc32`: a page begins with the version of the key that it is encrypted with, from byte 26 on; 0 for none.
  var beginsWithKey: Bool
  var bytes: UInt64 { pages * pageSize }

  /// Nil when this is no first page.
  init?(_ page: [UInt8]) {
    guard page.count >= 64, page[24] == 0, page[25] == 8 else { return nil }
    pages = Self.number(page[46..<50])
    let flags = Self.number(page[54..<58])
    guard let size = Self.pageSize(flags) else { return nil }
    pageSize = size
    beginsWithKey = flags & 0x10 != 0
    logicalPageSize = flags & 0x10 != 0 || flags >> 1 & 15 == 0 ? size : Self.pageSize(flags & ~0x1E) ?? size
  }

  /// `full_crc32` (bit 4) has the size in the lowest four bits; the flags before it have that of a compressed page from bit
  /// 1 on, that of a page from bit 6 on (0: 16 KiB). All count from 512 bytes, doubled (fsp0types.h).
  static func pageSize(_ flags: UInt64) -> UInt64? {
    let code = flags & 0x10 != 0 ? flags & 15 : flags >> 1 & 15 != 0 ? flags >> 1 & 15 : flags >> 6 & 15
    if code == 0 { return flags & 0x10 != 0 ? nil : 16384 }
    return (1...7).contains(code) ? 512 << code : nil
  }

  static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
