import ProofbackServer

extension ServerState {
  /// Names of the backup servers, by their ids.
  func serverNames() throws -> [String: String] {
    Dictionary(try kept.servers.all().map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
  }
}
