/// The least hashes of a set of values, each once: how many different ones there are is estimated by how near to zero
/// they lie (Bar-Yossef et al. 2002, "Counting distinct elements in a data stream", the k minimum values).
struct LeastHashes {
  let limit: Int
  private(set) var hashes: [UInt64] = []
  private(set) var threshold = UInt64.max
  private var isWhole = true

  init(limit: Int) {
    self.limit = limit
  }

  @inline(__always) mutating func add(_ hash: UInt64) {
    if hash < threshold { insert(hash) }
  }

  private mutating func insert(_ hash: UInt64) {
    hashes.append(hash)
    if hashes.count >= 2 * limit { compact() }
  }

  /// Sorts, and forgets all but the least.
  mutating func compact() {
    hashes.sort()
    var kept: [UInt64] = []
    kept.reserveCapacity(min(hashes.count, 2 * limit))
    for hash in hashes where hash != kept.last { kept.append(hash) }
    if kept.count > limit {
      kept.removeLast(kept.count - limit)
      isWhole = false
    }
    hashes = kept
    if !isWhole, let last = kept.last, kept.count == limit { threshold = last }
  }

  /// How many different hashes were added: exact up to `limit`, estimated to about 1/√limit beyond.
  mutating func estimate() -> UInt64 {
    compact()
    guard !isWhole, let last = hashes.last else { return UInt64(hashes.count) }
    return UInt64(Double(limit - 1) / (Double(last) / Double(UInt64.max)))
  }
}
