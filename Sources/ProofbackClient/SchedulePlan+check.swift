import ProofbackCore

extension SchedulePlan {
  /// Asks the server whether all that would be saved could be; nothing is changed, and all that is wrong is said at once.
  /// - Throws: `ClientError` with a line for each field, which begins with the schedule's name.
  public func check(_ connection: Connection) async throws {
    var facts: [String] = []
    for step in steps {
      do { try await Self.check(step, connection) } catch let error as ClientError where !error.fields.isEmpty {
        let name = UntrustedText.line(step.name, limit: 100)
        facts += error.fields.map { "\(name): \($0.text(named: $0.name))" }
      }
    }
    guard facts.isEmpty else { throw ClientError(facts.joined(separator: "\n"), hint: "nothing was changed") }
  }

  private static func check(_ step: Step, _ connection: Connection) async throws {
    switch step {
    case .add(_, var fields, _):
      fields["paused"] = nil
      _ = try await connection.ask("POST", "/schedules/check", fields)
    case .change(let id, _, let fields, _, _):
      if !fields.isEmpty { _ = try await connection.ask("POST", "/schedules/\(id)/check", fields) }
    case .delete: return
    }
  }
}
