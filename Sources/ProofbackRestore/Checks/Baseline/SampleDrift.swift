import Foundation
import ProofbackCore

/// The same rows, then and now: which are gone, and which columns changed in those that stayed.
struct SampleDrift {
  struct Column {
    var stayed = 0
    var changed = 0
    /// Changed ones that kept their shape: as long as before, or at the same time of another day.
    var sameShape = 0
    /// Changed ones that are at the same minute and second of another hour, or of the same hour.
    var movedByHours = 0
    var movedByDays = 0
    /// How many different shapes the rows had before.
    var shapes = 0
    /// Rows whose number has become smaller by a factor of a thousand or more.
    var shrunken = 0
    var changedShare: Double { stayed == 0 ? 0 : Double(changed) / Double(stayed) }
    func share(_ count: Int) -> Double { stayed == 0 ? 0 : Double(count) / Double(stayed) }
    var sameShapeShare: Double { changed == 0 ? 0 : Double(sameShape) / Double(changed) }
  }
  /// Rows of the sample that were there before, of the part that both samples cover.
  private(set) var were = 0
  private(set) var gone = 0
  private(set) var columns: [String: Column] = [:]
  var stayed: Int { were - gone }
  var goneShare: Double { were == 0 ? 0 : Double(gone) / Double(were) }

  init(_ before: TableProfile, _ now: TableProfile) {
    guard let old = before.sample, let new = now.sample, old.isKeyed == new.isKeyed else { return }
    // A sample covers the keys up to its last hash, and all of them when it is complete.
    let limit = min(old.isComplete ? .max : old.hashes.last ?? 0, new.isComplete ? .max : new.hashes.last ?? 0)
    let places = Dictionary(
      zip(new.hashes, 0...).map { ($0, $1) }, uniquingKeysWith: { first, _ in first })
    var rows: [(old: Int, new: Int)] = []
    for (index, hash) in old.hashes.enumerated() where hash <= limit {
      were += 1
      if let place = places[hash] { rows.append((index, place)) } else { gone += 1 }
    }
    guard old.isKeyed, old.cells.count == old.count * before.columns.count * RowSample.bytesPerCell,
      new.cells.count == new.count * now.columns.count * RowSample.bytesPerCell
    else { return }
    compare(rows, before, now, old.cells, new.cells)
  }

  private mutating func compare(
    _ rows: [(old: Int, new: Int)], _ before: TableProfile, _ now: TableProfile, _ old: Data, _ new: Data
  ) {
    let size = RowSample.bytesPerCell
    let (oldWidth, newWidth) = (size * before.columns.count, size * now.columns.count)
    let places = Dictionary(
      now.columns.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
    for (index, column) in before.columns.enumerated() {
      guard let place = places[column.name] else { continue }
      var drift = Column()
      var shapes: Set<UInt8> = []
      for row in rows {
        let then = old.startIndex + row.old * oldWidth + size * index
        let there = new.startIndex + row.new * newWidth + size * place
        guard then + 2 < old.endIndex, there + 2 < new.endIndex else { continue }
        drift.stayed += 1
        shapes.insert(old[then + 1])
        // One byte of fingerprint is alike in one of 256 changed values by chance; of another shape it is not the same value.
        if (0..<size).allSatisfy({ old[then + $0] == new[there + $0] }) { continue }
        drift.changed += 1
        if old[then + 1] == new[there + 1] {
          let isSame = old[then + 2] == new[there + 2]
          if isSame { drift.sameShape += 1 }
          if isSame { drift.movedByDays += 1 } else { drift.movedByHours += 1 }
        }
        if Int(old[then + 1]) >= Int(new[there + 1]) + 10, new[there + 2] != CellShape.null { drift.shrunken += 1 }
      }
      drift.shapes = shapes.count
      columns[column.name] = drift
    }
  }
}
