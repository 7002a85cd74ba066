import Foundation
import ProofbackCore
import ProofbackSystem
import Synchronization

/// Asks one web server, and those that it leads on to.
struct HTTPSClient: Sendable {
  let location: HTTPSLocation
  let login: StoredLogin?
  /// Certificates to trust instead of the system's.
  let authority: LentFile?
  /// Nil: the location's own host alone.
  let allowedHosts: [String]?
  let patience: WebPatience

  /// An answer whose body is still to come.
  struct Answer: Sendable {
    var exchange: WebExchange
    var head: WebHead
    /// The beginning of the body.
    var rest: [UInt8]
    var target: HTTPSTarget
  }

  private static let mostRedirects = 5

  /// - Throws: `RunTrouble` when the login is none.
  init(_ location: HTTPSLocation, _ surroundings: SourceSurroundings, _ patience: WebPatience) throws {
    self.location = location
    self.patience = patience
    allowedHosts = surroundings.allowedHosts
    authority = try surroundings.secrets.authority.map { try LentFile($0) }
    login = try surroundings.secrets.login.map { given in
      do {
        let login = try StoredLogin(given.content)
        if case .file = login { throw StoredLogin.Problem(fact: "it is a key file of another service") }
        return login
      } catch let problem as StoredLogin.Problem {
        let name = UntrustedText.line(given.name, limit: 100)
        throw RunTrouble(WebFindings.loginUnusable, "\(name) is no login: \(problem.fact)")
      }
    }
  }

  /// Asks, and is led on as far as that is allowed.
  /// - Parameter follow: told of each exchange, so that it can be broken off.
  /// - Throws: `RunTrouble`; whatever the status, an answer is an answer.
  func ask(
    _ target: HTTPSTarget, headers: [String], follow: @escaping @Sendable (WebExchange) -> Void
  ) async throws -> Answer {
    var target = target
    for _ in 0...Self.mostRedirects {
      let answer = try await once(target, headers, follow)
      guard [301, 302, 303, 307, 308].contains(answer.head.status) else { return answer }
      await answer.exchange.close()
      guard let next = HTTPSTarget(answer.head.headers["location"] ?? "", seenFrom: target) else {
        throw refused(answer, "leads on to an address that is not https, or none")
      }
      target = next
    }
    throw RunTrouble(
      HTTPSFindings.redirectRefused, "\(location.origin.authority) leads on more than \(Self.mostRedirects) times")
  }

  private func refused(_ answer: Answer, _ what: String) -> RunTrouble {
    let place = UntrustedText.line((answer.head.headers["location"] ?? "").prefix { $0 != "?" }, limit: 120)
    return RunTrouble(
      HTTPSFindings.redirectRefused, "\(answer.target.origin.authority) \(what)",
      evidence: ["status: \(answer.head.status)", "it leads to: \(place)"])
  }

  private func once(
    _ target: HTTPSTarget, _ headers: [String], _ follow: @Sendable (WebExchange) -> Void
  ) async throws -> Answer {
    let exchange = try await WebExchange.start(config(target, headers: headers, try await reach(target)))
    follow(exchange)
    let patience = patience.answer
    do {
      return try await withTaskCancellationHandler {
        try await Blocking.run("web") {
          var rest: [UInt8] = []
          let head = try exchange.head(patience: patience, rest: &rest)
          return Answer(exchange: exchange, head: head, rest: rest, target: target)
        }
      } onCancel: {
        exchange.abort()
      }
    } catch {
      throw await fault(of: exchange, error, target.origin)
    }
  }

  /// The addresses that a name stands for now: curl is given these and asks for no others.
  private func reach(_ target: HTTPSTarget) async throws -> Reach.Found {
    try await WebReach.find(target.origin.host, own: location.origin.host, allowedHosts: allowedHosts)
  }

  /// What a broken exchange means; closes it.
  func fault(of exchange: WebExchange, _ error: any Error, _ server: WebAddress) async -> any Error {
    guard let broken = await exchange.breakOff(error) else { return error }
    return HTTPSFault.explain(broken.why, exit: broken.code, server.authority)
  }

  private func config(_ target: HTTPSTarget, headers: [String], _ found: Reach.Found) throws -> CurlConfig {
    var config = WebExchange.config(patience)
    try config.set("proto", "=https")
    try config.set("url", target.address)
    if !found.isNumeric {
      let addresses = found.addresses.map { $0.contains(":") ? "[\($0)]" : $0 }.joined(separator: ",")
      try config.set("resolve", "\(target.origin.host):\(target.origin.port):\(addresses)")
    }
    for header in headers { try config.set("header", header) }
    // Where a server leads to is another's house, unless it is its own.
    if target.origin.origin == location.origin.origin {
      switch login {
      case .password(let name, let password):
        config.set("basic")
        try config.set("user", "\(name):\(password)")
      case .token(let token): try config.set("header", "Authorization: Bearer \(token)")
      case .file, nil: break
      }
    }
    if let authority { try config.set("cacert", authority.path) }
    return config
  }
}
