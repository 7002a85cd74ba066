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
  @Option(
    help: ArgumentHelp(
      "A stored proof key by its name: a backup without a proof that was sealed with it is bad.", valueName: "name"))
  var proofKey: String?
  @Option(
    help: ArgumentHelp("A workplace by its name; else it runs on the server's own machine.", valueName: "name"))
  var workplace: String?
  @Option(help: "process (what is installed there) or docker (a container).")
  var sandbox: String?
  @Option(
    help: ArgumentHelp(
      "The container image that it is restored into, such as mysql:8.4; else one is found from the backup.",
      valueName: "image"))
  var image: String?
  @Option(help: ArgumentHelp("What is older is bad.", valueName: "time"))
  var maxAge: String?
  @Option(help: ArgumentHelp("What is smaller is bad.", valueName: "size"))
  var minSize: String?
  @Flag(help: "What is not encrypted, or could have been changed without a trace, is bad.")
  var requireEncryption = false
  @Option(
    name: .customLong("recipient"),
    help: ArgumentHelp(
      "Whom it may be encrypted to and nobody else; may be given several times.", valueName: "key"))
  var recipients: [String] = []
  @Option(
    name: .customLong("volatile"),
    help: ArgumentHelp(
      "Of a restore test: a table whose rows come and go as they like; * for any characters. May be given several times.",
      valueName: "table"))
  var volatileTables: [String] = []
  @Option(
    name: .customLong("tolerance"),
    help: ArgumentHelp(
      "Of a restore test: how far it may be from its last passed run, such as rows-lost=30%. May be given several times.",
      valueName: "name=share"))
  var tolerances: [String] = []
  @Option(
    name: .customLong("check"),
    help: ArgumentHelp(
      "A check of your own, such as 'fresh: SELECT max(created_at) FROM orders => newer than 24h'. May be given several times.",
      valueName: "check"))
  var checks: [String] = []
  @Option(help: ArgumentHelp("Of a container that openssl enc made; else it is found by trial.", valueName: "name"))
  var opensslCipher: String?
  @Option(help: "full or sampled.")
  var depth: String?
  @Option(help: ArgumentHelp("How long a run may take.", valueName: "time"))
  var timeout: String?
  @Option(help: ArgumentHelp("What a run may use of the memory.", valueName: "size"))
  var memory: String?
  @Option(help: ArgumentHelp("What a run may write.", valueName: "size"))
  var disk: String?
  @Option(
    name: .customLong("engine-option"),
    help: ArgumentHelp("An option of the type: database, collection, orphans.", valueName: "name=value"))
  var engineOptions: [String] = []

  func fields(_ connection: Connection) async throws -> [String: JSON] {
    var fields: [String: JSON] = [:]
    for (name, value) in [
      ("file", file), ("type", type), ("maxAge", maxAge), ("minSize", minSize), ("depth", depth),
      ("opensslCipher", opensslCipher), ("timeout", timeout), ("memory", memory), ("disk", disk),
      ("sandbox", sandbox), ("image", image),
    ] {
      if let value { fields[name] = .text(value) }
    }
    if requireEncryption { fields["requireEncryption"] = .truth(true) }
    if !recipients.isEmpty { fields["recipients"] = .list(recipients.map(JSON.text)) }
    if !volatileTables.isEmpty { fields["volatileTables"] = .text(volatileTables.joined(separator: ", ")) }
    if !checks.isEmpty { fields["checks"] = .list(checks.map(JSON.text)) }
    if !tolerances.isEmpty { fields["tolerances"] = .text(tolerances.joined(separator: ", ")) }
    if !engineOptions.isEmpty { fields["options"] = .object(try Self.options(engineOptions)) }
    if server != nil || !decryptionKeys.isEmpty || passphrase != nil || proofKey != nil || workplace != nil {
      let choices = try await connection.ask("GET", "/choices")
      let credentials = choices["credentials"]?.items ?? []
      fields["server"] = try server.map { try Self.id($0, "server", "backup server", choices["servers"]?.items ?? []) }
      fields["workplace"] = try workplace.map {
        try Self.id($0, "workplace", "workplace", choices["workplaces"]?.items ?? [])
      }
      func keys(_ kind: String) -> [JSON] { credentials.filter { $0["kind"]?.text == kind } }
      fields["passphrase"] = try passphrase.map {
        try Self.id($0, "passphrase", "passphrase", keys("passphrase"))
      }
      fields["proofKey"] = try proofKey.map { try Self.id($0, "proofKey", "proof key", keys("proofKey")) }
      if !decryptionKeys.isEmpty {
        fields["decryptionKeys"] = .list(
          try decryptionKeys.map { try Self.id($0, "decryptionKeys", "decryption key", keys("decryptionKey")) })
      }
    }
    return fields
  }

  private static func options(_ texts: [String]) throws -> [String: JSON] {
    try texts.reduce(into: [:]) { options, text in
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw ValidationError("--engine-option is '\(UntrustedText.line(text, limit: 60))', and no name=value")
      }
      options[parts[0]] = .text(parts[1])
    }
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
