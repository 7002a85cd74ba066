import Foundation
import ProofbackCore
import ProofbackSystem

/// E-mail, handed to a mail server by curl.
struct MailChannel: ChannelKind {
  let name = "mail"
  let title = "e-mail"
  let options = [
    KindOption("to", "To", hint: "ops@example.com; several with spaces between", isRequired: true),
    KindOption("from", "From", hint: "proofback@example.com", isRequired: true, longest: 254),
    KindOption("host", "Mail server", hint: "mail.example.com", isRequired: true, longest: 253),
    KindOption("port", "Port", hint: "Empty: 587 with STARTTLS, 465 with TLS, 25 with neither.", longest: 5),
    KindOption(
      "security", "Encryption",
      .choice([
        .init("starttls", "STARTTLS"), .init("tls", "TLS from the start"),
        .init("none", "none: for a mail server on this machine"),
      ])),
    KindOption("login", "Login", hint: "Empty: the server asks for none.", longest: 254),
    KindOption("password", "Password", .secret, longest: 500), Authority.option,
  ]

  func describe(_ options: [String: String], allowedHosts: [String]) async throws -> String {
    let plan = try MailPlan(options)
    let more = plan.recipients.count - 1
    return "to \(plan.recipients[0])\(more > 0 ? " and \(more) more" : "") by \(plan.peer)"
  }

  func send(_ notice: Notice, _ options: [String: String], allowedHosts: [String]) async -> Delivery {
    do {
      let plan = try MailPlan(options)
      let mail = MailMessage(notice, from: plan.sender, to: plan.recipients, now: Date())
      let (message, authority) = (try LentFile(mail.data), try plan.authority.map { try LentFile(Data($0.utf8)) })
      let outcome = try await Curl.run(plan.config(message: message.path, authority: authority?.path))
      return withExtendedLifetime((message, authority)) {
        outcome.exit == 0
          ? .delivered("\(plan.peer) took it")
          : .failed(outcome, peer: plan.peer, tls: "give its authority's certificate")
      }
    } catch let problem as OptionProblem {
      return .failed(fact: problem.fact, hint: problem.hint, isFinal: false)
    } catch {
      return .failed(error)
    }
  }
}
