import Foundation
import ProofbackCore
import ProofbackSystem

/// A file of a web server.
struct HTTPSSource: Source {
  let location: HTTPSLocation
  var patience = WebPatience()

  var reading: LocationReading {
    LocationReading(
      host: location.origin.host, path: String(decoding: location.path.bytes, as: UTF8.self),
      description: UntrustedText.line("the file \(location.path.shown) at \(location.origin.authority)", limit: 500),
      isListed: false, isWeb: true)
  }

  func locate(pattern: String?, in surroundings: SourceSurroundings) async throws -> SourceObject {
    let client = try HTTPSClient(location, surroundings, patience)
    let answer = try await client.look(at: location.target)
    try checkIsFile(answer)
    let object = HTTPSObject(answer.head)
    return SourceObject(
      name: location.path.shownName, path: location.path.written, size: object.size, modified: object.modified,
      etag: object.etag)
  }

  func open(_ object: SourceObject, in surroundings: SourceSurroundings) async throws -> any SourceStream {
    try await HTTPSTransfer.start(expected: object, client: HTTPSClient(location, surroundings, patience))
  }

  func companion(
    of object: SourceObject, ending: String, limit: Int, in surroundings: SourceSurroundings
  ) async throws -> Data? {
    let client = try HTTPSClient(location, surroundings, patience)
    var beside = location.target
    beside.target += ending
    do {
      let answer = try await client.asked(beside, headers: [])
      let body = try await client.body(of: answer, limit: limit + 1)
      // A server that has a page for whatever it does not have.
      guard !Self.isPage(answer.head) else { return nil }
      guard body.count <= limit else { throw OversizedCompanion(name: location.shown + ending) }
      return Data(body)
    } catch let bad as BadBackup where bad.finding.code == SourceFindings.missingFile.code {
      return nil
    } catch let trouble as RunTrouble where trouble.finding.code == SourceFindings.denied.code {
      // Some servers say of what is not there that it is forbidden.
      if surroundings.secrets.proofKey != nil { throw trouble }
      return nil
    }
  }

  private static func isPage(_ head: WebHead) -> Bool {
    let type = (head.headers["content-type"] ?? "").prefix { $0 != ";" }.lowercased()
    return type == "text/html" || type == "application/xhtml+xml"
  }

  private func checkIsFile(_ answer: HTTPSClient.Answer) throws {
    guard Self.isPage(answer.head) else { return }
    if location.path.bytes.last == UInt8(ascii: "/") {
      throw RunTrouble(
        SourceFindings.isFolder, "\(location.shown) is a folder, and a web server lists none",
        hint: "name the file in the location")
    }
    let led = answer.target.origin == location.origin ? [] : ["led on to: \(answer.target.origin.authority)"]
    throw RunTrouble(
      HTTPSFindings.webPage, "\(location.shown) is a page for people", evidence: ["its type: text/html"] + led)
  }
}

extension HTTPSClient {
  private static let passing = [
    WebFindings.busy.code, SourceFindings.connectionLost.code,
  ]

  /// What there is to know of a file, by its first byte: many servers answer HEAD otherwise than GET, or not at all.
  func look(at target: HTTPSTarget) async throws -> Answer {
    let answer = try await asked(target, headers: ["Range: bytes=0-0"], accepted: [416])
    await answer.exchange.close()
    if answer.head.status == 416, HTTPSObject(answer.head).size == nil {
      let whole = try await asked(target, headers: [])
      await whole.exchange.close()
      return whole
    }
    return answer
  }

  /// An answer that brings what was asked for; tries again while the server is busy or breaks off.
  /// - Throws: `BadBackup` or `RunTrouble`.
  func asked(_ target: HTTPSTarget, headers: [String], accepted: Set<Int> = []) async throws -> Answer {
    var pauses = patience.pauses[...]
    while true {
      do {
        let answer = try await ask(target, headers: headers) { _ in }
        if [200, 206].contains(answer.head.status) || accepted.contains(answer.head.status) { return answer }
        await answer.exchange.close()
        throw HTTPSFault.explain(answer, self)
      } catch let trouble as RunTrouble where Self.passing.contains(trouble.finding.code) {
        guard let pause = pauses.popFirst(), !Task.isCancelled else { throw trouble }
        try await Task.sleep(for: .seconds(pause))
      }
    }
  }

  /// A short body, whole; closes the exchange.
  func body(of answer: Answer, limit: Int) async throws -> [UInt8] {
    let patience = patience.answer
    do {
      let body = try await Blocking.run("web") {
        var body = answer.rest
        var buffer = [UInt8](repeating: 0, count: 65536)
        while body.count < limit {
          let count = try buffer.withUnsafeMutableBytes { try answer.exchange.read(into: $0, patience: patience) }
          if count == 0 { break }
          body += buffer[..<count]
        }
        return Array(body.prefix(limit))
      }
      let exit = body.count < limit ? await answer.exchange.exitCode() : 0
      guard exit == 0 else { throw WebBreak.ended }
      await answer.exchange.close()
      return body
    } catch {
      throw await fault(of: answer.exchange, error, answer.target.origin)
    }
  }
}
