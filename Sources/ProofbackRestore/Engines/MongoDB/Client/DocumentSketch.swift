import Foundation
import ProofbackCore

/// Measures documents as `TableSketch` measures rows. What a column is comes from the documents themselves: a path of field
/// names, `[]` for what is in a list, and of the types that stand there the most frequent one.
struct DocumentSketch {
  fileprivate struct Path {
    var place: Int
    var sketches: [ColumnKind: ColumnSketch] = [:]
    var counts: [ColumnKind: UInt64] = [:]
  }
  private let measuring: Measuring
  private var paths: [String: Path] = [:]
  private var sampler: RowSampler
  private var distinct = LeastHashes(limit: 512)
  private var documents: UInt64 = 0
  private var row: [UInt8]
  private var keyHash: UInt64 = 0
  private var digests = DigestPairs()
  private var documentHash: UInt64 = 0
  /// Over whole documents, as they stand: tools of the server's own bring every byte back.
  private var sum: UInt64 = 0

  /// Paths that have cells in the sample, and paths at all: documents that use field names as data have any number.
  private static let sampledPaths = 48
  private static let mostPaths = 400
  private static let deepest = 6

  init(_ measuring: Measuring) {
    self.measuring = measuring
    let width = RowSample.bytesPerCell * Self.sampledPaths
    row = [UInt8](repeating: 0, count: width)
    sampler = RowSampler(limit: 512, columns: Self.sampledPaths)
  }

  /// - Parameter document: of a shape that the driver has checked.
  mutating func add(_ document: UnsafeRawBufferPointer) {
    for index in row.indices { row[index] = 0 }
    keyHash = 0
    documentHash = 0
    walk(document, "", 0)
    if let key = measuring.checksumKey { sum &+= CellHash.hash(document, key: key) }
    distinct.add(documentHash)
    if keyHash < sampler.threshold { row.withUnsafeBufferPointer { sampler.add(keyHash, $0) } }
    if !digests.isOver { digests.endRow() }
    documents += 1
  }

  private mutating func walk(_ bytes: UnsafeRawBufferPointer, _ prefix: String, _ depth: Int) {
    guard bytes.count >= BSONDocument.smallest else { return }
    var at = 4
    while at < bytes.count - 1 {
      let type = bytes[at]
      let name = bytes[(at + 1)...].prefix { $0 != 0 }
      at += 2 + name.count
      let start = at
      let isInner = type == 0x03 || type == 0x04
      if isInner {
        guard at + 4 <= bytes.count else { return }
        at += max(0, Int(BSONDocument.int32(bytes, at)))
      } else if BSONDocument.skip(type, bytes, &at, before: bytes.count - 1) != nil {
        return
      }
      guard at > start || at <= bytes.count - 1, at < bytes.count else { return }
      let value = UnsafeRawBufferPointer(rebasing: bytes[start..<at])
      let isList = prefix.hasSuffix("[]")
      let path =
        isList
        ? prefix
        : prefix.isEmpty ? String(decoding: name, as: UTF8.self) : prefix + "." + String(decoding: name, as: UTF8.self)
      if isInner, depth < Self.deepest {
        walk(value, type == 0x04 ? path + "[]" : path, depth + 1)
      } else {
        take(type, value, path, isKey: depth == 0 && path == "_id")
      }
    }
  }

  private mutating func take(_ type: UInt8, _ value: UnsafeRawBufferPointer, _ path: String, isKey: Bool) {
    guard let cell = BSONCell(type, value) else { return }
    let hash = cell.hash(key: measuring.key)
    if paths[path] == nil {
      guard paths.count < Self.mostPaths else { return }
      paths[path] = Path(place: paths.count)
    }
    let isLooked = documents < 4096 || documents % 8 == 0
    let shape = paths[path]!.add(cell, hash, measuring.asOf, isLooked)
    documentHash = CellHash.combine(documentHash, hash)
    if isKey { keyHash = CellHash.combine(keyHash, hash) }
    let place = paths[path]!.place
    put(hash, shape, at: place)
    if digests.isOver || path.hasSuffix("[]") { return }
    switch cell {
    case .text(let bytes): digests.take(place, bytes, isText: true)
    case .bytes(let bytes): digests.take(place, bytes, isText: false)
    default: break
    }
  }

  /// Of a list's values one byte for all.
  private mutating func put(_ hash: UInt64, _ shape: CellShape, at place: Int) {
    guard place < Self.sampledPaths else { return }
    let index = RowSample.bytesPerCell * place
    row[index] = row[index] &* 31 &+ UInt8(truncatingIfNeeded: hash >> 56)
    row[index + 1] = shape.first
    row[index + 2] = shape.second
  }

  mutating func finish() -> TableProfile {
    let ordered = paths.sorted { $0.value.place < $1.value.place }
    var columns: [ColumnProfile] = []
    for (name, path) in ordered {
      guard let (kind, _) = path.counts.max(by: { $0.value < $1.value }), var sketch = path.sketches[kind] else {
        continue
      }
      var column = sketch.finish()
      column.name = UntrustedText.line(name, limit: 200)
      column.nulls = documents > column.values ? documents - column.values : 0
      columns.append(column)
    }
    var sample = sampler.finish(isKeyed: true)
    sample.cells = Self.narrowed(sample.cells, to: min(columns.count, Self.sampledPaths), columns: columns.count)
    var result = TableProfile(
      rows: documents, distinctRows: distinct.estimate(), columns: columns, sample: sample)
    if measuring.checksumKey != nil { result.sum = sum }
    let found = digests.finish()
    if !found.isEmpty { result.digests = found }
    return result
  }

  /// Cells of as many columns as there are.
  private static func narrowed(_ cells: Data, to width: Int, columns: Int) -> Data {
    let full = RowSample.bytesPerCell * sampledPaths
    let wanted = RowSample.bytesPerCell * columns
    var result = Data()
    for start in stride(from: 0, to: cells.count, by: full) {
      let row = cells[cells.startIndex + start..<cells.startIndex + start + full].prefix(RowSample.bytesPerCell * width)
      result.append(row)
      if wanted > row.count { result.append(Data(count: wanted - row.count)) }
    }
    return result
  }
}

extension DocumentSketch.Path {
  fileprivate mutating func add(_ cell: BSONCell, _ hash: UInt64, _ asOf: Date, _ isLooked: Bool) -> CellShape {
    let kind = cell.kind
    counts[kind, default: 0] += 1
    return sketches[kind, default: ColumnSketch(kind, asOf: asOf, leastHashes: 256)].add(cell, hash, isLooked: isLooked)
  }
}
