import Foundation
import ProofbackCore
import ProofbackServer

/// The page of the own account.
struct AccountContent: Sendable {
  struct SessionRow: Sendable {
    var address: String
    var since: String
    var exact: String
    var seen: String
    var isOwn: Bool
  }

  struct TokenRow: Sendable {
    var id: String
    var name: String
    var scope: String
    var made: String
    var exact: String
    var used: String
  }

  var sentence: String
  var login: String
  var role: String
  var sessions: [SessionRow]
  var hasOthers: Bool
  var tokens: [TokenRow]
  var hasTokens: Bool
  var scopes: [Choice]
  var done: String?
  var made: String?
  var name = ""
  var problems: [String: String] = [:]

  init(_ person: Person, sessions: [OpenSession], tokens: [APIToken], now: Date) {
    sentence = "You are \(person.name)."
    login = person.login
    role = person.role.rawValue
    self.sessions = sessions.map {
      SessionRow(
        address: $0.address.isEmpty ? "unknown" : $0.address, since: Ago.text($0.created, now: now),
        exact: $0.created.ISO8601Format(), seen: Ago.text($0.seen, now: now), isOwn: $0.isOwn)
    }
    hasOthers = sessions.contains { !$0.isOwn }
    self.tokens = tokens.map {
      TokenRow(
        id: $0.id, name: $0.name, scope: $0.scope.rawValue, made: Ago.text($0.created, now: now),
        exact: $0.created.ISO8601Format(), used: $0.lastUsed.map { Ago.text($0, now: now) } ?? "never")
    }
    hasTokens = !tokens.isEmpty
    let open = TokenScope.allCases.filter { $0 != .manage || person.role == .manager }
    scopes = open.map { Choice(value: $0.rawValue, label: $0.title, isChosen: $0 == .run) }
  }

  func with(done: String?, made: Token?, name: String, problems: FormProblems?) -> AccountContent {
    var content = self
    content.done = done
    content.made = made?.text
    content.name = name
    content.problems = FieldProblems.texts(problems)
    return content
  }
}

extension TokenScope {
  fileprivate var title: String {
    switch self {
    case .read: "read: look at runs and schedules"
    case .run: "run: also start runs and change schedules"
    case .manage: "manage: also people, keys and settings"
    }
  }
}
