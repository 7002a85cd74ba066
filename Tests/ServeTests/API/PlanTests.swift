import ProofbackClient
import ProofbackCore
import Testing

/// What a file of schedules is read as, and what it would change.
@Suite struct PlanTests {
  @Test(arguments: [
    ("schedules: [", "no YAML: line "), ("schedules:\n  - {a: 1, a: 2}", "a stands there twice"),
    ("tests: []", "no list schedules"), ("schedules: [3]", "no object"),
    ("schedules:\n  - location: /x", "has no name"), ("schedules:\n  - {name: a, locaton: /x}", "no field locaton"),
    ("schedules:\n  - {name: a, weekday: monday}", "weekday is no whole number"),
    ("schedules:\n  - {name: a, file: [x]}", "file is no single value"),
    ("schedules:\n  - name: a\n  - name: A", "two schedules named a"),
    ("schedules:\n  - {name: a, paused: perhaps}", "paused is neither"),
  ])
  func `a file that is none is refused, with its line`(yaml: String, fact: String) throws {
    let error = #expect(throws: ClientError.self) { try DesiredSchedules(yaml: yaml) }
    #expect(error?.fact.contains(fact) == true, "\(error?.fact ?? "")")
    #expect(error?.fact.contains("\\u{") == false)
  }

  @Test func `a time is no number, and the same is the same however it is written`() throws {
    let one = try DesiredSchedules(yaml: "schedules:\n  - {name: a, location: /x, time: 3:15, maxAge: 24h}")
    let two = try DesiredSchedules(
      yaml: "schedules:\n  - {name: a, location: /x, time: '03:15', maxAge: 1d, frequency: daily, timeZone: UTC}")
    #expect(one == two)
  }

  @Test func `names of keys become ids, of the right kind only`() throws {
    let choices: JSON = .object([
      "credentials": .list([
        .object(["id": .text("p1"), "name": .text("Key"), "kind": .text("passphrase")]),
        .object(["id": .text("k1"), "name": .text("other"), "kind": .text("decryptionKey")]),
      ])
    ])
    func plan(_ field: String) throws -> SchedulePlan {
      let desired = try DesiredSchedules(yaml: "schedules:\n  - {name: a, location: /x, \(field): key}")
      return try SchedulePlan(desired, current: [], choices: choices, prunes: false)
    }
    guard case .add(_, let fields, _) = try plan("passphrase").steps.first else { throw ClientError("no step") }
    #expect(fields["passphrase"] == .text("p1"))
    #expect(throws: ClientError.self) { try plan("decryptionKey") }
  }

  @Test func `text of others can't write on the terminal`() throws {
    let desired = try DesiredSchedules(yaml: "schedules:\n  - {name: \"a\\e[2Jb\", location: /x}")
    #expect(try !SchedulePlan(desired, current: [], choices: .null, prunes: false).text.contains("\u{1B}"))
  }
}
