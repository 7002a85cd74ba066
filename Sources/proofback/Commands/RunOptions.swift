import ArgumentParser
import Foundation
import ProofbackCore
import ProofbackRestore

/// What to test and what is demanded of it.
struct WhatOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The newest file in the location's folder that matches, such as 'shop-*.sql.gz'.", valueName: "pattern"))
  var file: String?
  @Option(help: "What it is a backup of; found from the bytes when left out.")
  var type: String?
  @Option(help: ArgumentHelp("Fail when the backup is older than this: 26h, 7d.", valueName: "time"))
  var maxAge: String?
  @Option(help: ArgumentHelp("Fail when the backup is smaller than this: 1MB.", valueName: "size"))
  var minSize: String?
  @OptionGroup var encryption: EncryptionOptions
  @Option(help: "full reads every row; sampled opens every table and reads first, last and spread ranges.")
  var depth: Depth = .full
  @Option(name: .customLong("engine-option"), help: .hidden)
  var engineOptions: [String] = []

  func fill(_ specification: inout RunSpecification) throws {
    specification.filePattern = file
    specification.type = try type.map(Self.type)
    specification.maxAgeSeconds = try maxAge.map { try Parsing.seconds($0, "--max-age") }
    specification.minSizeBytes = try minSize.map { try Parsing.bytes($0, "--min-size") }
    try encryption.fill(&specification)
    specification.depth = depth
    specification.engineOptions = try Dictionary(
      engineOptions.map(Self.engineOption), uniquingKeysWith: { _, last in last })
  }

  private static func type(_ text: String) throws -> DatabaseType {
    let known = Composition.plugins.engines.flatMap(\.types).map(\.rawValue)
    guard known.contains(text) else {
      throw ValidationError(
        "--type is '\(UntrustedText.line(text))', which is none of: \(known.joined(separator: ", "))")
    }
    return DatabaseType(text)
  }

  private static func engineOption(_ text: String) throws -> (String, String) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let schema = EngineFlags.schemas.first(where: { $0.name == parts[0] }) else {
      throw ValidationError("'\(UntrustedText.line(text))' is no option of any type")
    }
    guard schema.accepts(parts[1]) else {
      throw ValidationError(
        "--\(schema.name) is '\(UntrustedText.line(parts[1]))': at most \(schema.maximumLength) letters, digits, '_', '-' and '.'\(schema.refused.isEmpty ? "" : ", but not \(schema.refused.sorted().joined(separator: ", "))")"
      )
    }
    return (parts[0], parts[1])
  }
}

/// Keys, given as files: nothing secret is ever an argument.
struct KeyOptions: ParsableArguments {
  @Option(
    name: .customLong("decryption-key"),
    help: ArgumentHelp("A GPG or age secret key; may be given more than once.", valueName: "file"))
  var decryptionKeys: [String] = []
  @Option(
    help: ArgumentHelp(
      "A file whose first line is the passphrase of the backup, of its key, or of the SSH key.", valueName: "file"))
  var passphraseFile: String?
  @Option(help: ArgumentHelp("The SSH key to log in with; else your own keys and agent.", valueName: "file"))
  var sshKey: String?
  @Option(
    help: ArgumentHelp(
      "OpenSSH known_hosts, or a file with the host key's SHA256:… fingerprint; else your own known_hosts.",
      valueName: "file"))
  var knownHosts: String?
  @Option(
    help: ArgumentHelp(
      "The key of an s3:// location: AWS's credentials file with one profile, or ID:SECRET; none for a bucket that is open to everybody.",
      valueName: "file"))
  var cloudKey: String?
  @Option(
    help: ArgumentHelp(
      "A file with the login of a location: name:password, or a token alone; for Google's storage the key's JSON file.",
      valueName: "file"))
  var login: String?
  @Option(
    help: ArgumentHelp("A file whose first line is the password of a restic or borg repository.", valueName: "file"))
  var repositoryPassword: String?
  @Option(
    help: ArgumentHelp(
      "Certificates (PEM) that a server is trusted by, instead of this machine's.", valueName: "file"))
  var authority: String?
  @Option(
    help: ArgumentHelp(
      "What the seal of the proof beside the backup is checked with: the HMAC key, or the public half of the Ed25519 key (PEM).",
      valueName: "file"))
  var proofKey: String?

  func secrets() throws -> RunSecrets {
    var secrets = RunSecrets()
    secrets.decryptionKeys = try decryptionKeys.map { try Self.read($0, "--decryption-key") }
    secrets.passphrase = try passphraseFile.map { try Self.firstLine(Self.read($0, "--passphrase-file")) }
    secrets.sshKey = try sshKey.map { try Self.read($0, "--ssh-key") }
    secrets.knownHosts = try knownHosts.map { try Self.read($0, "--known-hosts").content }
    secrets.cloudKey = try cloudKey.map { try Self.read($0, "--cloud-key") }
    secrets.login = try login.map { try Self.read($0, "--login") }
    secrets.repositoryPassword = try repositoryPassword.map {
      try Self.firstLine(Self.read($0, "--repository-password"))
    }
    secrets.authority = try authority.map { try Self.certificates($0) }
    secrets.proofKey = try proofKey.map { try Self.read($0, "--proof-key") }
    if let held = secrets.proofKey {
      do { _ = try ProofKey(held.content) } catch { throw ValidationError("--proof-key: \(error.fact)") }
    }
    return secrets
  }

