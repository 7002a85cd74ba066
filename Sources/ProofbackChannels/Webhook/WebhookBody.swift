import Foundation
import ProofbackCore

/// What a webhook is sent. Keys are never taken away.
struct WebhookBody: Encodable {
  struct Fact: Encodable {
    var name: String
    var value: String
  }

  var delivery: String
  var reason: String
  var state: String
  var subject: String
  var cause: String
  var hint: String
  var link: String
  var at: Date
  var run: String?
  var restoreTest: String?
  var title: String?
  var location: String?
  var file: String?
  var verdict: String?
  var code: String?
  var facts: [Fact]

  init(_ notice: Notice) {
    delivery = notice.id
    reason = notice.reason.rawValue
    state = notice.state
    subject = notice.subject
    cause = notice.cause
    hint = notice.hint
    link = notice.link
    at = notice.at
    run = notice.run?.id
    restoreTest = notice.run?.restoreTest
    title = notice.run.map { UntrustedText.line($0.title) }
    location = notice.run.map { UntrustedText.line($0.location, limit: 500) }
    file = notice.run?.fileName.map { UntrustedText.line($0) }
    verdict = notice.run?.verdict?.rawValue
    code = notice.run?.cause
    facts = notice.facts.map { Fact(name: $0.name, value: $0.value) }
  }

  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}
