import ArgumentParser
import ProofbackClient
import ProofbackCore

extension RunsCommand {
  struct Log: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show the log of one, the oldest line first, as far as it is.")
    @Argument var id: String
    @Option(help: "text or json.") var format: OutputOptions.Format = .text

    func run() async throws {
      try await ClientSession.run { connection in
        let lines = try await connection.all("/runs/\(try RunID(id).text)/log")
        if format == .json { return print(try JSONText.render(.list(lines))) }
        for line in lines {
          print("\(line["at"]?.text ?? "")  \(UntrustedText.line(line["text"]?.text ?? "", limit: 4000))")
        }
      }
    }
  }
}
