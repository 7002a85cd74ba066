import ProofbackCore

/// Where workers elsewhere reach this server, and what they are shown there.
public struct DeskAddress: Sendable {
  /// `https://proofback.example.org:8443`; over plain HTTP this machine only.
  public var server: String
  /// SHA-256 of the certificate that is shown just now (DER), hexadecimal; nil: this server knows of none.
  public var certificate: @Sendable () -> String?

  public init(server: String, certificate: @escaping @Sendable () -> String?) {
    self.server = server
    self.certificate = certificate
  }

  /// The address and the certificate for a ticket.
  /// - Throws: `RunTrouble` when workers could not reach it, or could not know it.
  func forTicket() throws -> (server: String, certificate: String) {
    if server.hasPrefix("https://") {
      guard let certificate = certificate() else {
        throw RunTrouble(
          RemoteFindings.noAddress, "the server does not know the certificate that \(UntrustedText.line(server)) shows",
          hint: "a proxy speaks TLS in front of it: name its certificate with --worker-cert")
      }
      return (server, certificate)
    }
    guard WorkerLink.mayBeReached(server) else {
      throw RunTrouble(
        RemoteFindings.noAddress, "workers would have to reach \(UntrustedText.line(server)) without TLS")
    }
    return (server, "")
  }
}

/// Seconds that the desk waits for this and that.
public struct DeskTimes: Sendable {
  /// Between a worker's signs of life.
  public var heartbeat: Double = 10
  /// Of silence, after which a worker is given up: networks come back after minutes.
  public var lease: Double = 600
  /// For a worker that was asked to end: to hear of it, to destroy its sandbox and to report.
  public var farewell: Double = 60
  /// Over the run's own limit of time, for cleaning up and for what was lost on the way.
  public var grace: Double = 600

  public init() {}
}
