import ProofbackCore

/// What locations of web servers can come to, besides what all locations can.
enum HTTPSFindings {
  static let webPage = FindingDefinition(
    "https.web-page", .inconclusive,
    cause: "The server gave a page for people where the backup should be: a login, an error, a list of files.",
    nextStep: "open the address in a browser, and give the one of the file itself, or the login that it asks for")
  static let redirectRefused = FindingDefinition(
    "https.redirect-refused", .inconclusive,
    cause: "The server leads on to a place that is not asked: without TLS, malformed, or in a circle.",
    nextStep: "give the address that the file has in the end")
  static let unexpected = FindingDefinition(
    "https.unexpected-answer", .inconclusive, cause: "The server refused in a way that is not known.",
    nextStep: "ask for the same address by hand: curl -v ADDRESS")

  static let all = [webPage, redirectRefused, unexpected]
}
