import ArgumentParser
import Foundation
import ProofbackClient
import ProofbackCore
import ProofbackServer
import ProofbackStore

struct PasswordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "password",
    abstract: "Set somebody's password on the server's machine, for a manager who forgot it.",
    discussion: """
      The new password is asked for without being shown, or read from standard input. All sessions and API tokens of the
      person end: whoever knew the old password may have made them. The audit trail says that it was done on the machine
      itself. Works while the server runs; call it as the user that the server runs as.

      Examples:
        proofback password ada
        proofback password ada --turn-off-codes --state-folder /var/lib/proofback
      """)

  static let origin = "on the machine itself"

  @Argument(help: "What they log in with.")
  var login: String
  @Flag(help: "The login asks for no code from a device afterwards: for who lost it, and the recovery codes.")
  var turnOffCodes = false
  @Option(help: ArgumentHelp("Folder of the state.", valueName: "folder"))
  var stateFolder: String?

  func run() throws {
    let place = StatePlace(stateFolder, masterKey: nil)
    let wereOn = try StateFaults.explained(place) {
      guard FileManager.default.fileExists(atPath: place.database) else { throw StoreError.notThere }
      let lock = try place.lock(isShared: true)
      defer { withExtendedLifetime(lock) {} }
      let people = People(try StateDatabase(path: place.database))
      let person = try person(people)
      return try people.resetPassword(
        try password(for: person), ofLogin: person.login, turnsOffCodes: turnOffCodes, now: Date(), origin: Self.origin)
    }
    print("the new password of \(UntrustedText.line(login, limit: 100)) is set; their sessions and API tokens ended")
    if turnOffCodes { print(wereOn ? "their login asks for no code any more" : "their login asked for no code before") }
  }

  private func person(_ people: People) throws -> Person {
    let all = try people.all()
    if let person = all.first(where: { $0.login.lowercased() == login.lowercased() }) { return person }
    let managers = all.filter { $0.role == .manager }.map { UntrustedText.line($0.login, limit: 100) }
    throw CommandFailure(
      "password.no-person", "nobody has the login \(UntrustedText.line(login, limit: 100))",
      hint: managers.isEmpty
        ? "proofback serve prints a link for the first manager"
        : "managers are: \(managers.prefix(10).joined(separator: ", "))")
  }

  private func password(for person: Person) throws -> String {
    do {
      return try Accounts.checked(try SecretInput.readNew("new password"), login: person.login)
    } catch let error as ClientError {
      throw CommandFailure("password.not-given", error.fact, hint: error.hint)
    } catch let problems as FormProblems {
      let first = problems.problems.first
      throw CommandFailure("password.refused", "the new password: \(first?.fact ?? "")", hint: first?.hint ?? "")
    }
  }
}
