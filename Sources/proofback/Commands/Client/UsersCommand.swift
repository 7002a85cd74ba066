import ArgumentParser
import ProofbackClient
import ProofbackCore

struct UsersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "users", abstract: "Who may log in at a server.",
    discussion: "For managers, with a token of scope manage. Everybody is named by login or id.",
    subcommands: [List.self, Add.self, SetRole.self, SetPassword.self, TurnOffCodes.self, Remove.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List them.")
    @OptionGroup var output: OutputOptions

    func run() async throws {
      try await ClientSession.run { connection in
        try output.show(
          try await connection.all("/people"),
          [
            ("LOGIN", { $0["login"]?.text ?? "" }), ("NAME", { $0["name"]?.text ?? "" }),
            ("ROLE", { $0["role"]?.text ?? "" }),
            ("CODES", { $0["secondFactor"] == .truth(true) ? "on" : "off" }), ("SINCE", { $0["created"]?.text ?? "" }),
          ])
      }
    }
  }

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add somebody.",
      discussion: "The first password is asked for without being shown, or read from standard input.")
    @Argument(help: "What they log in with.") var login: String
    @Option(help: "Their name; else the login.") var name: String?
    @Option(help: "user or manager.") var role: String = Role.user.rawValue
    @OptionGroup var output: OutputOptions

    func run() async throws {
      try await ClientSession.run { connection in
        let password = try SecretInput.readNew("password")
        try output.show(
          try await connection.ask(
            "POST", "/people",
            [
              "login": .text(login), "name": .text(name ?? login), "role": .text(role), "password": .text(password),
            ]))
      }
    }
  }

  struct SetRole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "role",
      abstract: "Make somebody a manager or a user; it holds at once, also where they are logged in.")
    @Argument(help: "Login or id.") var login: String
    @Argument(help: "user or manager.") var role: Role

    func run() async throws {
      try await UsersCommand.with(login) { connection, path in
        _ = try await connection.ask("PATCH", path, ["role": .text(role.rawValue)])
      }
    }
  }

  struct SetPassword: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "password", abstract: "Set a new password for somebody else; their sessions and API tokens end.",
      discussion: """
        It is asked for without being shown, or read from standard input. On the server's own machine
        `proofback password` does it without a manager.
        """)
    @Argument(help: "Login or id.") var login: String

    func run() async throws {
      try await UsersCommand.with(login) { connection, path in
        let password = try SecretInput.readNew("new password")
        _ = try await connection.ask("PUT", path + "/password", ["password": .text(password)])
      }
    }
  }

  struct TurnOffCodes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "codes-off", abstract: "Let somebody's login ask for no code, when the device is lost.")
    @Argument(help: "Login or id.") var login: String

    func run() async throws {
      try await UsersCommand.with(login) { connection, path in
        _ = try await connection.ask("DELETE", path + "/second-factor")
      }
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove somebody; sessions and tokens end at once, what they made stays.")
    @Argument(help: "Login or id.") var login: String

    func run() async throws {
      try await UsersCommand.with(login) { connection, path in _ = try await connection.ask("DELETE", path) }
    }
  }

  /// Works with the path of one person.
  private static func with(_ login: String, _ work: (Connection, String) async throws -> Void) async throws {
    try await ClientSession.run { connection in
      let people = try await connection.all("/people")
      let person = try ClientSession.find(login, in: people, "login", field: "login", list: "proofback users list")
      try await work(connection, "/people/\(person["id"]?.text ?? "")")
    }
  }
}

extension Role: ExpressibleByArgument {}
