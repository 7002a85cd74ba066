import ArgumentParser
import ProofbackClient
import ProofbackCore

struct RunsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "Test restorations, on a server.",
    subcommands: [List.self, Show.self, Log.self, Start.self, Cancel.self, Dismiss.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List them, the newest first.")
    @Option(help: "How many at most.") var limit: Int = 20
    @Option(help: "waiting, running, passed, failed or inconclusive.") var state: String?
    @Option(help: "Only backups of this type.") var type: String?
    @Option(help: "Asked for on this day or later: 2027-01-31.") var from: String?
    @Option(help: "Asked for on this day or before.") var until: String?
    @Option(help: "Words of title, location, file, sentence or cause.") var text: String?
    @OptionGroup var output: OutputOptions

    func validate() throws {
      guard (1...10_000).contains(limit) else { throw ValidationError("--limit is not from 1 to 10000") }
    }

    func run() async throws {
      try await ClientSession.run { connection in
        try output.show(
          try await connection.all(
            "/runs", ["state": state, "type": type, "from": from, "until": until, "q": text], limit: limit),
          [
            ("ID", { $0["id"]?.text ?? "" }),
            (
              "STATE",
              { run in run["verdict"].flatMap { Verdict(rawValue: $0.text)?.spoken } ?? run["state"]?.text ?? "" }
            ),
            ("REQUESTED", { $0["requested"]?.text ?? "" }), ("BACKUP", { $0["title"]?.text ?? "" }),
            ("CAUSE", { $0["cause"]?.text ?? "" }),
          ])
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show one, with its report once it has ended.")
    @Argument var id: String
    @OptionGroup var output: RunOutput

    func run() async throws {
      try await ClientSession.run { connection in
        let run = try await connection.ask("GET", "/runs/\(try RunID(id).text)")
        try await output.show(run, connection)
      }
    }
  }

  struct Start: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Ask for one.",
      discussion: """
        With --wait the exit code is that of proofback run:
        \(ProofbackCore.ExitCode.allCases.map { "  \($0.rawValue)   \($0.meaning)" }.joined(separator: "\n"))
        """)
    @Argument(help: "A file or a folder.") var location: String
    @OptionGroup var backup: BackupOptions
    @OptionGroup var following: FollowOptions

    func run() async throws {
      try await ClientSession.run { connection in
        var fields = try await backup.fields(connection)
        fields["location"] = .text(location)
        try await following.follow(try await connection.ask("POST", "/runs", fields), connection)
      }
    }
  }

  struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "End one that waits or runs.")
    @Argument var id: String

    func run() async throws {
      try await ClientSession.run { connection in
        _ = try await connection.ask("POST", "/runs/\(try RunID(id).text)/cancel")
      }
    }
  }

  struct Dismiss: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take one that was started by hand out of what needs somebody; it stays in the lists.")
    @Argument var id: String

    func run() async throws {
      try await ClientSession.run { connection in
        _ = try await connection.ask("POST", "/runs/\(try RunID(id).text)/dismiss")
      }
    }
  }
}

/// An id as it stands in an address.
struct RunID {
  let text: String
  init(_ text: String) throws {
    guard text.wholeMatch(of: /[A-Za-z0-9-]{1,64}/) != nil else {
      throw ClientError(fields: [
        .init("id", "\(UntrustedText.line(text, limit: 80)) is no id of a run", hint: "proofback runs list shows them")
      ])
    }
    self.text = text
  }
}
