import ProofbackSystem

extension CurlConfig {
  /// What goes for every message: it is short, and of the answer only its code counts.
  static let message = CurlConfig(
    """
    silent
    noproxy = "*"
    globoff
    tlsv1.2
    connect-timeout = 15
    max-time = 45
    output = "/dev/null"
    write-out = "%{response_code}"

    """)
}
