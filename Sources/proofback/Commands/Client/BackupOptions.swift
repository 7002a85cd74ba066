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
  @Option(help: ArgumentHelp("A stored decryption key by its name.", valueName: "name"))
  var decryptionKey: String?
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
    if server != nil || decryptionKey != nil || passphrase != nil {
      let choices = try await connection.ask("GET", "/choices")
      let credentials = choices["credentials"]?.items ?? []
      fields["server"] = try server.map { try Self.id($0, "server", "backup server", choices["servers"]?.items ?? []) }
      for (field, name, what) in [
        ("decryptionKey", decryptionKey, "decryption key"), ("passphrase", passphrase, "passphrase"),
      ] {
        fields[field] = try name.map {
          try Self.id($0, field, what, credentials.filter { $0["kind"]?.text == field })
        }
      }
    }
    return fields
  }

  /// - Throws: `ClientError` that names those that there are.
  private static func id(_ name: String, _ field: String, _ what: String, _ all: [JSON]) throws -> JSON {
    if let id = ClientSession.item(name, in: all)?["id"] { return id }
    let names = all.prefix(10).map { UntrustedText.line($0["name"]?.text ?? "", limit: 60) }
    let known = names.joined(separator: ", ") + (all.count > names.count ? " …" : "")
    throw ClientError(fields: [
      ClientError.Field(
        field, "there is no \(what) \(UntrustedText.line(name, limit: 100))",
        hint: all.isEmpty ? "there is none yet; a manager can add one" : "there are: \(known)")
    ])
  }
}
