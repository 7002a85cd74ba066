import ArgumentParser
import Foundation
import ProofbackCore
import ProofbackStore

struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "The audit trail of the server's state.", subcommands: [Verify.self])

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify",
      abstract: "Check that no line of the audit trail was changed or taken out.",
      discussion: """
        Each line holds a hash over itself and the line before, so a line that was changed, added or taken out anywhere
        but at the end is found. Lines cut off the end are found with --expect: note the hash that is printed
        somewhere else, and give it the next time. Works while the server runs.

        Examples:
          proofback audit verify
          proofback audit verify --expect 5f1c…

        Exit codes:
        \(ProofbackCore.ExitCode.allCases.map { "  \($0.rawValue)   \($0.meaningForAuditTrail)" }
          .joined(separator: "\n"))
        """)

    @Option(help: ArgumentHelp("A hash that was noted earlier: its line must still be there.", valueName: "hash"))
    var expect: String?
    @Option(help: ArgumentHelp("Folder of the state.", valueName: "folder"))
    var stateFolder: String?

    func validate() throws {
      guard let expect else { return }
      guard expect.count == 64, expect.allSatisfy(\.isHexDigit) else {
        throw ValidationError("--expect is '\(UntrustedText.line(expect, limit: 80))', which is no hash of 64 digits")
      }
    }

    func run() throws {
      let place = StatePlace(stateFolder, masterKey: nil)
      let (result, hasExpected) = try Self.asked {
        try StateFaults.explained(place) {
          try AuditTrail(StateDatabase(reading: place.database)).verify(expecting: expect?.lowercased())
        }
      }
      switch result {
      case .broken(let line):
        print("broken: line \(line) of the audit trail is not there, or does not fit the one before it")
        throw ArgumentParser.ExitCode(ProofbackCore.ExitCode.failed.rawValue)
      case .holds(nil): print("the audit trail is empty")
      case .holds(let newest?):
        print("all \(Quantity.text(Int(newest.number), "line")) of the audit trail hold\nnewest: \(newest.hash)")
      }
      guard expect != nil else { return }
      guard hasExpected else {
        print("broken: no line has the hash that was expected: the end was cut off, or all was written anew")
        throw ArgumentParser.ExitCode(ProofbackCore.ExitCode.failed.rawValue)
      }
      print("the line with the expected hash is there: nothing up to it was changed")
    }

    /// A trail that can't be read is not a broken one.
    private static func asked<Value>(_ work: () throws -> Value) throws -> Value {
      do { return try work() } catch {
        var failure = error as? CommandFailure ?? CommandFailure(unexpected: error)
        failure.exitCode = .inconclusive
        throw failure
      }
    }
  }
}
