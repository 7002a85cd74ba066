import ProofbackCore

/// What looks damaged because somebody pruned while we read: nobody holds a lock for us, and none need be left to be seen.
enum Rearranged {
  static func isDamage(_ error: any Error) -> Bool {
    (error as? BadBackup)?.finding.code == RepositoryFindings.damaged.code
  }

  /// A short question, asked twice where the repository looks damaged: a program that is started anew reads it as it is now.
  static func twice<Answer>(_ ask: () async throws -> Answer) async throws -> Answer {
    do { return try await ask() } catch  where isDamage(error) { return try await ask() }
  }

  static func trouble(_ place: RepositoryPlace, _ damage: any Error) -> RunTrouble {
    RunTrouble(
      RepositoryFindings.changed, "\(place.shown) was changed while it was read",
      evidence: (damage as? BadBackup).map { [$0.finding.message] + $0.finding.evidence } ?? [], canRetry: true)
  }
}
