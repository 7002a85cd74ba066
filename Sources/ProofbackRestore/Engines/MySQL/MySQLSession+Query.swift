import ProofbackCore
import ProofbackSystem
import SystemPackage

/// Statements of our own, through the client program inside the sandbox.
extension MySQLSession {
  /// The client, ready to read statements on standard input.
  func client(as user: String = "root", _ extra: [String] = []) -> SandboxProgram {
    let programs = self.programs
    // Without --binary-mode it makes a line feed of a carriage return with one, also in a name.
    let connection = origin?.arguments ?? ["--no-defaults", "--user=\(user)", "--socket=\(socket.inside.string)"]
    let arguments = connection + ["--binary-mode", "--batch", "--max-allowed-packet=1G"] + extra
    return SandboxProgram(
      name: "client", executable: FilePath(programs?.client ?? "/usr/bin/mariadb"), arguments: arguments,
      environment: ["LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": origin == nil ? "/tmp" : SourceHost.home],
      reads: [FilePath("/usr/share/mysql")].filter { _ in programs?.flavour == .mariadb }, role: .client,
      origin: .dbms)
  }

  struct Answer: Sendable {
    /// Rows of all statements, one after another.
    var rows: [[String]]
    var errors: [MySQLMessage]
    var end: ProcessEnd
  }

  /// The most text that a query of our own may give: the worker's memory is small.
  private static let longestAnswer = 32 << 20

  /// Runs `statements` (one a line: error messages then name the line) and returns the rows. For catalogue queries only:
  /// what comes back are names, counts and messages.
  /// - Parameter force: goes on after an error.
  func query(_ statements: String, force: Bool = false) async throws -> Answer {
    let input = try Pipe()
    let output = try await input.closedOnError { try Pipe() }
    let extra = ["--skip-column-names", "--default-character-set=utf8mb4"] + (force ? ["--force"] : [])
    let process = try await input.writeEnd.closedOnError {
      try await output.readEnd.closedOnError {
        try await work.sandbox.start(client(extra), input: input.readEnd, output: output.writeEnd)
      }
    }
    async let writing: Void = Self.give(statements + "\n", to: input.writeEnd)
    let bytes = try await Blocking.run("query") { try output.readEnd.readToEnd(limit: Self.longestAnswer) }
    await writing
    let end = await process.wait()
    let errors = MySQLMessages.parse(process.errorOutput())
    guard end.isSuccess || force, !errors.contains(where: \.isOurTrouble) else { throw await trouble(end, errors) }
    guard bytes.count < Self.longestAnswer else {
      throw RunTrouble(
        MySQLFindings.readerTrouble,
        "the server's catalogue has more than \(Quantity.text(bytes: UInt64(Self.longestAnswer)))")
    }
    return Answer(rows: TextRows.parse(bytes), errors: errors, end: end)
  }

  private func trouble(_ end: ProcessEnd, _ errors: [MySQLMessage]) async -> RunTrouble {
    if let died = await troubleIfServerEnded() { return died }
    let cause = errors.first(where: \.isOurTrouble) ?? errors.first
    return RunTrouble(
      MySQLFindings.clientTrouble, "a query of our own failed: \(cause?.description ?? "\(end)")", canRetry: true)
  }

  private static func give(_ text: String, to descriptor: FileDescriptor) async {
    try? await Blocking.run("statements") {
      defer { try? descriptor.close() }
      var text = text
      try text.withUTF8 { try descriptor.writeFully(UnsafeRawBufferPointer($0)) }
    }
  }
}
