import ProofbackCore
import ProofbackSystem
import SystemPackage

/// Statements of our own, through `psql` inside the sandbox.
extension PostgreSQLSession {
  /// psql, ready to read statements on standard input.
  func client(_ user: String, _ database: String, _ variables: [String] = []) throws -> SandboxProgram {
    let programs = try programs
    let settings = ["VERBOSITY=verbose", "SHOW_CONTEXT=errors"] + variables
    return SandboxProgram(
      name: "psql", executable: FilePath(programs.path("psql")),
      arguments: ["-X", "-q", "-A", "-t", "-F", "\t", "-w", "-f", "-"] + settings.flatMap { ["-v", $0] },
      environment: [
        "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": "/tmp", "PGHOST": work.sandbox.exchange.inside.string,
        "PGPORT": "\(PostgreSQLServerOptions.port)", "PGUSER": user, "PGDATABASE": database,
        "PGCLIENTENCODING": "UTF8", "PGOPTIONS": Self.settings,
      ].merging(origin?.environment ?? [:]) { $1 },
      reads: programs.reads.map { FilePath($0) }, role: .client, origin: .dbms)
  }

  /// Values are written in one way, whatever a database or role has as its own.
  static let settings = [
    "client_min_messages=error", "timezone=UTC", "datestyle=ISO", "intervalstyle=postgres", "bytea_output=hex",
    "extra_float_digits=3",
  ].map { "-c \($0)" }.joined(separator: " ")

  struct Answer: Sendable {
    var rows: [[String]]
    var errors: [PostgreSQLMessage]
  }

  /// The most text that a query of our own may give: the worker's memory is small.
  private static let longestAnswer = 32 << 20

  /// The rows of a catalogue query of our own: names, counts and types only.
  func rows(_ select: String, in database: String) async throws -> [[String]] {
    try await query("COPY (\(select)) TO STDOUT;", in: database).rows
  }

  /// The same of definitions: what a search path leads to would be named without its schema, and paths differ.
  func definitions(_ select: String, in database: String) async throws -> [[String]] {
    try await query("SET search_path = ''; COPY (\(select)) TO STDOUT;", in: database).rows
  }

  /// Runs statements of our own as the superuser.
  /// - Parameter force: goes on after an error, and hands the errors back.
  func query(_ statements: String, in database: String = "postgres", force: Bool = false) async throws -> Answer {
    let input = try Pipe()
    let output = try await input.closedOnError { try Pipe() }
    let administrator = state.withLock { $0.administrator }
    let program = try client(administrator, database, force ? [] : ["ON_ERROR_STOP=1"])
    let process = try await input.writeEnd.closedOnError {
      try await output.readEnd.closedOnError {
        try await work.sandbox.start(program, input: input.readEnd, output: output.writeEnd)
      }
    }
    async let writing: Void = Self.give(statements + "\n", to: input.writeEnd)
    let bytes = try await Blocking.run("query") { try output.readEnd.readToEnd(limit: Self.longestAnswer) }
    await writing
    let end = await process.wait()
    let errors = PostgreSQLMessages.parse(process.errorOutput())
    guard end.isSuccess || force, !errors.contains(where: \.isOurTrouble) else { throw await trouble(end, errors) }
    guard bytes.count < Self.longestAnswer else {
      throw RunTrouble(
        CommonFindings.readerTrouble,
        "the server's catalogue has more than \(Quantity.text(bytes: UInt64(Self.longestAnswer)))")
    }
    return Answer(rows: TextRows.parse(bytes, .copy), errors: errors)
  }

  private func trouble(_ end: ProcessEnd, _ errors: [PostgreSQLMessage]) async -> RunTrouble {
    if let died = await troubleIfServerEnded() { return died }
    let cause = errors.first(where: \.isOurTrouble) ?? errors.first
    return RunTrouble(
      CommonFindings.clientDied, "a query of our own failed: \(cause?.description ?? "\(end)")", canRetry: true)
  }

  static func give(_ text: String, to descriptor: FileDescriptor) async {
    try? await Blocking.run("statements") {
      defer { try? descriptor.close() }
      var text = text
      try text.withUTF8 { try descriptor.writeFully(UnsafeRawBufferPointer($0)) }
    }
  }
}
