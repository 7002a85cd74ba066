import ArgumentParser
import Foundation
import ProofbackClient
import ProofbackCore

struct ApplyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Make a server's restore tests and schedules as a file says.",
    discussion: """
      All of the file is checked first; then what will change is shown. Nothing is deleted without --prune. A second call changes nothing.

      Example:
        schedules:
          - name: shop
            server: db1
            location: /var/backups
            file: shop-*.sql.zst.gpg
            decryptionKey: backup key 2026
            maxAge: 26h
            frequency: daily
            time: 03:15
            timeZone: Europe/Berlin
            tellOf: [failure, recovery, silence]
            channels: [ops mail]
      """)

  @Option(name: [.customShort("f"), .long], help: ArgumentHelp("The file; - is standard input.", valueName: "file"))
  var file: String
  @Flag(help: "Change without asking.") var yes = false
  @Flag(help: "Delete what the file does not have.") var prune = false
  @Flag(help: "Show what would change, and change nothing.") var dryRun = false

  func run() async throws {
    try await ClientSession.run { connection in
      let desired = try DesiredSchedules(yaml: try text())
      async let current = connection.all("/schedules")
      async let choices = connection.ask("GET", "/choices")
      let plan = try SchedulePlan(desired, current: try await current, choices: try await choices, prunes: prune)
      try await plan.check(connection)
      print(plan.text)
      if plan.isEmpty || dryRun { return }
      guard try yes || agrees() else { return print("nothing was changed") }
      try await plan.carryOut(connection)
      print("done")
    }
  }

  private func text() throws -> String {
    let data =
      file == "-" ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: file)
    guard let data else { throw ClientError("\(UntrustedText.line(file)) can't be read") }
    guard data.count <= 4 << 20 else { throw ClientError("\(UntrustedText.line(file)) has more than 4 MiB") }
    return String(decoding: data, as: UTF8.self)
  }

  private func agrees() throws -> Bool {
    guard file != "-", isatty(STDIN_FILENO) == 1 else {
      throw ClientError("nothing was changed: nobody can be asked here", hint: "--yes changes without asking")
    }
    StandardError.write("apply? [y/N] ")
    return ["y", "yes"].contains((readLine() ?? "").lowercased())
  }
}
