import ArgumentParser
import ProofbackClient
import ProofbackCore

extension SchedulesCommand {
  struct Propose: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Checks that the passed runs of a restore test suggest.",
      discussion:
        "There are some when it has passed \(CheckProposals.runsNeeded) times. docs/checks.md says what they are.")
    @Argument var name: String
    @Flag(help: "Take them over, all of them.") var accept = false
    @OptionGroup var output: OutputOptions

    func run() async throws {
      try await ClientSession.run { connection in
        let path = try await "/schedules/\(SchedulesCommand.find(name, connection))/proposed-checks"
        let proposed = try await connection.ask("GET", path)
        if accept { _ = try await connection.ask("POST", path, ["checks": proposed["checks"] ?? .list([])]) }
        if output.format == .json { return try output.show(proposed) }
        for check in proposed["checks"]?.items ?? [] { print(UntrustedText.line(check.text, limit: 5000)) }
        if (proposed["checks"]?.items ?? []).isEmpty { StandardError.write(Self.none(proposed) + "\n") }
      }
    }

    private static func none(_ proposed: JSON) -> String {
      let runs = Int(proposed["passedRuns"]?.text ?? "") ?? 0
      return runs < CheckProposals.runsNeeded
        ? "nothing is proposed before it has passed \(CheckProposals.runsNeeded) times; it has passed \(Quantity.text(runs, "time"))"
        : "nothing is proposed that it does not check already"
    }
  }
}
