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
    ("schedules:\n  - {name: a, channels: ops}", "channels is no list of names"),
    ("schedules:\n  - {name: a, tellOf: [failure, doom]}", "there is no reason doom"),
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
    let usual = try DesiredSchedules(
      yaml: "schedules:\n  - {name: a, location: /x, time: 3:15, maxAge: 24h, timeout: 2h, memory: 2GB, options: {}}")
    #expect(one == usual, "a server does not name the usual bounds")
  }

  @Test func `bounds and options of the type are a change`() throws {
    let desired = try DesiredSchedules(
      yaml: "schedules:\n  - {name: a, location: /x, memory: 8GB, options: {database: shop}}")
    let plan = try SchedulePlan(desired, current: [], choices: .object([:]), prunes: false)
    #expect(plan.text.contains("8GB") && plan.text.contains("database=shop"))
  }

  @Test func `what is demanded of encryption is the same in any spelling, and a change is shown`() throws {
    func plan(_ fields: String, _ current: [String: JSON]) throws -> SchedulePlan {
      let desired = try DesiredSchedules(yaml: "schedules:\n  - {name: a, location: /x\(fields)}")
      guard
        case .add(_, let first, _) = try SchedulePlan(desired, current: [], choices: .null, prunes: false).steps.first
      else { throw ClientError("no step") }
      let now = current.isEmpty ? first : first.filter { !Self.demands.contains($0.key) }.merging(current) { $1 }
      return try SchedulePlan(
        desired, current: [.object(now.merging(["id": .text("1")]) { $1 })], choices: .null, prunes: false)
    }
    let now: [String: JSON] = [
      "requireEncryption": .truth(true), "opensslCipher": .text("aes-256-cbc"),
      "recipients": .list([.text("b@x.example"), .text("0123456789ABCDEF")]),
    ]
    let same = ", recipients: ['0x0123 4567 89ab cdef', b@x.example], opensslCipher: AES256"
    #expect(try plan(same, now).isEmpty, "naming recipients demands encryption")
    #expect(try plan(", requireEncryption: false", [:]).isEmpty)
    let gone = try plan("", now)
    #expect(
      gone.text.contains("requireEncryption: true -> none") && gone.text.contains("opensslCipher: aes-256-cbc -> none"))
    #expect(gone.text.contains("recipients: 0123456789ABCDEF, b@x.example -> none"))
    guard case .change(_, _, let fields, _, _) = gone.steps.first else { throw ClientError("no step") }
    #expect(fields["recipients"] == .null && fields["requireEncryption"] == .null)
    #expect(throws: ClientError.self) { try plan(", requireEncryption: perhaps", now) }
  }
  @Test func `volatile tables and tolerances are the same however they are written`() throws {
    let desired = try DesiredSchedules(
      yaml: """
        schedules:
          - {name: a, location: /a, volatileTables: "sessions cache_*", tolerances: "future=0.05, rows-lost = 30 %"}
        """)
    #expect(desired.schedules[0]["volatileTables"] == .text("sessions, cache_*"))
    #expect(desired.schedules[0]["tolerances"] == .text("rows-lost=30%, future=5%"))
  }
  private static let demands: Set = ["requireEncryption", "recipients", "opensslCipher"]

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

  @Test func `one key needs no brackets, and the order of several does not matter`() throws {
    let choices: JSON = .object([
      "credentials": .list(
        ["old", "new"].map { .object(["id": .text("id-\($0)"), "name": .text($0), "kind": .text("decryptionKey")]) })
    ])
    func plan(_ keys: String, _ current: [JSON]) throws -> SchedulePlan {
      let desired = try DesiredSchedules(yaml: "schedules:\n  - {name: a, location: /x, \(keys)}")
      return try SchedulePlan(desired, current: current, choices: choices, prunes: false)
    }
    guard case .add(_, let one, _) = try plan("decryptionKey: old", []).steps.first,
      case .add(_, let both, _) = try plan("decryptionKeys: [old, new]", []).steps.first
    else { throw ClientError("no step") }
    #expect(one["decryptionKeys"] == .list([.text("id-old")]))
    let current = JSON.object(both.merging(["id": .text("1")]) { $1 })
    #expect(try plan("decryptionKeys: [new, old]", [current]).isEmpty)
    #expect(try plan("decryptionKey: new", [current]).text.contains("decryptionKeys: new, old -> new"))
    #expect(try plan("maxAge: 1d", [current]).text.contains("decryptionKeys: new, old -> none"))
    #expect(throws: ClientError.self) { try plan("decryptionKey: old, decryptionKeys: [new]", []) }
    #expect(throws: ClientError.self) { try plan("decryptionKeys: old", []) }
  }

  @Test func `text of others can't write on the terminal`() throws {
    let desired = try DesiredSchedules(yaml: "schedules:\n  - {name: \"a\\e[2Jb\", location: /x}")
    #expect(try !SchedulePlan(desired, current: [], choices: .null, prunes: false).text.contains("\u{1B}"))
  }

  @Test func `who is told is held against the server, and an address is not shown`() throws {
    let choices: JSON = .object([
      "channels": .list(["ops", "chat"].map { .object(["id": .text("id-\($0)"), "name": .text($0)]) })
    ])
    func plan(_ fields: String, _ current: [String: JSON]) throws -> SchedulePlan {
      let desired = try DesiredSchedules(yaml: "schedules:\n  - {name: a, location: /x\(fields)}")
      return try SchedulePlan(desired, current: [.object(current)], choices: choices, prunes: false)
    }
    let preset: [String: JSON] = [
      "id": .text("1"), "name": .text("a"), "location": .text("/x"), "depth": .text("full"),
      "frequency": .text("daily"), "time": .text("03:00"), "timeZone": .text("UTC"), "repetition": .text("ever"),
      "decryptionKeys": .list([]), "tellOf": .list([.text("silence"), .text("failure")]), "channels": .list([]),
    ]
    #expect(try plan("", preset).isEmpty)
    let told = preset.merging([
      "tellOf": .list([]), "channels": .list([.text("id-ops"), .text("id-gone")]),
      "heartbeat": .text("https://hc.example/secret-one"),
    ]) { $1 }
    let same = "tellOf: [], channels: [OPS], heartbeat: 'https://HC.example:443/secret-one'"
    #expect(try plan(", \(same)", told).text.contains("channels: id-gone, ops -> ops"))
    let change = try plan(", tellOf: [everyRun, failure], heartbeat: 'https://hc.example/secret-two'", told)
    #expect(change.text.contains("tellOf: none -> everyRun, failure"))
    #expect(change.text.contains("channels: id-gone, ops -> every channel"))
    #expect(change.text.contains("heartbeat: https://hc.example/… -> https://hc.example/…, another one"))
    #expect(!change.text.contains("secret"))
    guard case .change(_, _, let fields, _, _) = change.steps.first else { throw ClientError("no step") }
    #expect(fields["heartbeat"] == .text("https://hc.example/secret-two") && fields["channels"] == .list([]))
    #expect(try plan("", told).text.contains("heartbeat: https://hc.example/… -> none"))
    #expect(throws: ClientError.self) { try plan(", channels: [nobody]", preset) }
  }
}
