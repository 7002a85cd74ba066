import Foundation
import ProofbackCore
import ProofbackSystem

/// Asks one service, signed with one key.
struct S3Client: Sendable {
  let location: S3Location
  /// Nil: unsigned, for buckets that are open to everybody.
  let key: CloudKey?
  let patience: WebPatience
  /// Certificates to trust instead of the system's.
  let authority: LentFile?

  struct Answer: Sendable {
    var head: WebHead
    /// At most as much as was asked for.
    var body: [UInt8]
  }

  /// The largest answer that is read whole: a page of a thousand keys of 1,024 bytes, all of them escaped.
  private static let largest = 16 << 20

  /// What a second try may help with, within the seconds that people wait for an answer.
  private static let passing = [S3Findings.busy.code, SourceFindings.connectionLost.code]

  /// Asks a question and reads the whole answer; tries again while the service is busy or breaks off.
  /// - Throws: `BadBackup` or `RunTrouble`, for all but 2xx and what is in `accepted`.
  func ask(
    _ address: String, about key: RawPath, headers: [String] = [], accepted: Set<Int> = [], limit: Int = largest
  ) async throws -> Answer {
    var pauses = patience.pauses[...]
    while true {
      do {
        let answer = try await once(address, headers, limit: limit)
        if (200..<300).contains(answer.head.status) || accepted.contains(answer.head.status) { return answer }
        throw S3Fault.explain(answer.head, answer.body, key, self)
      } catch let trouble as RunTrouble where Self.passing.contains(trouble.finding.code) {
        guard let pause = pauses.popFirst(), !Task.isCancelled else { throw trouble }
        try await Task.sleep(for: .seconds(pause))
      }
    }
  }

  private func once(_ address: String, _ headers: [String], limit: Int) async throws -> Answer {
    let exchange = try await WebExchange.start(config(address, headers: headers))
    let patience = patience.answer
    do {
      let answer = try await withTaskCancellationHandler {
        try await Blocking.run("s3") {
          var body: [UInt8] = []
          let head = try exchange.head(patience: patience, rest: &body)
          var buffer = [UInt8](repeating: 0, count: 65536)
          while body.count < limit {
            let count = try buffer.withUnsafeMutableBytes { try exchange.read(into: $0, patience: patience) }
            if count == 0 { return Answer(head: head, body: body) }
            body += buffer[..<count]
          }
          // More than anybody needs: the rest is left where it is.
          return Answer(head: head, body: Array(body.prefix(limit)))
        }
      } onCancel: {
        exchange.abort()
      }
      await exchange.close()
      return answer
    } catch {
      throw await fault(of: exchange, error)
    }
  }

  /// What a broken exchange means; closes it.
  func fault(of exchange: WebExchange, _ error: any Error) async -> any Error {
    guard let broken = await exchange.breakOff(error) else { return error }
    return S3Fault.explain(broken.why, exit: broken.code, self)
  }

  /// What curl is told. Nothing of it stands in the process list.
  /// - Parameter headers: `Name: value`.
  func config(_ address: String, headers: [String]) throws -> CurlConfig {
    var config = WebExchange.config(patience)
    try config.set("header", "x-amz-content-sha256: \(Self.hashOfNothing)")
    try config.set("proto", location.endpoint.isSecure ? "=https" : "=http")
    try config.set("url", address)
    for header in headers { try config.set("header", header) }
    if let authority { try config.set("cacert", authority.path) }
    if let key {
      try config.set("aws-sigv4", "aws:amz:\(location.region):s3")
      try config.set("user", "\(key.id):\(key.secret)")
      // Signed with the others (docs.aws.amazon.com, "Using temporary credentials with AWS resources").
      if let token = key.token { try config.set("header", "x-amz-security-token: \(token)") }
    }
    return config
  }

  /// SHA-256 of the empty body that every request of ours has; S3 wants it in a header, and signed.
  private static let hashOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
}
