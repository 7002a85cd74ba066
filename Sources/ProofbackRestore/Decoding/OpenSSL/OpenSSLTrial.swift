import Foundation
import ProofbackCore
import ProofbackSystem

/// Finds out how a container was encrypted, by whether what comes out of its first bytes is something that is known.
struct OpenSSLTrial: Sendable {
  enum Result: Sendable, Equatable {
    case opened(OpenSSLWay, withEmptyPassphrase: Bool)
    /// Several ciphers give first bytes that are known, and nothing tells which.
    case several([String])
    case none
  }

  let openssl: String
  let head: OpenSSLHead
  let folder: DecoderFolder
  let surroundings: DecodingSurroundings

  /// Bytes behind the head that are looked at: whole blocks.
  private static let sample = 2048

  /// - Parameter passphrases: paths of files with one line each, the likeliest first; the last holds an empty one.
  func find(_ passphrases: [String]) async throws -> Result {
    let body = (head.bytes.count - OpenSSLHead.length) / 16 * 16
    guard body > 0 else { return .none }
    let file = try folder.file("head", head.bytes.prefix(OpenSSLHead.length + min(body, Self.sample)))
    let rounds = OpenSSLWay.rounds(cipher: surroundings.opensslCipher)
    for passphrase in passphrases {
      let result = choose(rounds[0], try await decrypt(rounds[0], file, passphrase), passphrase == passphrases.last)
      if result != .none { return result }
    }
    // Millions of rounds take seconds; whoever asks for them has a passphrase.
    guard let given = passphrases.first, passphrases.count > 1 else { return .none }
    return choose(rounds[1], try await decrypt(rounds[1], file, given), false)
  }

  /// The sample decrypted in each of `ways`, one line of Base64 each.
  private func decrypt(_ ways: [OpenSSLWay], _ file: String, _ passphrase: String) async throws -> [[UInt8]] {
    let lines = ways.map { way in
      "\(openssl) enc -d -nopad \(way.arguments.joined(separator: " ")) -pass file:/keys/passphrase < /keys/head | \(openssl) base64 -A; echo"
    }
    let script = "exec 2> /dev/null\n" + lines.joined(separator: "\n")
    let command = DecoderSeal.seal(
      Command("/usr/bin/sh", ["-c", script], environment: DecoderSeal.environment), as: surroundings.user,
      binds: [.init(openssl), .init(file, at: "/keys/head"), .init(passphrase, at: "/keys/passphrase")])
    let outcome = try await command.capture(within: 120)
    let outputs = outcome.text.split(separator: "\n", omittingEmptySubsequences: false)
    guard outcome.end.isSuccess, outputs.count > ways.count else {
      throw RunTrouble(
        DecodingFindings.notStarted, "openssl could not be started",
        evidence: outcome.errorText.split(whereSeparator: \.isNewline).prefix(5).map { UntrustedText.line($0) })
    }
    return outputs.prefix(ways.count).map { Data(base64Encoded: String($0)).map(Array.init) ?? [] }
  }

  private func choose(_ ways: [OpenSSLWay], _ outputs: [[UInt8]], _ withEmptyPassphrase: Bool) -> Result {
    let judged = zip(ways, outputs).map { ($0, OpenSSLPlaintext.certainty($1, surroundings.recognise)) }
    for certainty in [OpenSSLPlaintext.Certainty.throughout, .begins] {
      let fitting = judged.filter { $0.1 == certainty }.map(\.0)
      guard let first = fitting.first else { continue }
      let ciphers = Set(fitting.map(\.cipher))
      if ciphers.count > 1 { return .several(ciphers.sorted()) }
      return .opened(first, withEmptyPassphrase: withEmptyPassphrase)
    }
    return .none
  }
}
