import ProofbackRestore

/// What a scan gave.
struct Scanned: Equatable {
  var claims: DumpClaims
  var forwarded: [UInt8]
  var endedStatements: Int

  var text: String { String(decoding: forwarded, as: UTF8.self) }
}

/// A sink that keeps everything.
final class KeepingSink: StatementSink {
  var bytes: [UInt8] = []
  var endedStatements = 0

  func take(_ bytes: UnsafeRawBufferPointer, endedStatements: Int) {
    self.bytes.append(contentsOf: bytes)
    self.endedStatements += endedStatements
  }
}

let mariadb = ServerTarget(flavour: .mariadb, version: ServerVersion(10, 11, 8))
let mysql8 = ServerTarget(flavour: .mysql, version: ServerVersion(8, 4, 2))

/// Scans `dump`, handing it over in pieces whose sizes `size` gives.
func scan(_ dump: [UInt8], target: ServerTarget = mariadb, size: () -> Int = { 1 << 20 }) throws -> Scanned {
  var scanner = SQLDumpScanner(target: target)
  let sink = KeepingSink()
  var left: [UInt8] = []
  var position = 0
  repeat {
    let next = min(dump.count, position + max(1, size()))
    left.append(contentsOf: dump[position..<next])
    position = next
    let used = try left.withUnsafeBytes { try scanner.scan($0, isLast: position == dump.count, into: sink) }
    left.removeFirst(used)
  } while position < dump.count
  return Scanned(claims: scanner.finish(), forwarded: sink.bytes, endedStatements: sink.endedStatements)
}

func scan(_ dump: String, target: ServerTarget = mariadb) throws -> Scanned {
  try scan(Array(dump.utf8), target: target)
}

/// Random numbers that are the same in every run.
struct Dice: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}
