import Foundation
import ProofbackCore
import ProofbackSystem

/// A file of an archive, or a folder as tar.
struct BorgSource: Source {
  let location: BorgLocation

  var reading: LocationReading { location.place.reading(location.path, program: "borg") }

  func locate(pattern: String?, in surroundings: SourceSurroundings) async throws -> SourceObject {
    let pattern = try pattern.map { try FilePattern($0) }
    let client = try await BorgClient(location, surroundings)
    try await client.checkLock()
    let archives = try await Rearranged.twice { try await client.archives() }
    var random = SystemRandomNumberGenerator()
    guard let archive = location.choice.choose(of: archives, using: &random) else {
      let named = location.archives.map { " named \(UntrustedText.line($0.text, limit: 100))" } ?? ""
      throw BadBackup(RepositoryFindings.noSnapshot, "\(location.place.shown) holds no archive\(named)")
    }
    let entries = try await Rearranged.twice { try await client.entries(of: archive.id, at: location.path) }
    let name = UntrustedText.line(archive.id, limit: 100)
    return try RepositoryFile(at: location.path, pattern: pattern, among: entries, of: "the archive \(name)")
      .object(in: archive)
  }

  func open(_ object: SourceObject, in surroundings: SourceSurroundings) async throws -> any SourceStream {
    let client = try await BorgClient(location, surroundings)
    guard let text = RawPath(written: object.path).map({ String(decoding: $0.bytes, as: UTF8.self) }),
      let end = text.firstRange(of: ":/")
    else { throw RunTrouble(SourceFindings.invalid, "the object's path is not one of ours") }
    let (archive, path) = (String(text[..<end.lowerBound]), String(text[text.index(after: end.lowerBound)...]))
    let argument = BorgClient.argument(path)
    let command =
      object.size == nil
      ? try client.tool.command(["export-tar"], archive: archive, ["-"] + argument)
      : try client.tool.command(["extract", "--stdout"], archive: archive, argument)
    let modified = try await client.modified()
    let order = ToolTransfer.Order(
      command: command, input: client.tool.input, place: location.place.server, patience: 300,
      explain: { end in
        await client.explain(end.end, end.errors, passedOn: end.passedOn, about: path, since: modified)
      })
    return try await ToolTransfer.start(order, expected: object)
  }
}
