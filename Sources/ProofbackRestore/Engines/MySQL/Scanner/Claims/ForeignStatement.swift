/// A statement that dumps have no business with, or only some have.
public struct ForeignStatement: Sendable, Equatable, Codable {
  public enum Severity: String, Sendable, Equatable, Codable {
    /// No dump tool writes it: the run fails, and nothing is forwarded from there on.
    case refuse
    /// Legitimate in some dumps: a warning.
    case note
  }

  public enum Kind: String, Sendable, Equatable, Codable, CaseIterable {
    case clientCommand, midStatementDelimiter, loadData, intoFile, loadFile, library, stall, lock, valueBomb, query,
      subquery,
      insertSelect, setGlobal, remoteServer, preparedText, account, replication, shutdown, kill, dropSystemSchema,
      systemSchemaChange, call, evaluation, dataChange, serverAdministration, tooLong, notSQL, compound, hiddenMode,
      unknown
  }

  public var kind: Kind
  public var severity: Severity
  /// The line on which the statement begins, or the command stands.
  public var line: Int

  public init(_ kind: Kind, _ severity: Severity, line: Int) {
    self.kind = kind
    self.severity = severity
    self.line = line
  }

  /// Fixed text; quotes nothing from the dump.
  public var description: String { kind.text }
}

extension ForeignStatement.Kind {
  /// A lower-case fact.
  public var text: String {
    switch self {
    case .clientCommand: "a command for the client program (shell, file or pager), not for the server"
    case .midStatementDelimiter: "the client's word DELIMITER in the middle of a statement"
    case .loadData: "LOAD DATA or LOAD XML reads a file of the machine that restores"
    case .intoFile: "INTO OUTFILE or DUMPFILE writes a file of the machine that restores"
    case .loadFile: "LOAD_FILE() reads a file of the machine that restores"
    case .library: "loads a library into the server"
    case .stall: "SLEEP() or BENCHMARK() outside of a routine"
    case .lock: "GET_LOCK() outside of a routine"
    case .valueBomb: "a value that is made large by a function (REPEAT, SPACE, RPAD, LPAD)"
    case .query: "a query by itself: dumps only write"
    case .subquery: "a query inside of a row's values"
    case .insertSelect: "rows that come from a query instead of the dump"
    case .setGlobal: "changes a global setting of the server"
    case .remoteServer: "connects the server to another one"
    case .preparedText: "executes text that is put together at run time"
    case .account: "creates or changes accounts"
    case .replication: "changes or starts replication"
    case .shutdown: "shuts the server down"
    case .kill: "ends a connection"
    case .dropSystemSchema: "drops a schema of the server's own"
    case .systemSchemaChange: "changes rows or tables of the server's own schema"
    case .call: "calls a procedure"
    case .evaluation: "evaluates an expression for its effect"
    case .dataChange: "changes or deletes rows that were restored before"
    case .serverAdministration: "administers the server"
    case .tooLong: "a statement longer than 1 GiB, which no server takes"
    case .notSQL: "bytes that are not SQL"
    case .compound: "a statement that carries others, outside of a routine"
    case .hiddenMode: "sets sql_mode in a way that can't be followed"
    case .unknown: "a statement that no dump tool is known to write"
    }
  }
}
