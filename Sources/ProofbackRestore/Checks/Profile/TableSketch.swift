import Foundation
import ProofbackCore

/// What one table's rows have shown so far: cell by cell, row by row. Its memory is bounded by the number of columns.
struct TableSketch {
  private let plan: ProfilePlan
  private var columns: [ColumnSketch]
  private var sampler: RowSampler
  private var distinctRows = LeastHashes(limit: 512)
  private(set) var rows: UInt64 = 0
  /// Three bytes a column of the row that is being read.
  private var row: [UInt8]
  private var keyHash: UInt64 = 0
  private var rowHash: UInt64 = 0
  private var place = 0
  private let hasKey: Bool
  private var digests = DigestPairs()
  private var sums: RowSums?

  /// Rows that are looked at closely, all of the first and then one in so many.
  private static let lookedAtFirst: UInt64 = 8192
  private static let lookedAtEvery: UInt64 = 8
  /// Bytes of cells that a sample may have, and rows.
  private static let sampledBytes = 48 << 10
  private static let sampledRows = 512
  /// A table with more columns is counted and not measured.
  static let mostColumns = 2000

  init(_ plan: ProfilePlan) {
    self.plan = plan
    let count = plan.columns.count
    columns = plan.columns.map { ColumnSketch($0.kind, asOf: plan.measuring.asOf, leastHashes: count > 200 ? 64 : 256) }
    sampler = RowSampler(
      limit: max(64, min(Self.sampledRows, Self.sampledBytes / max(1, RowSample.bytesPerCell * count))), columns: count)
    row = [UInt8](repeating: 0, count: RowSample.bytesPerCell * count)
    hasKey = plan.columns.contains(where: \.isKey)
    sums = plan.measuring.checksumKey == nil ? nil : RowSums(plan.columns)
  }

  private var isLooked: Bool { rows < Self.lookedAtFirst || rows % Self.lookedAtEvery == 0 }

  mutating func addNull() {
    guard place < columns.count else { return }
    columns[place].addNull()
    sums?.add(CellHash.combine(0, 1))
    put(CellHash.combine(0, 1), CellShape(second: CellShape.null))
  }

  /// - Parameters:
  ///   - bytes: all of the value, or its beginning.
  ///   - hash: of all of it; made from `bytes` when nil.
  ///   - checksum: of all of it, under the sums' key; `hash` where that is the same.
  mutating func add(_ bytes: UnsafeRawBufferPointer, length: Int, hash: UInt64? = nil, checksum: UInt64? = nil) {
    guard place < columns.count else { return }
    let kind = plan.columns[place].kind
    if bytes.count == length, !digests.isOver, kind == .text || kind == .bytes {
      digests.take(place, bytes, isText: kind == .text)
    }
    let hash = hash ?? CellHash.hash(bytes, key: plan.measuring.key)
    sums?.add(checksum ?? hash)
    put(hash, columns[place].add(bytes, length: length, hash: hash, isLooked: isLooked))
  }

  private mutating func put(_ hash: UInt64, _ shape: CellShape) {
    row[RowSample.bytesPerCell * place] = UInt8(truncatingIfNeeded: hash >> 56)
    row[RowSample.bytesPerCell * place + 1] = shape.first
    row[RowSample.bytesPerCell * place + 2] = shape.second
    rowHash = CellHash.combine(rowHash, hash)
    if plan.columns[place].isKey { keyHash = CellHash.combine(keyHash, hash) }
    place += 1
  }

  mutating func endRow() {
    distinctRows.add(rowHash)
    let hash = hasKey ? keyHash : rowHash
    if hash < sampler.threshold { row.withUnsafeBufferPointer { sampler.add(hash, $0) } }
    sums?.endRow()
    if !digests.isOver { digests.endRow() }
    rows += 1
    place = 0
    keyHash = 0
    rowHash = 0
  }

  mutating func finish() -> TableProfile {
    var result = TableProfile(
      rows: rows, distinctRows: distinctRows.estimate(), columns: columns.indices.map { columns[$0].finish() },
      sample: sampler.finish(isKeyed: hasKey))
    sums?.finish(&result)
    let found = digests.finish()
    if !found.isEmpty { result.digests = found }
    return result
  }
}
