import ProofbackCore

/// A sign of life after each passed run, for services that raise an alarm when it stays away.
enum Heartbeat {
  static func ping(_ address: WebAddress, allowedHosts: [String]) async -> Delivery {
    await WebRequest(address: address).send(allowedHosts: allowedHosts)
  }
}
