public import Foundation

/// Where a worker that was started elsewhere fetches its one assignment over HTTPS, and reports. A launcher for another
/// machine opens a ticket, starts a machine that is given what the ticket says, and waits for the report.
///
/// Life cycle: `open` → `report` once → `close`, which is safe twice and at any time. Tickets don't outlive the server's
/// process: a worker whose server was started anew is told to end.
public protocol WorkerDesk: Sendable {
  /// Keeps an assignment for whoever comes with the ticket's token. A token nobody came with dies after `claimSeconds`.
  /// - Throws: `RunTrouble` when workers elsewhere can't reach this server (no public address, no certificate).
  func open(_ assignment: Assignment, claimWithin claimSeconds: Double, events: any EventSink) async throws
    -> WorkerTicket
  /// Waits for the report. Cancelling the task asks the worker to end; it has a while to destroy its sandbox and report.
  /// - Throws: `RunTrouble`: nobody came in time, another key came with the token, the worker fell silent past its lease.
  func report(_ ticket: WorkerTicket) async throws -> RunReport
  /// The token buys nothing any more, and what was kept is forgotten.
  func close(_ ticket: WorkerTicket) async
}

/// What a machine is given so that the worker on it can fetch its assignment.
public struct WorkerTicket: Sendable, Equatable {
  public var runID: String
  /// One assignment for one key: a secret.
  public var token: String
  /// `https://proofback.example.org:8443`
  public var server: String
  /// SHA-256 of the server's certificate (DER), hexadecimal: the worker takes no other.
  public var certificateSHA256: String
  /// Where the server offers its own program, which is the worker, and what it must hash to.
  public var programPath: String
  public var programSHA256: String
  /// After this nobody is waited for any more.
  public var deadline: Date

  public init(
    runID: String, token: String, server: String, certificateSHA256: String, programPath: String, programSHA256: String,
    deadline: Date
  ) {
    self.runID = runID
    self.token = token
    self.server = server
    self.certificateSHA256 = certificateSHA256
    self.programPath = programPath
    self.programSHA256 = programSHA256
    self.deadline = deadline
  }
}
