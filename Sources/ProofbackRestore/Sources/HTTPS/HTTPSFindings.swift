import ProofbackCore

/// What locations of web servers can come to, besides what all locations can.
enum HTTPSFindings {
  static let noLogin = FindingDefinition(
    "https.no-login", .inconclusive, cause: "The server asks for a login, and none was given.",
    nextStep: "give a file with name:password, or with a token, with --login; on a server choose it at the backup server")
  static let loginRefused = FindingDefinition(
    "https.login-refused", .inconclusive, cause: "The server does not accept the login that was given.",
    nextStep: "see whether the login still exists there, and give one that does")
  static let loginUnusable = FindingDefinition(
    "https.login-unusable", .inconclusive, cause: "What was given as login is none.",
    nextStep: "write name:password on one line, or a token alone")
  static let webPage = FindingDefinition(
    "https.web-page", .inconclusive,
    cause: "The server gave a page for people where the backup should be: a login, an error, a list of files.",
    nextStep: "open the address in a browser, and give the one of the file itself, or the login that it asks for")
  static let certificate = FindingDefinition(
    "https.certificate-untrusted", .inconclusive, cause: "The certificate of the server is not trusted.",
    nextStep:
      "give the certificate of its authority (--authority, or at the backup server), or add it to this machine's with update-ca-certificates"
  )
  static let redirectRefused = FindingDefinition(
    "https.redirect-refused", .inconclusive,
    cause: "The server leads on to a place that is not asked: without TLS, malformed, or in a circle.",
    nextStep: "give the address that the file has in the end")
  static let localAddress = FindingDefinition(
    "https.local-address", .inconclusive,
    cause: "The host's name leads to this machine's own network, which is asked only where a manager allowed it.",
    nextStep: "a manager can allow this host under Settings; on a command line name it in the location itself")
  static let busy = FindingDefinition(
    "https.busy", .inconclusive, cause: "The server was overloaded or in trouble, at every try.",
    nextStep: "run again later; if it happens often, look at the server's log")
  static let checksumMismatch = FindingDefinition(
    "https.checksum-mismatch", .failed,
    cause: "All bytes came, and they are not those that the server itself has a checksum of: the stored file has changed.",
    nextStep: "compare the file's checksum on the server with the one that it was stored with, and take an older backup")
  static let unexpected = FindingDefinition(
    "https.unexpected-answer", .inconclusive, cause: "The server refused in a way that is not known.",
    nextStep: "ask for the same address by hand: curl -v ADDRESS")

  static let all = [
    noLogin, loginRefused, loginUnusable, webPage, certificate, redirectRefused, localAddress, busy, checksumMismatch,
    unexpected,
  ]
}
