import Foundation
import ProofbackCore
import ProofbackSystem
import SystemPackage

/// An object of a bucket, or the newest of those whose keys begin as a folder's do.
struct S3Source: Source {
  let location: S3Location
  var patience = WebPatience()

  var reading: LocationReading {
    let tls = location.endpoint.isSecure ? "" : ", without TLS"
    let what = location.key.bytes.isEmpty ? "the bucket" : "\(location.key.shown) in the bucket"
    let text = UntrustedText.line(
      "\(what) \(location.bucket) at \(location.endpoint.authority)\(tls)", limit: 500)
    let (host, bucket) = (location.endpoint.host, location.bucket.lowercased())
    var reading = LocationReading(
      host: host, places: ["\(host)/\(bucket)", bucket, host],
      path: "/" + String(decoding: location.key.bytes, as: UTF8.self), description: text)
    reading.reach = location.reach
    return reading
  }

  func locate(pattern: String?, in surroundings: SourceSurroundings) async throws -> SourceObject {
    let client = try client(surroundings)
    if let pattern { return try await newest(matching: FilePattern(pattern), client) }
    guard let last = location.key.bytes.last, last != UInt8(ascii: "/") else { throw isFolder() }
    do {
      return try await client.look(at: location.key)
    } catch let bad as BadBackup where bad.finding.code == SourceFindings.missingFile.code {
      // What is taken for an object may be a folder, unless we may not see it.
      if (try? await client.holds(folder)) == true { throw isFolder() }
      throw bad
    }
  }

  func open(_ object: SourceObject, in surroundings: SourceSurroundings) async throws -> any SourceStream {
    guard let key = RawPath(written: object.path) else {
      throw RunTrouble(SourceFindings.invalid, "the object's path is not one of ours")
    }
    return try await S3Transfer.start(key: key, expected: object, client: client(surroundings))
  }

  /// A service that may not list says of what is not there that it is forbidden: so nothing is known to be there.
  func companion(
    of object: SourceObject, ending: String, limit: Int, in surroundings: SourceSurroundings
  ) async throws -> Data? {
    guard let key = RawPath(written: object.path).map({ RawPath(bytes: $0.bytes + Array(ending.utf8)) }) else {
      return nil
    }
    let client = try client(surroundings)
    do {
      let answer = try await client.ask(location.address(of: key), about: key, limit: limit + 1)
      guard answer.body.count <= limit else { throw OversizedCompanion(name: location.shown(key)) }
      return Data(answer.body)
    } catch let bad as BadBackup where bad.finding.code == SourceFindings.missingFile.code {
      return nil
    } catch let trouble as RunTrouble
      where [SourceFindings.denied.code, S3Findings.noKey.code].contains(trouble.finding.code)
    {
      if surroundings.secrets.proofKey != nil { throw trouble }
      return nil
    }
  }

  func beginning(of object: SourceObject, limit: Int, in surroundings: SourceSurroundings) async throws -> [UInt8]? {
    guard let key = RawPath(written: object.path) else { return nil }
    // Of the object that was found, not of one in its place.
    let headers = ["Range: bytes=0-\(limit - 1)"] + (object.etag.map { ["If-Match: \($0)"] } ?? [])
    let answer = try await client(surroundings).ask(
      location.address(of: key), about: key, headers: headers, limit: limit)
    let head = S3ObjectHead(answer.head)
    return head.start == 0 && head.size == object.size ? answer.body : nil
  }

  fileprivate func client(_ surroundings: SourceSurroundings) throws -> S3Client {
    let authority = try surroundings.secrets.authority.map { try LentFile($0) }
    guard let given = surroundings.secrets.cloudKey else {
      return S3Client(location: location, key: nil, patience: patience, authority: authority)
    }
    do throws(CloudKey.Problem) {
      let key = try CloudKey(given.content)
      return S3Client(location: location, key: key, patience: patience, authority: authority)
    } catch let problem {
      let name = UntrustedText.line(given.name, limit: 100)
      throw RunTrouble(S3Findings.keyUnusable, "\(name) is no cloud key: \(problem.fact)")
    }
  }

  /// What the keys of a folder begin with; empty for the bucket itself.
  private var folder: [UInt8] {
    let key = location.key.bytes
    return key.isEmpty || key.last == UInt8(ascii: "/") ? key : key + [UInt8(ascii: "/")]
  }

  private func newest(matching pattern: FilePattern, _ client: S3Client) async throws -> SourceObject {
    var best = NewestMatch()
    var seen = 0
    // Only what begins as the pattern does is listed: a bucket may hold millions of other things.
    try await client.list(folder + pattern.beginning) { item in
      seen += 1
      let name = Array(item.key.dropFirst(folder.count))
      guard !name.isEmpty, pattern.matches(name) else { return }
      best.consider(FolderEntry(name: name, kind: .file, size: item.size, modified: item.modified))
    }
    guard let newest = best.newest else { throw try await noMatch(pattern, seen: seen, client) }
    var object = try await client.look(at: RawPath(bytes: folder + newest.name))
    object.matches = best.count
    return object
  }

  private func noMatch(_ pattern: FilePattern, seen: Int, _ client: S3Client) async throws -> any Error {
    let place = location.shown(location.key)
    var answers = folder.isEmpty
    if !answers { answers = try await client.holds(folder) }
    if answers {
      let beginning = UntrustedText.line(bytes: pattern.beginning, limit: 100)
      return BadBackup(
        SourceFindings.noMatch, "no object in \(place) matches \(UntrustedText.line(pattern.text, limit: 120))",
        evidence: ["objects there that begin with '\(beginning)': \(seen)"])
    }
    if location.key.bytes.last != UInt8(ascii: "/"), (try? await client.look(at: location.key)) != nil {
      return RunTrouble(SourceFindings.notAFolder, "a pattern was given, and \(place) is an object")
    }
    return BadBackup(SourceFindings.missingFile, "the bucket answers, and nothing lies below \(place)")
  }

  private func isFolder() -> RunTrouble {
    RunTrouble(
      SourceFindings.isFolder, "\(location.shown(location.key)) is a folder, and no pattern says which object is meant")
  }
}

extension S3Location {
  /// Why an object can't be had; nil when it can. For programs that are told less than S3 tells us.
  func refusal(of key: RawPath, in surroundings: SourceSurroundings) async -> (any Error)? {
    do {
      _ = try await S3Source(location: self).client(surroundings).look(at: key)
      return nil
    } catch {
      return error
    }
  }
}

extension S3Client {
  /// What there is to know of an object: by its first byte, since only an answer to GET says why it is refused, and whether
  /// it can be read at all.
  func look(at key: RawPath) async throws -> SourceObject {
    let address = location.address(of: key)
    var answer = try await ask(address, about: key, headers: ["Range: bytes=0-0"], accepted: [416], limit: 65536)
    // An empty object has no first byte.
    if answer.head.status == 416 { answer = try await ask(address, about: key, limit: 65536) }
    let head = S3ObjectHead(answer.head)
    guard let size = head.size else { throw S3Fault.unexpected(location.endpoint.authority) }
    return SourceObject(
      name: key.shownName, path: key.written, size: size, modified: head.modified, etag: head.etag)
  }
}
