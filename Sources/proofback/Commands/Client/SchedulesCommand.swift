import ArgumentParser
import ProofbackClient
import ProofbackCore

struct SchedulesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schedules",
    abstract: "Restore tests and when they run, on a server.",
    discussion: "Every restore test is named by its name or its id.",
    subcommands: [
      List.self, Show.self, Add.self, Pause.self, Resume.self, Run.self, DrillScheduleCommand.self, NewBaseline.self,
      Propose.self, Delete.self,
    ],
    aliases: ["tests"])

  static func find(_ name: String, _ connection: Connection) async throws -> String {
    let all = try await connection.all("/schedules")
    return try ClientSession.find(name, in: all, "restore test", list: "proofback schedules list")["id"]?.text ?? ""
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List them; times are in each one's zone.")
    @OptionGroup var output: OutputOptions

    func run() async throws {
      try await ClientSession.run { connection in
        try output.show(
          try await connection.all("/schedules"),
          [
            ("NAME", { $0["name"]?.text ?? "" }), ("LAST", { ScheduleText(item: $0).last }),
            ("LAST PROVEN", { ScheduleText(item: $0).proven }), ("NEXT", { ScheduleText(item: $0).next }),
            ("ZONE", { $0["timeZone"]?.text ?? "" }), ("PLACE", { $0["place"]?.text ?? "" }),
          ])
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show one; times are in its zone.")
    @Argument var name: String
    @OptionGroup var output: OutputOptions

    func run() async throws {
      try await ClientSession.run { connection in
        let schedule = try await connection.ask("GET", "/schedules/\(find(name, connection))")
        try output.show(output.format == .json ? schedule : ScheduleText(item: schedule).fields)
      }
    }
  }

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Save a restore test and when it runs.",
      discussion: """
        Example:
          proofback schedules add shop /srv/backups --file 'shop-*.sql.gz' --frequency daily --time 03:15 \\
              --time-zone Europe/Berlin --max-age 26h
        """)
    @Argument(help: "Its name.") var name: String
    @Argument(help: "A file or a folder.") var location: String
    @OptionGroup var backup: BackupOptions
    @OptionGroup var when: WhenOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      try await ClientSession.run { connection in
        var fields = try await backup.fields(connection).merging(when.fields) { _, new in new }
        fields["name"] = .text(name)
        fields["location"] = .text(location)
        try output.show(try await connection.ask("POST", "/schedules", fields))
      }
    }
  }

  struct Pause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Stop scheduling.")
    @Argument var name: String
    func run() async throws { try await act(name, "pause") }
  }

  struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Go on at the next time from now.")
    @Argument var name: String
    func run() async throws { try await act(name, "resume") }
  }

  struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run one now.")
    @Argument var name: String
    @OptionGroup var following: FollowOptions

    func run() async throws {
      try await ClientSession.run { connection in
        let run = try await connection.ask("POST", "/schedules/\(find(name, connection))/run")
        try await following.follow(run, connection)
      }
    }
  }

  struct NewBaseline: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "new-baseline",
      abstract: "Forget what the runs of one are held against; its next passed run is what later ones are.")
    @Argument var name: String

    func run() async throws {
      try await ClientSession.run { connection in
        _ = try await connection.ask("DELETE", "/schedules/\(find(name, connection))/baseline")
      }
    }
  }

  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Delete one; results of the past stay.")
    @Argument var name: String

    func run() async throws {
      try await ClientSession.run { connection in
        _ = try await connection.ask("DELETE", "/schedules/\(find(name, connection))")
      }
    }
  }

  private static func act(_ name: String, _ what: String) async throws {
    try await ClientSession.run { connection in
      _ = try await connection.ask("POST", "/schedules/\(find(name, connection))/\(what)")
    }
  }
}

/// When a schedule runs.
struct WhenOptions: ParsableArguments {
  @Option(help: "daily, weekly, monthly or cron.") var frequency: String?
  @Option(help: "Of the day: 03:15.") var time: String?
  @Option(help: "For weekly: 0 is Sunday.") var weekday: Int?
  @Option(help: "For monthly.") var monthday: Int?
  @Option(help: "A cron expression: '15 3 * * mon-fri'.") var cron: String?
  @Option(help: "Europe/Berlin.") var timeZone: String?
  @Option(help: "End after so many times.") var times: Int?
  @Option(help: "The last day: 2027-01-31.") var until: String?

  func validate() throws {
    if times != nil, until != nil { throw ValidationError("--times and --until can't both be given") }
  }

  var fields: [String: JSON] {
    var fields: [String: JSON] = [:]
    fields["frequency"] = (frequency ?? (cron == nil ? nil : "cron")).map(JSON.text)
    fields["time"] = time.map(JSON.text)
    fields["weekday"] = weekday.map(JSON.whole)
    fields["monthday"] = monthday.map(JSON.whole)
    fields["cron"] = cron.map(JSON.text)
    fields["timeZone"] = timeZone.map(JSON.text)
    fields["times"] = times.map(JSON.whole)
    fields["until"] = until.map(JSON.text)
    if times != nil { fields["repetition"] = .text("times") }
    if until != nil { fields["repetition"] = .text("until") }
    return fields
  }
}
