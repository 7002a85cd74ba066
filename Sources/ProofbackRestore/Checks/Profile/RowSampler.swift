import Foundation
import ProofbackCore

/// Keeps the rows whose key has the least hashes, with three bytes of each of their cells.
struct RowSampler {
  private let limit: Int
  private let stride: Int
  private var hashes: [UInt64] = []
  private var cells: [UInt8] = []
  private(set) var threshold = UInt64.max
  private var isComplete = true

  init(limit: Int, columns: Int) {
    self.limit = limit
    stride = RowSample.bytesPerCell * columns
  }

  /// - Parameter row: three bytes a column.
  mutating func add(_ hash: UInt64, _ row: UnsafeBufferPointer<UInt8>) {
    guard hash < threshold else { return }
    hashes.append(hash)
    cells.append(contentsOf: row.prefix(stride))
    if hashes.count >= 2 * limit { compact() }
  }

  private mutating func compact() {
    var order = Array(hashes.indices)
    order.sort { hashes[$0] < hashes[$1] }
    // A key that comes twice is none: one of them is enough.
    var kept: [Int] = []
    for index in order where kept.last.map({ hashes[$0] != hashes[index] }) ?? true { kept.append(index) }
    if kept.count > limit {
      kept.removeLast(kept.count - limit)
      isComplete = false
    }
    cells = kept.flatMap { cells[$0 * stride..<($0 + 1) * stride] }
    hashes = kept.map { hashes[$0] }
    if !isComplete, hashes.count == limit, let last = hashes.last { threshold = last }
  }

  mutating func finish(isKeyed: Bool) -> RowSample {
    compact()
    var keys = Data(capacity: hashes.count * 8)
    for hash in hashes { withUnsafeBytes(of: hash.littleEndian) { keys.append(contentsOf: $0) } }
    return RowSample(isKeyed: isKeyed, isComplete: isComplete, keys: keys, cells: isKeyed ? Data(cells) : Data())
  }
}
