import Foundation
import ProofbackCore
import ProofbackSystem

/// The program that speaks SMTP and HTTP for us.
enum Curl {
  /// How it ended: its exit code, and the last code that the other side answered with (0: none).
  struct Outcome: Equatable {
    var exit: Int32
    var code: Int
  }

  /// - Throws: when it is not installed or can't be started.
  static func run(_ config: CurlConfig) async throws -> Outcome {
    guard let program = Programs.find("curl") else { throw CurlMissing() }
    let command = Command(program, ["--disable", "--config", "-"])
    let outcome = try await command.capture(input: Array(config.text.utf8), limit: 1000, within: 75)
    guard case .exited(let exit) = outcome.end else { return Outcome(exit: 28, code: 0) }
    return Outcome(exit: exit, code: Int(outcome.text) ?? 0)
  }
}

struct CurlMissing: Error {}

extension Delivery {
  /// Why nothing came of it (curl(1), EXIT CODES). `peer` is host and port.
  static func failed(_ outcome: Curl.Outcome, peer: String, tls hint: String = "") -> Delivery {
    let (fact, hint): (String, String) =
      switch outcome.exit {
      case 6: ("there is no host \(peer)", "")
      case 7: ("nothing answers at \(peer)", "")
      case 28: ("\(peer) did not answer in time", "")
      case 35, 64: ("\(peer) does not speak TLS as it was asked to", "see whether port and encryption go together")
      case 60, 77: ("the certificate of \(peer) is not trusted", hint)
      case 67: ("\(peer) refused the login\(code(outcome))", "see login and password")
      case 52: ("\(peer) answered nothing", "")
      case 55: ("\(peer) refused sender or recipient, or the connection broke\(code(outcome))", "")
      default: ("\(peer) gave an answer that was not expected\(code(outcome)), curl's exit code \(outcome.exit)", "")
      }
    return .failed(fact: fact, hint: hint, isFinal: false)
  }

  private static func code(_ outcome: Curl.Outcome) -> String { outcome.code == 0 ? "" : " (\(outcome.code))" }

  /// For what kept us from trying at all.
  static func failed(_ error: any Error) -> Delivery {
    switch error {
    case let problem as ReachProblem: .failed(fact: problem.fact, hint: problem.hint, isFinal: false)
    case is CurlMissing: .failed(fact: "curl is not installed", hint: "apt-get install curl", isFinal: false)
    default: .failed(fact: "the message could not be handed over", hint: "see the server's log", isFinal: false)
    }
  }
}
