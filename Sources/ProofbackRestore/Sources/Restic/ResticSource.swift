import Foundation
import ProofbackCore
import ProofbackSystem

/// A file of a snapshot, or a folder as tar.
struct ResticSource: Source {
  let location: ResticLocation

  var reading: LocationReading { location.place.reading(location.path, program: "restic") }

  func locate(pattern: String?, in surroundings: SourceSurroundings) async throws -> SourceObject {
    let pattern = try pattern.map { try FilePattern($0) }
    let client = try await ResticClient(location, surroundings)
    let snapshots = try await Rearranged.twice { try await client.snapshots() }
    try await client.checkLocks()
    var random = SystemRandomNumberGenerator()
    guard let snapshot = location.choice.choose(of: snapshots, using: &random) else { throw noSnapshot() }
    let entries = try await Rearranged.twice {
      try await client.entries(of: snapshot.id, at: location.path, isDeep: pattern == nil)
    }
    return try RepositoryFile(
      at: location.path, pattern: pattern, among: entries, of: "the snapshot \(snapshot.id.prefix(8))"
    ).object(in: snapshot)
  }

  private func noSnapshot() -> BadBackup {
    let filters = [location.host.map { "of host \($0)" }, location.tag.map { "with tag \($0)" }].compactMap(\.self)
    return BadBackup(
      RepositoryFindings.noSnapshot,
      "\(location.place.shown) holds no snapshot" + filters.map { " \($0)" }.joined())
  }

  func open(_ object: SourceObject, in surroundings: SourceSurroundings) async throws -> any SourceStream {
    let client = try await ResticClient(location, surroundings)
    guard let text = RawPath(written: object.path).map({ String(decoding: $0.bytes, as: UTF8.self) }),
      let (_, id, path) = text.wholeMatch(of: /([0-9a-f]{8,64}):(\/.*)/.dotMatchesNewlines())?.output
    else { throw RunTrouble(SourceFindings.invalid, "the object's path is not one of ours") }
    let indexes = try await client.indexes()
    let order = ToolTransfer.Order(
      command: try client.tool.command(["dump"], [String(id), String(path)]), place: location.place.server,
      // It tries a part that it can't have for 45 seconds, and more between.
      patience: 300,
      explain: { end in await client.explain(end.end, end.errors, isOpen: true, about: String(path), since: indexes) })
    return try await ToolTransfer.start(order, expected: object)
  }
}
