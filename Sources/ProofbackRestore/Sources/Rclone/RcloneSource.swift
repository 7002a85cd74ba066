import Foundation
import ProofbackCore
import ProofbackSystem

/// A file at one of rclone's backends, or the newest in a folder that matches.
struct RcloneSource: Source {
  let location: RcloneLocation
  var patience = WebPatience()

  var reading: LocationReading {
    let path = location.path.bytes.isEmpty ? "all" : location.path.shown
    let host = location.address?.host ?? "\(location.backend.scheme):\(location.bucket ?? "")"
    return LocationReading(
      host: host, places: [location.bucket?.lowercased(), host].compactMap(\.self),
      path: "/" + String(decoding: location.path.bytes, as: UTF8.self),
      description: UntrustedText.line(
        "\(path) in \(location.backend.first.name) \(location.place) (\(location.backend.title))", limit: 500),
      isWeb: location.backend.isHost)
  }

  func locate(pattern: String?, in surroundings: SourceSurroundings) async throws -> SourceObject {
    let client = try await RcloneClient(location, patience, surroundings)
    let entry = try await client.entry(at: location.path)
    guard let pattern = try pattern.map({ try FilePattern($0) }) else {
      guard !entry.IsDir else {
        throw RunTrouble(
          SourceFindings.isFolder,
          "\(location.place)/\(location.path.shown) is a folder, and no pattern says which file is meant")
      }
      return object(location.path, entry)
    }
    guard entry.IsDir else {
      throw RunTrouble(
        SourceFindings.notAFolder, "a pattern was given, and \(location.path.shown) at \(location.place) is a file")
    }
    var best = NewestMatch()
    let entries = try await client.list(location.path)
    for entry in entries where pattern.matches(Array(entry.Name.utf8)) { best.consider(entry.entry) }
    return try best.object(in: location.path, pattern: pattern, seen: entries.count)
  }

  private func object(_ path: RawPath, _ entry: RcloneEntry) -> SourceObject {
    SourceObject(name: path.shownName, path: path.written, size: entry.entry.size, modified: entry.entry.modified)
  }

  func open(_ object: SourceObject, in surroundings: SourceSurroundings) async throws -> any SourceStream {
    guard let path = RawPath(written: object.path) else {
      throw RunTrouble(SourceFindings.invalid, "the object's path is not one of ours")
    }
    let client = try await RcloneClient(location, patience, surroundings)
    @Sendable func check(_ when: String) async throws {
      let now = try await client.entry(at: path).entry
      guard now.size == object.size, now.modified == object.modified else {
        throw RunTrouble(
          SourceFindings.changed, "\(path.shown) at \(location.place) changed \(when)",
          evidence: ["bytes before: \(object.size ?? 0)", "bytes after: \(now.size ?? 0)"])
      }
    }
    try await check("after it was chosen")
    let secrets = surroundings.secrets
    let order = ToolTransfer.Order(
      command: client.config.command(["cat"], location.remote(path)), place: location.place,
      patience: patience.answer + Double(patience.connect),
      explain: { [location] end in
        RcloneFault(
          end: end.end, words: end.errors, location: location, secrets: secrets, passedOn: end.passedOn
        ).error(about: path)
      },
      afterwards: { try await check("while it was read") })
    return try await ToolTransfer.start(order, expected: object)
  }

  func companion(
    of object: SourceObject, ending: String, limit: Int, in surroundings: SourceSurroundings
  ) async throws -> Data? {
    guard let path = RawPath(written: object.path).map({ RawPath(bytes: $0.bytes + Array(ending.utf8)) }) else {
      return nil
    }
    let client = try await RcloneClient(location, patience, surroundings)
    do {
      let entry = try await client.entry(at: path).entry
      guard entry.kind == .file else { return nil }
      guard entry.size ?? 0 <= UInt64(limit) else { throw OversizedCompanion(name: path.shown) }
      let content = try await client.run(["cat", "--head", "\(limit + 1)"], path, limit: limit + 1)
      guard content.count <= limit else { throw OversizedCompanion(name: path.shown) }
      return Data(content)
    } catch let bad as BadBackup where bad.finding.code == SourceFindings.missingFile.code {
      return nil
    }
  }
}

/// An entry of a folder, as `rclone lsjson` prints it (rclone.org/commands/rclone_lsjson).
struct RcloneEntry: Decodable {
  // swift-format-ignore: AlwaysUseLowerCamelCase
  var Name: String
  // swift-format-ignore: AlwaysUseLowerCamelCase
  var Size: Int64
  // swift-format-ignore: AlwaysUseLowerCamelCase
  var ModTime: String
  // swift-format-ignore: AlwaysUseLowerCamelCase
  var IsDir: Bool

  /// A size below zero is not told.
  var entry: FolderEntry {
    FolderEntry(
      name: Array(Name.utf8), kind: IsDir ? .folder : .file, size: Size < 0 ? nil : UInt64(Size),
      modified: ToolTime.read(ModTime))
  }
}

/// Short questions to a place, through rclone.
struct RcloneClient: Sendable {
  let location: RcloneLocation
  let config: RcloneConfig
  private let secrets: RunSecrets
  private let patience: WebPatience

  /// Ten million names of a hundred bytes would be more.
  private static let largestList = 256 << 20

  init(_ location: RcloneLocation, _ patience: WebPatience, _ surroundings: SourceSurroundings) async throws {
    for host in location.hosts {
      try await WebReach.find(host, own: location.address?.host ?? host, allowedHosts: surroundings.allowedHosts)
    }
    self.location = location
    self.patience = patience
    secrets = surroundings.secrets
    config = try await RcloneConfig.prepare(location, patience, in: surroundings)
  }

  /// - Throws: `BadBackup` when nothing is there.
  func entry(at path: RawPath) async throws -> RcloneEntry {
    try read(RcloneEntry.self, await run(["lsjson", "--stat", "--no-mimetype"], path, limit: 1 << 20))
  }

  func list(_ folder: RawPath) async throws -> [RcloneEntry] {
    try read([RcloneEntry].self, await run(["lsjson", "--no-mimetype"], folder, limit: Self.largestList))
  }

  func run(_ verb: [String], _ path: RawPath, limit: Int) async throws -> [UInt8] {
    let outcome = try await config.command(verb, location.remote(path)).capture(
      limit: limit, within: 600, ownSession: true)
    guard outcome.end.isSuccess else {
      throw RcloneFault(end: outcome.end, words: outcome.errors, location: location, secrets: secrets)
        .error(about: path)
    }
    return outcome.output
  }

  private func read<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) throws -> Value {
    do { return try JSONDecoder().decode(type, from: Data(bytes)) } catch {
      throw RunTrouble(RcloneFindings.refused, "what rclone says of \(location.place) can't be read")
    }
  }
}
