import ProofbackCore

/// What places that are asked over the web can come to, whatever they speak there.
enum WebFindings {
  static let noLogin = FindingDefinition(
    "web.no-login", .inconclusive, cause: "The server asks for a login, and none was given.",
    nextStep:
      "give a file with name:password, or with a token, with --login; on a server choose it at the backup server")
  static let loginRefused = FindingDefinition(
    "web.login-refused", .inconclusive, cause: "The server does not accept the login that was given.",
    nextStep: "see whether the login still exists there, and give one that does")
  static let loginUnusable = FindingDefinition(
    "web.login-unusable", .inconclusive, cause: "What was given as login is none, or none of this kind of place.",
    nextStep: "write name:password on one line, or a token alone; docs/sources.md says what each kind of place takes")
  static let certificate = FindingDefinition(
    "web.certificate-untrusted", .inconclusive, cause: "The certificate of the server is not trusted.",
    nextStep:
      "give the certificate of its authority (--authority, or at the backup server), or add it to this machine's with update-ca-certificates"
  )
  static let localAddress = FindingDefinition(
    "web.local-address", .inconclusive,
    cause: "The host's name leads to this machine's own network, which is asked only where a manager allowed it.",
    nextStep: "a manager can allow this host under Settings; on a command line name it in the location itself")
  static let busy = FindingDefinition(
    "web.busy", .inconclusive, cause: "The server was overloaded or in trouble, at every try.",
    nextStep: "run again later; if it happens often, look at the server's log")
  static let checksumMismatch = FindingDefinition(
    "web.checksum-mismatch", .failed,
    cause:
      "All bytes came, and they are not those that the server itself has a checksum of: the stored file has changed.",
    nextStep: "compare the file's checksum on the server with the one that it was stored with, and take an older backup"
  )

  static let all = [noLogin, loginRefused, loginUnusable, certificate, localAddress, busy, checksumMismatch]
}
