import Foundation
import ProofbackCore
import ProofbackSystem

/// Some hundred services, through the program `apprise`. Its address, which is a secret, is lent to it as a configuration
/// file; the message goes down a pipe. Its arguments say no more than the state.
struct AppriseChannel: ChannelKind {
  let name = "apprise"
  let title = "chat, push and others by Apprise"
  let options = [
    KindOption(
      "url", "Apprise address", hint: "slack://TokenA/TokenB/TokenC, ntfy://topic: as Apprise's own pages list them.",
      .secret, isRequired: true, longest: 2000)
  ]

  func describe(_ options: [String: String], allowedHosts: [String]) async throws -> String {
    let url = options["url"] ?? ""
    guard let match = url.wholeMatch(of: /([a-z0-9]{1,12}):\/\/([!-~]+)/) else {
      throw OptionProblem("url", "it is no Apprise address", hint: "for example ntfy://topic")
    }
    let host = Self.host(match.output.2)
    if Reach.isPlainlyLocal(host), !allowedHosts.contains(host) {
      throw OptionProblem("url", "it leads to this machine's own network", hint: Reach.hint)
    }
    switch try await run(url, ["--dry-run"], input: []) {
    case nil: throw OptionProblem("url", "apprise is not installed", hint: "apt-get install apprise")
    case 0: return "\(match.output.1), by Apprise"
    default: throw OptionProblem("url", "Apprise does not understand it")
    }
  }

  func send(_ notice: Notice, _ options: [String: String], allowedHosts: [String]) async -> Delivery {
    let kind: String =
      switch notice.state {
      case Verdict.passed.spoken: "success"
      case Verdict.failed.spoken: "failure"
      default: "warning"
      }
    let body = notice.subject + "\n\n" + notice.plainText
    do {
      _ = try await describe(options, allowedHosts: allowedHosts)
      let arguments = ["--title", "Proofback: \(notice.state)", "--notification-type", kind]
      guard try await run(options["url"] ?? "", arguments, input: Array(body.utf8)) == 0 else {
        return .failed(fact: "the service did not take it", hint: "try the address with apprise itself", isFinal: false)
      }
      return .delivered("the service took it")
    } catch let problem as OptionProblem {
      return .failed(fact: problem.fact, hint: problem.hint, isFinal: false)
    } catch {
      return .failed(error)
    }
  }

  /// - Returns: its exit code; nil when it is not installed.
  private func run(_ url: String, _ arguments: [String], input: [UInt8]) async throws -> Int32? {
    guard let program = Programs.find("apprise") else { return nil }
    let config = try LentFile(Data((url + "\n").utf8))
    let command = Command(program, ["--config", "file://\(config.path)?format=text"] + arguments)
    let outcome = try await command.capture(input: input, limit: 1000, within: 60)
    return withExtendedLifetime(config) { if case .exited(let code) = outcome.end { code } else { -1 } }
  }

  /// What stands where a host would; with many services it is a token.
  private static func host(_ rest: Substring) -> String {
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    let place = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? authority
    if place.hasPrefix("[") { return String(place.dropFirst().prefix { $0 != "]" }) }
    return place.prefix { $0 != ":" }.lowercased()
  }
}
