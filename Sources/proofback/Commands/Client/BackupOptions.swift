import ArgumentParser
import ProofbackClient
import ProofbackCore

/// The fields that say which backup, of a run and of a schedule.
struct BackupOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The newest file of the folder that matches.", valueName: "pattern"))
  var file: String?
  @Option(help: ArgumentHelp("A backup server by its name; else the server's own machine.", valueName: "name"))
  var server: String?
  @Option(help: "What the backup must be; else it is found from the bytes.")
  var type: String?
  @Option(
    name: .customLong("decryption-key"),
    help: ArgumentHelp("A stored decryption key by its name; may be given several times.", valueName: "name"))
  var decryptionKeys: [String] = []
  @Option(help: ArgumentHelp("A stored passphrase by its name.", valueName: "name"))
  var passphrase: String?
  @Option(help: ArgumentHelp("What is older is bad.", valueName: "time"))
  var maxAge: String?
  @Option(help: ArgumentHelp("What is smaller is bad.", valueName: "size"))
  var minSize: String?
  @Option(help: "full or sampled.")
  var depth: String?

  func fields(_ connection: Connection) async throws -> [String: JSON] {
    var fields: [String: JSON] = [:]
    for (name, value) in [
      ("file", file), ("type", type), ("maxAge", maxAge), ("minSize", minSize), ("depth", depth),
    ] {
      if let value { fields[name] = .text(value) }
    }
    if server != nil || !decryptionKeys.isEmpty || passphrase != nil {
      let choices = try await connection.ask("GET", "/choices")
      let credentials = choices["credentials"]?.items ?? []
      func id(_ name: String, _ what: String, _ all: [JSON]) throws -> JSON {
        try ClientSession.find(name, in: all, what)["id"] ?? .null
      }
      func keys(_ kind: String) -> [JSON] { credentials.filter { $0["kind"]?.text == kind } }
      if let server { fields["server"] = try id(server, "backup server", choices["servers"]?.items ?? []) }
      if let passphrase { fields["passphrase"] = try id(passphrase, "passphrase", keys("passphrase")) }
      if !decryptionKeys.isEmpty {
        fields["decryptionKeys"] = .list(
          try decryptionKeys.map { try id($0, "decryption key", keys("decryptionKey")) })
      }
    }
    return fields
  }
}
