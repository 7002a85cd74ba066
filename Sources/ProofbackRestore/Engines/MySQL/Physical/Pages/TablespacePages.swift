import Foundation
import ProofbackSystem
import SystemPackage

/// Looks for pages that a tablespace says are in use and that are not what stands in their place: all zero, or another page.
/// A checksum does not see either: it holds for zeros, and for a block that was written to the wrong place.
///
/// Each page begins with a checksum, its number and, at 34, its tablespace's. Which are in use stands in extent descriptors,
/// behind 150 bytes of page 0 and of each page whose number is a multiple of the page size: a state at 20 (0: never used),
/// then two bits a page, of which the lower says that it is free (MariaDB, fsp0fsp.h, XDES_…).
///
/// Causes: blocks that a file system lost and gives back as zeros, a cache that wrote a block elsewhere. Outside of the
/// corpus: the tail of a copy that `cp --sparse` made holes of while the disk was full.
struct TablespacePages {
  private let file: FileDescriptor
  private let head: TablespaceHead
  private let space: ArraySlice<UInt8>
  /// Behind this page nothing was ever used.
  private let limit: UInt64

  private static let descriptors = 150
  private static let offsetOfState = 20
  private static let offsetOfBits = 24
  private static let chunk = 1 << 20

  /// - Parameter first: at least 64 bytes of the first page.
  init(_ file: FileDescriptor, _ head: TablespaceHead, first: [UInt8]) {
    self.file = file
    self.head = head
    space = first[34..<38]
    limit = min(head.pages, TablespaceHead.number(first[50..<54]))
  }

  /// Pages of an extent (fsp0types.h, FSP_EXTENT_SIZE), by the size of an uncompressed page.
  private var extent: UInt64 {
    let size = head.logicalPageSize
    return size <= 16384 ? (1 << 20) / size : 64
  }

  /// Numbers of the pages in use that are no such pages, the first hundred.
  func misplaced() throws -> [UInt64] {
    let size = Int(head.pageSize)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(Self.chunk, size), alignment: 4096)
    defer { buffer.deallocate() }
    var (page, bad): (UInt64, [UInt64]) = (0, [])
    var used = Set<UInt64>()
    while page < limit, bad.count < 100 {
      let count = try file.read(fromAbsoluteOffset: Int64(page * head.pageSize), into: buffer)
      guard count >= size else { break }
      for at in stride(from: 0, through: count - size, by: size) where page < limit {
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[at..<(at + size)])
        if page % head.pageSize == 0 { used = Self.used(bytes, from: page, extent, upTo: head.pageSize) }
        if used.contains(page), !isItself(bytes, page) { bad.append(page) }
        page += 1
      }
    }
    return bad
  }

  private func isItself(_ bytes: UnsafeRawBufferPointer, _ page: UInt64) -> Bool {
    guard TablespaceHead.number(Array(bytes[4..<8])[...]) == page else { return false }
    // With `full_crc32` the highest bit of the kind says that what follows it is compressed, the tablespace's number too.
    let isHidden = bytes[24] & 0x80 != 0 || head.beginsWithKey && bytes[0..<4].contains { $0 != 0 }
    return isHidden || bytes[34..<38].elementsEqual(space)
  }

  /// The pages in use that the descriptors in `bytes` tell of.
  private static func used(
    _ bytes: UnsafeRawBufferPointer, from page: UInt64, _ extent: UInt64, upTo count: UInt64
  ) -> Set<UInt64> {
    let length = offsetOfBits + Int(extent) / 4
    var used = Set<UInt64>()
    for index in 0..<(count / extent) {
      let at = descriptors + Int(index) * length
      guard at + length <= bytes.count else { break }
      // 1 free, 2 and 3 fragments, 4 of a segment; anything else is nothing that is known here.
      guard (2...4).contains(TablespaceHead.number(Array(bytes[(at + offsetOfState)..<(at + offsetOfBits)])[...]))
      else {
        continue
      }
      for offset in 0..<Int(extent) where bytes[at + offsetOfBits + offset / 4] >> (2 * (offset % 4)) & 1 == 0 {
        used.insert(page + index * extent + UInt64(offset))
      }
    }
    return used
  }
}
