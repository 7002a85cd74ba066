import Foundation
import ProofbackCore
import Testing

@testable import ProofbackRestore

/// Readers of bytes that somebody else made, on damaged ones: none may crash, hang, or need more memory the more it is
/// given. Seconds in `make test`, ten minutes with `make fuzz` (`PROOFBACK_FUZZ_SECONDS`, for all readers together).
@Suite(.serialized) struct FuzzTests {
  /// One reader and what it is given whole.
  struct Target: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var seeds: [[UInt8]]
    /// - Parameter step: bytes that come at a time.
    var read: @Sendable (_ bytes: [UInt8], _ step: Int) throws -> Void
  }

  static let all: [Target] = [
    Target(testDescription: "SQL dumps of MySQL", seeds: [sql, Array(Fixture.ships.utf8)]) { bytes, step in
      _ = try scan(bytes, target: bytes.count % 2 == 0 ? mariadb : mysql8) { step }
    },
    Target(testDescription: "plain dumps of PostgreSQL", seeds: [postgres], read: readPostgreSQL),
    Target(testDescription: "mongodump archives", seeds: [ArchiveMaker.shop()]) { bytes, step in
      _ = try DumpReading.archive(bytes, step: step)
    },
    Target(testDescription: "mongoexport JSON", seeds: [json]) { bytes, step in
      _ = try DumpReading.json(String(decoding: bytes, as: UTF8.self), step: step)
    },
    Target(testDescription: "tars", seeds: [tar], read: readTar),
    Target(testDescription: "xbstreams", seeds: [xbstream], read: readXBStream),
    Target(testDescription: "rows of a client", seeds: [rows], read: readRows),
    Target(testDescription: "heads of all kinds", seeds: [sql, postgres, tar, xbstream, ArchiveMaker.shop(), json]) {
      bytes, _ in
      let head = ContentHead(bytes: Array(bytes.prefix(ContentHead.limit)), fileName: "backup")
      for engine in EngineCatalogue.all { _ = engine.recognise(head) }
    },
  ]

  @Test(arguments: all)
  func `damaged bytes end neither in a crash nor in a hang, and need no more memory than whole ones`(_ target: Target)
    throws
  {
    let asked = ProcessInfo.processInfo.environment["PROOFBACK_FUZZ_SECONDS"].flatMap { Double($0) }
    let seconds = (asked ?? 8) / Double(Self.all.count)
    // Another seed each time when it is asked for, the same in `make test`.
    let seed = asked == nil ? 20_260_314 : UInt64.random(in: 0...UInt64.max)
    var mutator = Mutator(dice: Dice(state: seed))
    for whole in target.seeds { try target.read(whole, 1 << 16) }
    let memory = Self.residentBytes()
    let end = ContinuousClock.now.advanced(by: .seconds(seconds))
    var rounds = 0
    while ContinuousClock.now < end {
      let whole = target.seeds[rounds % target.seeds.count]
      let bytes = mutator.damaged(whole, with: target.seeds[(rounds + 1) % target.seeds.count])
      let began = ContinuousClock.now
      // An error is an answer.
      try? target.read(bytes, [1, 13, 512, 1 << 16][rounds % 4])
      let took = began.duration(to: .now)
      if took > .seconds(20) {
        Issue.record("\(target.testDescription): \(took) for \(bytes.count) bytes (seed \(seed), round \(rounds))")
        try Data(bytes).write(to: URL(fileURLWithPath: "/tmp/proofback-fuzz-\(seed)-\(rounds)"))
      }
      rounds += 1
    }
    #expect(rounds > 0)
    let grown = Self.residentBytes() - memory
    // Beside other tests the process's memory is theirs, too.
    #expect(grown < (asked == nil ? 2048 : 400) << 20, "\(grown >> 20) MiB more after \(rounds) rounds (seed \(seed))")
  }

  private static func residentBytes() -> Int {
    let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
    return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * 4096
  }
}