  private static func read(_ path: String, _ option: String) throws -> NamedSecret {
    let url = URL(fileURLWithPath: path)
    do {
      let content = try Data(contentsOf: url)
      guard content.count <= 1 << 20 else {
        throw ValidationError("\(option): \(UntrustedText.line(path)) has \(content.count) bytes, too many for a key")
      }
      return NamedSecret(name: url.lastPathComponent, content: content)
    } catch let error as ValidationError {
      throw error
    } catch {
      throw ValidationError("\(option): \(UntrustedText.line(path)) can't be read (\(error.localizedDescription))")
    }
  }

  private static func certificates(_ path: String) throws -> Data {
    let content = try read(path, "--authority").content
    guard PEM.isCertificates(String(decoding: content, as: UTF8.self)) else {
      throw ValidationError("--authority: \(UntrustedText.line(path)) is no certificate in PEM")
    }
    return content
  }

  private static func firstLine(_ secret: NamedSecret) -> NamedSecret {
    let line = secret.content.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    return NamedSecret(name: secret.name, content: Data(line))
  }
}

/// Where it runs and what it may use.
struct BoundOptions: ParsableArguments {
  @Option(
    help:
      "The kind of sandbox: process (what is installed here), docker (an image). [default: process; docker with --image]"
  )
  var sandbox: String?
  @Option(
    help: ArgumentHelp(
      "Restore into a container of this image, such as mysql:8.4; with --sandbox docker alone, one is found from the backup.",
      valueName: "image"))
  var image: String?
  @Option(
    help: ArgumentHelp(
      "Which image for which backup, a rule a line: 'mysql 8.0 = mysql:8.0'; else the makers' own images.",
      valueName: "file"))
  var imageTable: String?
  @Option(help: ArgumentHelp("The run ends after this time.", valueName: "time"))
  var timeout: String = "2h"
  @Option(help: ArgumentHelp("What the sandbox may use.", valueName: "size"))
  var memory: String = "2GB"
  @Option(help: ArgumentHelp("What the restored data may take.", valueName: "size"))
  var disk: String = "20GB"
  @Option(
    help: ArgumentHelp("Keep the sandbox open for so long afterwards, and say how to look inside.", valueName: "time"))
  var keep: String?
  @Option(help: ArgumentHelp("Folder for templates and running tests.", valueName: "folder"))
  var stateFolder: String?

  func fill(_ specification: inout RunSpecification) throws {
    specification.sandbox = try kind().name
    specification.image = image
    if let imageTable { specification.images = try Self.table(imageTable) }
    specification.limits.seconds = try Parsing.seconds(timeout, "--timeout")
    specification.limits.memoryBytes = try Parsing.bytes(memory, "--memory")
    specification.limits.diskBytes = try Parsing.bytes(disk, "--disk")
    specification.keepSeconds = try keep.map { try Parsing.seconds($0, "--keep") }
    let folder = URL(fileURLWithPath: specification.stateFolder).standardizedFileURL.path
    specification.stateFolder = folder
  }

  private func kind() throws -> any SandboxKind {
    let kinds = Composition.plugins.sandboxes.filter { !$0.isBroughtByLauncher }
    guard let sandbox else { return kinds.first { $0.usesImages == (image != nil) } ?? kinds[0] }
    guard let kind = kinds.first(where: { $0.name == sandbox }) else {
      throw ValidationError(
        "--sandbox is '\(UntrustedText.line(sandbox))', which is none of: \(kinds.map(\.name).joined(separator: ", "))")
    }
    if image != nil, !kind.usesImages {
      throw ValidationError("--image goes with --sandbox docker, not with \(sandbox)")
    }
    return kind
  }

  private static func table(_ path: String) throws -> ImageTable {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw ValidationError("--image-table: \(UntrustedText.line(path)) can't be read")
    }
    do { return try ImageTable(text) } catch let problem as ImageTable.Problem {
      throw ValidationError("--image-table: line \(problem.line): \(problem.fact)")
    }
  }
}

enum Parsing {
  static func seconds(_ text: String, _ option: String) throws -> Double {
    guard let value = Quantity.seconds(text), value > 0 else {
      throw ValidationError("\(option) is '\(UntrustedText.line(text))', which is no time: write 90s, 30m, 26h or 7d")
    }
    return value
  }

  static func bytes(_ text: String, _ option: String) throws -> UInt64 {
    guard let value = Quantity.bytes(text), value > 0 else {
      throw ValidationError("\(option) is '\(UntrustedText.line(text))', which is no size: write 500kB, 1MB or 20GB")
    }
    return value
  }
}

extension Depth: ExpressibleByArgument {}
