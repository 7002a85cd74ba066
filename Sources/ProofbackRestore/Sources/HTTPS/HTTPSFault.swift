import ProofbackCore

/// What answers of a web server and of curl mean for a backup.
enum HTTPSFault {
  /// An answer that brings no file.
  /// - Returns: `BadBackup` or `RunTrouble`.
  static func explain(_ answer: HTTPSClient.Answer, _ client: HTTPSClient) -> any Error {
    let (server, place) = (answer.target.origin.authority, client.location.shown)
    let status = answer.head.status
    var evidence = ["the server answered: \(status)"]
    if answer.target.origin != client.location.origin { evidence.append("led on to: \(server)") }
    switch status {
    case 404, 410:
      return BadBackup(SourceFindings.missingFile, "the server answers, and has no file \(place)", evidence: evidence)
    case 401:
      let definition = client.login == nil ? WebFindings.noLogin : WebFindings.loginRefused
      let what = client.login == nil ? "asks for a login" : "does not accept the login"
      return RunTrouble(definition, "\(server) \(what) for \(place)", evidence: evidence)
    case 403: return RunTrouble(SourceFindings.denied, "\(server) does not give \(place) to us", evidence: evidence)
    case 412:
      return RunTrouble(
        SourceFindings.changed, "\(place) was replaced after it was chosen", evidence: evidence, canRetry: false)
    case 408, 425, 429, 500...599:
      return RunTrouble(
        WebFindings.busy, "\(server) is overloaded or in trouble", evidence: evidence, canRetry: true)
    default:
      return RunTrouble(HTTPSFindings.unexpected, "\(server) refuses to give \(place)", evidence: evidence)
    }
  }

  /// An exchange that broke off before its answer was whole.
  /// - Parameter exit: curl's exit code (curl(1), EXIT CODES).
  static func explain(_ broken: WebBreak, exit: Int32, _ server: String) -> RunTrouble {
    if broken == .silent {
      return RunTrouble(SourceFindings.stalled, "\(server) stopped answering", canRetry: true)
    }
    if broken == .malformed {
      return RunTrouble(HTTPSFindings.unexpected, "what answers at \(server) is no web server's answer")
    }
    let evidence = ["curl's exit code: \(exit)"]
    switch exit {
    case 6: return RunTrouble(SourceFindings.unreachable, "there is no host \(server)", evidence: evidence)
    case 7, 28:
      return RunTrouble(
        SourceFindings.unreachable, "nothing answers at \(server)", evidence: evidence, canRetry: true)
    case 35:
      return RunTrouble(SourceFindings.unreachable, "\(server) does not speak TLS", evidence: evidence, canRetry: true)
    case 51, 60, 77:
      return RunTrouble(WebFindings.certificate, "the certificate of \(server) is not trusted", evidence: evidence)
    case 1, 8:
      return RunTrouble(HTTPSFindings.unexpected, "what answers at \(server) is no web server's answer")
    default:
      return RunTrouble(
        SourceFindings.connectionLost, "the connection to \(server) was lost", evidence: evidence, canRetry: true)
    }
  }
}
