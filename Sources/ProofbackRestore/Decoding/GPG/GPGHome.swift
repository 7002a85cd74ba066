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
  /// A file for the agent with what keys are locked with themselves; nil when none is.
  private var presets: String?
  /// A folder with the passphrase of each primary key, by its fingerprint: its own or the run's; nil without keys.
  private var own: String?

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
      var own: [String: [UInt8]] = [:]
      for key in keys.gpg {
        let primaries = try await home.importKey(key, surroundings)
        for primary in primaries { own[primary] = key.passphrase.map(HeldKeys.firstLine) }
      }
      if !keys.gpg.isEmpty { home.held = try await home.list(own) }
      try home.makePresets()
      try home.makeOwn(run: keys.passphrase ?? [])
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
    sealed(Command(gpg, Self.common + arguments, environment: DecoderSeal.environment))
  }

  /// gpg has one passphrase to give, so the agent is told those of single keys first. When the message stays closed,
  /// keys are looked for that do: of a hidden recipient gpg says nothing.
  func decryption() throws -> Command {
    guard let own else { return command(["--decrypt"]) }
    var binds: [Seal.Bind] = [.init(gpg), .init(own, at: "/gpg/own")]
    var tell = ""
    if let presets {
      guard let teller = Programs.find("gpg-connect-agent") else {
        throw RunTrouble(
          DecryptFindings.toolMissing, "keys have passphrases of their own, and gpg-connect-agent is not installed",
          hint: "apt install gpgconf")
      }
      binds += [.init(teller), .init(presets, at: "/gpg/presets")]
      tell = "\(teller) --homedir /gpg/home < /gpg/presets > /dev/null 2>&1"
    }
    let script = """
      \(tell)
      \(gpg) \(Self.common.joined(separator: " ")) --decrypt
      code=$?
      exec < /dev/null > /dev/null
      test $code -gt 0 -a $code -lt 128 || exit $code
      for file in /gpg/own/*; do
        case $(\(gpg) \(Self.quiet.joined(separator: " ")) --passphrase-file "$file" --status-fd 1 \\
          --dry-run --passwd "${file##*/}" 2> /dev/null) in
          *"SUCCESS keyedit.passwd"*) ;;
          *) echo "[GNUPG:] \(GPGStatus.locked) ${file##*/}" >&2;;
        esac
      done
      exit $code
      """
    return sealed(Command("/usr/bin/sh", ["-c", script], environment: DecoderSeal.environment), binds: binds)
  }

  private static let quiet = [
    "--batch", "--no-tty", "--no-options", "--homedir", "/gpg/home", "--pinentry-mode", "loopback",
    "--no-auto-key-retrieve", "--no-auto-key-locate",
    // A clock that is behind the key's or signature's day is no reason to refuse to read.
    "--ignore-time-conflict", "--no-auto-check-trustdb", "--trust-model", "always",
  ]
  private static let common = quiet + ["--passphrase-file", "/gpg/passphrase", "--status-fd", "2"]

  private func sealed(_ command: Command, binds: [Seal.Bind] = []) -> Command {
    DecoderSeal.seal(
      command, as: user,
      binds: binds + [
        .init(agent), .init(home, at: "/gpg/home", writable: true), .init(passphrase, at: "/gpg/passphrase"),
      ])
  }

  /// `PRESET_PASSPHRASE keygrip timeout hex`, the agent's own command, for a lifetime without end: it dies with the seal.
  /// One that is wrong changes nothing: the key stays locked.
  private mutating func makePresets() throws {
    let lines = held.compactMap { key in
      key.passphrase.map { "PRESET_PASSPHRASE \(key.grip) -1 \(Self.hex($0))\n" }
    }
    guard !lines.isEmpty else { return }
    _ = try folder.file("home/gpg-agent.conf", Array("allow-preset-passphrase\n".utf8))
    presets = try folder.file("presets", Array(lines.joined().utf8))
  }

  private mutating func makeOwn(run: [UInt8]) throws {
    guard !held.isEmpty else { return }
    own = try folder.folder("own")
    let primaries = Dictionary(held.filter { !$0.primary.isEmpty }.map { ($0.primary, $0.passphrase) }) { first, _ in
      first
    }
    for (primary, passphrase) in primaries { _ = try folder.file("own/" + primary, passphrase ?? run) }
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  func remove() { folder.remove() }

  /// - Returns: fingerprints of the primary keys in it.
  private func importKey(_ key: NamedSecret, _ surroundings: DecodingSurroundings) async throws -> [String] {
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
    return status.secretKeys
  }

  /// - Parameter own: what keys are locked with themselves, by the primary key's fingerprint.
  private func list(_ own: [String: [UInt8]]) async throws -> [HeldGPGKey] {
    let listing = ["--list-secret-keys", "--with-colons", "--with-keygrip", "--fixed-list-mode"]
    return HeldGPGKey.all(in: try await command(listing).capture().text).map { key in
      var key = key
      key.passphrase = own[key.primary]
      return key
    }
  }
}
