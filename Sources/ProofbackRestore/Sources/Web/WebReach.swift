import ProofbackCore
import ProofbackSystem

/// Whether a host may be asked on behalf of people: this machine's own network only where it is allowed by name.
enum WebReach {
  /// - Parameters:
  ///   - own: the host that the location itself names, which may be local where nothing else is said.
  /// - Returns: the addresses that the name stands for now.
  /// - Throws: `RunTrouble`.
  @discardableResult
  static func find(_ host: String, own: String, allowedHosts: [String]?) async throws -> Reach.Found {
    do {
      return try await Reach.find(host, allowedHosts: allowedHosts ?? [own])
    } catch let problem as ReachProblem {
      guard problem.isLocal else { throw RunTrouble(SourceFindings.unreachable, problem.fact, canRetry: true) }
      throw RunTrouble(WebFindings.localAddress, host == own ? problem.fact : "the server leads on: \(problem.fact)")
    }
  }
}
