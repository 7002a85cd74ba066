import ArgumentParser
import Foundation
import ProofbackCore
import ProofbackRestore
import SystemPackage

/// Run where the backup is made: writes down what the source had, beside the backup.
struct StampCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stamp",
    abstract: "Write down beside a backup what its source has, so that a run proves it against the source.",
    discussion: """
      Examples:
        proofback stamp --output shop.sql.proof.json --dsn mysql:///shop?socket=/run/mysqld/mysqld.sock \\
            --key proof.key -- mariadb-dump --single-transaction --routines --events shop > shop.sql
        proofback stamp --output shop.dump.proof.json --dsn postgresql://backup@db1/shop \\
            --password-file pg.pass -- pg_dump -Fc shop > shop.dump
        proofback stamp --output shop.sql.proof.json --dsn mysql://backup@db1/shop --file shop.sql

        proofback stamp --output shop.archive.proof.json --dsn mongodb://backup@db1/shop \\
            --password-file mongo.pass -- mongodump --config mongo.yaml --archive --db shop > shop.archive

      The tool's output is passed on unchanged, its exit code is ours. A proof NAME.proof.json beside a backup NAME is found
      and used by `proofback run` without asking. What is in a proof: names, counts, newest moments and sums of keyed
      hashes, no values.

      Addresses: \(EngineCatalogue.proofSources.map(\.example).joined(separator: ", "))

      Exit codes: the tool's; 2 when it ended well and its proof could not be made.
      """)

  @Option(help: ArgumentHelp("Where to write the proof: the backup's name with .proof.json behind.", valueName: "file"))
  var output: String
  @Option(
    help: ArgumentHelp(
      "The database that the backup is made of; without it only tool and file are written down.", valueName: "address"))
  var dsn: String?
  @Option(
    help: ArgumentHelp(
      "A file whose first line is the password; else what the client's own files say.", valueName: "file"))
  var passwordFile: String?
  @Option(
    help: ArgumentHelp(
      "What the proof is sealed with: an HMAC key of 32 bytes or more, or an Ed25519 private key in PEM.",
      valueName: "file"))
  var key: String?
  @Option(help: ArgumentHelp("A backup that is there already, of a source that stands still.", valueName: "backup"))
  var file: String?
  @Option(
    help: ArgumentHelp(
      "A table or object that is not meant to be in the backup, or a kind ('event *'); * for any characters. May be given more than once.",
      valueName: "name"))
  var leaveOut: [String] = []
  @Argument(parsing: .postTerminator, help: "The tool and its arguments.")
  var tool: [String] = []

  func validate() throws {
    guard (file == nil) != tool.isEmpty else {
      throw ValidationError("give either --file BACKUP or, behind --, the tool that makes it")
    }
  }

  func run() async throws {
    let seal = try key.map(Self.proofKey)
    let password = try passwordFile.map { try Self.read($0, "--password-file").prefix { $0 != 10 && $0 != 13 } }
    if let dsn { do { _ = try SourceAddress(dsn) } catch { throw ValidationError("--dsn: \(error.fact)") } }
    let stamping = Stamping(dsn: dsn, password: password.map { Data($0) }, leftOut: leaveOut)
    let outcome: Stamping.Outcome
    if let file {
      outcome = try await stamping.of(file: file, version: Composition.version)
    } else {
      outcome = try await stamping.around(
        try Self.found(tool), environment: ProcessInfo.processInfo.environment, version: Composition.version
      ) { line in StandardError.write(String(decoding: line, as: UTF8.self) + "\n") }
    }
    let isWritten = write(outcome, seal)
    let toolCode = outcome.proof.tool?.exitCode ?? 0
    let code = toolCode != 0 ? toolCode : isWritten ? 0 : ProofbackCore.ExitCode.inconclusive.rawValue
    // An exit of 0 would be printed, as a line behind the backup.
    if code != 0 { throw ArgumentParser.ExitCode(code) }
  }

  /// Whatever goes wrong with the proof, the backup was made: it is said, and the exit code is not 0.
  private func write(_ outcome: Stamping.Outcome, _ key: ProofKey?) -> Bool {
    var proof = outcome.proof
    for problem in outcome.problems { StandardError.write("proofback stamp: \(problem)\n") }
    do {
      proof.seal = try key?.seal(proof)
      let content = try proof.encoded()
      guard content.count <= Proof.longest else {
        StandardError.write("proofback stamp: the proof has \(Quantity.text(bytes: UInt64(content.count))), too many\n")
        return false
      }
      try PrivateFile.replace(output, with: content, mode: 0o644)
    } catch {
      StandardError.write("proofback stamp: \(UntrustedText.line(output)) can't be written (\(error))\n")
      return false
    }
    return outcome.problems.isEmpty
  }

  private static func proofKey(_ path: String) throws -> ProofKey {
    do {
      let key = try ProofKey(try read(path, "--key"))
      if case .verifying = key {
        throw ValidationError("--key: \(UntrustedText.line(path)) is a public key: seals are made with the private one")
      }
      return key
    } catch let problem as ProofKey.Problem {
      throw ValidationError("--key: \(UntrustedText.line(path)): \(problem.fact)")
    }
  }

  private static func read(_ path: String, _ option: String) throws -> Data {
    do {
      let content = try Data(contentsOf: URL(fileURLWithPath: path))
      guard content.count <= 1 << 16 else {
        throw ValidationError("\(option): \(UntrustedText.line(path)) is too long")
      }
      return content
    } catch let error as ValidationError {
      throw error
    } catch {
      throw ValidationError("\(option): \(UntrustedText.line(path)) can't be read (\(error.localizedDescription))")
    }
  }

  /// The tool as the caller's own shell would find it.
  private static func found(_ tool: [String]) throws -> [String] {
    let name = tool[0]
    if name.contains("/") { return tool }
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
    let paths = folders.map { (folder: Substring) -> String in "\(folder)/\(name)" }
    guard let path = paths.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
      throw ValidationError("there is no program \(UntrustedText.line(name)) in the PATH")
    }
    return [path] + tool.dropFirst()
  }
}
