import ArgumentParser
import ProofbackClient
import ProofbackCore

struct UsersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "users", abstract: "Who may log in at a server.",
    subcommands: [List.self, Add.self, Remove.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List them.")
    @OptionGroup var output: OutputOptions

    func run() async throws {
      try await ClientSession.run { connection in
        try output.show(
          try await connection.all("/people"),
          [
            ("LOGIN", { $0["login"]?.text ?? "" }), ("NAME", { $0["name"]?.text ?? "" }),
            ("ROLE", { $0["role"]?.text ?? "" }), ("SINCE", { $0["created"]?.text ?? "" }),
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
        let password = try SecretInput.read("password", file: nil)
        try output.show(
          try await connection.ask(
            "POST", "/people",
            [
              "login": .text(login), "name": .text(name ?? login), "role": .text(role), "password": .text(password),
            ]))
      }
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove somebody; sessions and tokens end at once, what they made stays.")
    @Argument(help: "Login or id.") var login: String

    func run() async throws {
      try await ClientSession.run { connection in
        let people = try await connection.all("/people")
        let person = try ClientSession.find(login, in: people, "login", field: "login", list: "proofback users list")
        _ = try await connection.ask("DELETE", "/people/\(person["id"]?.text ?? "")")
      }
    }
  }
}
