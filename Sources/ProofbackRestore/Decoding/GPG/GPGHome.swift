import Foundation
import ProofbackCore
import ProofbackSystem
import SystemPackage

/// gpg's home for one layer, with the run's keys imported. Every gpg runs sealed with it; the agent that gpg starts dies
/// with the seal's process namespace.
struct GPGHome: Sendable {
  private let folder: DecoderFolder
  private let home: String
  private let passphrase: String
  private let user: UInt32
  private let gpg: String
  /// The secret keys in it.
  private(set) var held: [HeldGPGKey] = []

  /// - Throws: `RunTrouble` when gpg is missing or a key can't be imported.
  static func make(_ keys: HeldKeys, in surroundings: DecodingSurroundings) async throws -> GPGHome {
    guard let gpg = Programs.find("gpg"), let agent = Programs.find("gpg-agent") else {
      throw RunTrouble(
        DecryptFindings.toolMissing, "the backup is encrypted with gpg, and gpg is not installed",
        hint: "apt install gpg")
    }
    let folder = try DecoderFolder(in: surroundings.keyFolder, name: "gpg", owner: surroundings.user)
    do {
      var home = GPGHome(
        folder: folder, home: try folder.folder("home"),
        passphrase: try folder.file("passphrase", keys.passphrase ?? []), user: surroundings.user, gpg: gpg,
        agent: agent)
      for key in keys.gpg { try await home.importKey(key, surroundings) }
      if !keys.gpg.isEmpty { home.held = try await home.list(surroundings) }
      return home
    } catch {
      folder.remove()
      throw error
    }
  }

  private init(folder: DecoderFolder, home: String, passphrase: String, user: UInt32, gpg: String, agent: String) {
    self.folder = folder
    self.home = home
    self.passphrase = passphrase
    self.user = user
    self.gpg = gpg
    self.agent = agent
  }
  private let agent: String

  /// gpg on standard input and output, its status lines on standard error (one of the three descriptors that a child
  /// here inherits). An empty passphrase stands for none, so that gpg tries its keys to the end instead of asking.
  func command(_ arguments: [String]) -> Command {
    let common = [
      "--batch", "--no-tty", "--no-options", "--homedir", "/gpg/home", "--pinentry-mode", "loopback",
      "--passphrase-file", "/gpg/passphrase", "--no-auto-key-retrieve", "--no-auto-key-locate",
      // A clock that is behind the key's or signature's day is no reason to refuse to read.
      "--ignore-time-conflict", "--no-auto-check-trustdb", "--trust-model", "always", "--status-fd", "2",
    ]
    return DecoderSeal.seal(
      Command(gpg, common + arguments, environment: DecoderSeal.environment), as: user,
      binds: [
        .init(agent), .init(home, at: "/gpg/home", writable: true), .init(passphrase, at: "/gpg/passphrase"),
      ])
  }

  func remove() { folder.remove() }

  private func importKey(_ key: NamedSecret, _ surroundings: DecodingSurroundings) async throws {
    let outcome = try await command(["--import"]).capture(input: Array(key.content))
    let status = GPGStatus(lines: outcome.errorText.split(whereSeparator: \.isNewline))
    guard status.secretKeysRead > 0 else {
      if status.importCounted || !outcome.end.isSuccess && status.noData {
        throw RunTrouble(
          DecryptFindings.keyUnusable,
          "\(UntrustedText.line(key.name)) can't be used: gpg finds no whole secret key in it")
      }
      throw RunTrouble(
        DecodingFindings.notStarted, "gpg could not import \(UntrustedText.line(key.name))",
        evidence: outcome.errorText.split(whereSeparator: \.isNewline).prefix(5).map { UntrustedText.line($0) })
    }
  }

  private func list(_ surroundings: DecodingSurroundings) async throws -> [HeldGPGKey] {
    let outcome = try await command(["--list-secret-keys", "--with-colons", "--fixed-list-mode"]).capture()
    return HeldGPGKey.all(in: outcome.text)
  }
}

/// A secret key or subkey that gpg holds.
struct HeldGPGKey: Sendable, Equatable {
  /// 16 hexadecimal digits.
  var id: String
  var expires: Date?
  var canEncrypt: Bool

  /// The keys of a `--with-colons` listing. A subkey is expired when its primary key is.
  static func all(in listing: String) -> [HeldGPGKey] {
    var keys: [HeldGPGKey] = []
    var primaryExpires: Date?
    for line in listing.split(separator: "\n") {
      guard var key = HeldGPGKey(listing: line) else { continue }
      if line.hasPrefix("sec") { primaryExpires = key.expires }
      key.expires = [key.expires, primaryExpires].compactMap { $0 }.min()
      keys.append(key)
    }
    return keys
  }

  /// From a line of `--with-colons` (GnuPG's doc/DETAILS): record type, key id in field 5, expiry in field 7 as seconds
  /// since 1970, capabilities in field 12.
  private init?(listing line: Substring) {
    let fields = line.split(separator: ":", omittingEmptySubsequences: false)
    guard fields.count > 11, fields[0] == "sec" || fields[0] == "ssb" else { return nil }
    id = String(fields[4])
    expires = Double(fields[6]).flatMap { $0 > 0 ? $0 : nil }.map { Date(timeIntervalSince1970: $0) }
    canEncrypt = fields[11].contains("e")
  }
}
