import Crypto
import Foundation
import ProofbackCore
import ProofbackSystem

/// A public key that a host shows.
struct HostKey: Sendable, Equatable {
  /// `ssh-ed25519` …
  var type: String
  var blob: Data

  /// As OpenSSH writes it: `SHA256:` and base64 without its padding.
  var fingerprint: String {
    "SHA256:" + Data(SHA256.hash(data: blob)).base64EncodedString().prefix { $0 != "=" }
  }

  /// Of a known_hosts file.
  func line(of name: String) -> String { "\(name) \(type) \(blob.base64EncodedString())" }
}

/// The keys that hosts show and are known by.
enum HostKeys {
  /// The content of a known_hosts file from what a run was given: such a file's content, or one `SHA256:…` line, the
  /// pinned fingerprint. For that, the host's keys are fetched, and the one that has it is kept. ssh then checks that
  /// the host it reaches holds that key.
  static func knownHosts(from given: Data, for location: SSHLocation, patience: SSHPatience) async throws -> Data {
    guard let pinned = fingerprint(in: given) else { return given + [0x0A] }
    let shown = try await scan(location, seconds: patience.connect)
    guard !shown.isEmpty else {
      throw RunTrouble(
        SourceFindings.unreachable, "\(location.knownHostsName) shows no host key", canRetry: true)
    }
    guard let key = shown.first(where: { $0.fingerprint == pinned }) else {
      throw RunTrouble(
        SourceFindings.hostKeyChanged, "\(location.knownHostsName) has no key of the pinned fingerprint",
        evidence: ["pinned: \(pinned)"] + shown.map { "shown: \($0.fingerprint) (\($0.type))" })
    }
    return Data("\(key.line(of: location.knownHostsName))\n".utf8)
  }

  /// For a person who compares them.
  /// - Throws: `RunTrouble` when there are none.
  static func shown(by location: SSHLocation) async throws -> [ShownHostKey] {
    let name = location.knownHostsName
    let keys = try await scan(location, seconds: SSHPatience().connect)
    guard !keys.isEmpty else {
      throw RunTrouble(SourceFindings.unreachable, "\(name) shows no host key", canRetry: true)
    }
    return keys.map { ShownHostKey(type: $0.type, fingerprint: $0.fingerprint, line: $0.line(of: name)) }
  }

  /// The fingerprint, when that is all there is. 256 bits are 43 characters of base64.
  private static func fingerprint(in given: Data) -> String? {
    let text = String(decoding: given, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard text.hasPrefix("SHA256:"), !text.contains(where: \.isWhitespace) else { return nil }
    return String(text.prefix { $0 != "=" })
  }

  /// The keys that a host shows to anybody, unproven. Empty when it does not answer.
  static func scan(_ location: SSHLocation, seconds: Int) async throws -> [HostKey] {
    guard let keyscan = Programs.find("ssh-keyscan") else {
      throw RunTrouble(SourceFindings.toolMissing, "ssh-keyscan is not installed")
    }
    let command = Command(
      keyscan, ["-T", String(seconds), "-p", String(location.port), "--", location.host])
    let outcome = try await command.capture(limit: 65536, within: Double(seconds) * 2 + 5)
    return outcome.text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ")
      guard fields.count == 3, !line.hasPrefix("#"), let blob = Data(base64Encoded: String(fields[2])),
        fields[1].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-@.".contains($0)) })
      else { return nil }
      return HostKey(type: String(fields[1]), blob: blob)
    }
  }
}
