public import ProofbackCore

/// Tries a location before anything is saved: does it answer, is the key accepted, does a file match.
public struct LocationCheck: Sendable {
  public enum Outcome: Sendable, Equatable {
    case found(SourceObject)
    /// The backup server lets its key in; no file was asked for.
    case letIn
    /// Why not.
    case notFound(Finding)
  }

  /// Seconds that it may take.
  private static let patience = 30.0

  private let state: ServerState
  public init(_ state: ServerState) { self.state = state }

  /// - Throws: `FormProblems` when the definition is not allowed.
  public func check(_ definition: RestoreTestDefinition) async throws -> Outcome {
    do {
      var assignment = try AssignmentMaker(state: state).assignment(
        definition, runID: "check-\(Identifier.make())", goal: .locate)
      assignment.specification.limits.seconds = Self.patience
      return Self.outcome(try await state.launcher.launch(assignment, events: NoEvents()))
    } catch let trouble as RunTrouble {
      return .notFound(trouble.finding)
    } catch StoreError.wrongMasterKey {
      return .notFound(ServerFindings.wrongMasterKey.finding("the master key does not open the stored credentials"))
    }
  }

  /// Whether a backup server lets its key in: its entrance is looked at, for nothing that is there.
  /// - Throws: `FormProblems`.
  public func login(server: String) async throws -> Outcome {
    let address = try state.kept.servers.server(server)?.address ?? ""
    let kind = state.facilities.serverKind(of: address)
    var definition = RestoreTestDefinition(server: server, location: kind?.entrance ?? "/")
    if kind?.isListed == true { definition.filePattern = "looked-for-by-proofback-*" }
    let outcome = try await check(definition)
    if case .notFound(let finding) = outcome, kind?.letIn.contains(finding.code) != true { return outcome }
    return .letIn
  }

  private static func outcome(_ report: RunReport) -> Outcome {
    if let cause = report.findings.first(where: { $0.code == report.cause }) { return .notFound(cause) }
    if let object = report.source { return .found(object) }
    return .notFound(ServerFindings.internalError.finding("the check ended without an answer"))
  }
}

/// For runs that nobody follows.
struct NoEvents: EventSink {
  func send(_ event: RunEvent) {}
}
