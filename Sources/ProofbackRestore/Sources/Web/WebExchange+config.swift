import ProofbackSystem

extension WebExchange {
  /// What curl is told in every exchange: the head comes with the body, no proxy and no other version of the protocol
  /// is taken, the address is asked for as it stands.
  static func config(_ patience: WebPatience) -> CurlConfig {
    CurlConfig(
      """
      silent
      include
      http1.1
      noproxy = "*"
      globoff
      path-as-is
      tlsv1.2
      connect-timeout = \(patience.connect)
      user-agent = "proofback"

      """)
  }

  /// Closes an exchange that came to no end.
  /// - Returns: why, and curl's exit code; nil when `error` is of another kind.
  func breakOff(_ error: any Error) async -> (why: WebBreak, code: Int32)? {
    guard let broken = error as? WebBreak else {
      await close()
      return nil
    }
    if broken != .ended { abort() }
    let code = await exitCode()
    await close()
    return (broken, code)
  }
}
