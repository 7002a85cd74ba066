public import Foundation
import GRDB
public import ProofbackCore

extension Runs: RunHistory {
  public func run(_ id: String) throws -> RunRecord? { try state.read { try RunRecord.fetchOne($0, key: id) } }

  public func definition(_ id: String) throws -> RestoreTestDefinition? {
    try state.read { try Self.definition(id, $0) }
  }

  public func report(_ id: String) throws -> RunReport? {
    let text = try state.read { try String.fetchOne($0, sql: "SELECT report FROM run WHERE id = ?", arguments: [id]) }
    return try text.map { try JSONDecoder.state.decode(RunReport.self, from: Data($0.utf8)) }
  }

  public func lines(_ id: String, after: Int64, limit: Int) throws -> [LogLine] {
    try state.read { database in
      try Row.fetchAll(
        database, sql: "SELECT number, at, text FROM runLog WHERE run = ? AND number > ? ORDER BY number LIMIT ?",
        arguments: [id, after, limit]
      ).map {
        LogLine(number: $0["number"], at: Date(milliseconds: $0["at"]), text: $0["text"])
      }
    }
  }

  public func newest(before: Date?, limit: Int) throws -> [RunRecord] {
    try state.read { database in
      var request = RunRecord.order(Column("requested").desc, Column("id")).limit(limit)
      if let before { request = request.filter(Column("requested") < before.milliseconds) }
      return try request.fetchAll(database)
    }
  }

  public func lastOfEach(byHandSince date: Date) throws -> [RunRecord] {
    try state.read { database in
      let tests = try RunRecord.fetchAll(
        database,
        sql: """
          SELECT run.* FROM restoreTest JOIN run ON run.id = (SELECT id FROM run AS each WHERE each.restoreTest = \
          restoreTest.id AND each.state = 'ended' AND each.cause IS NOT 'run.replaced' ORDER BY requested DESC LIMIT 1) \
          WHERE restoreTest.archived IS NULL
          """)
      let byHand = try RunRecord.fetchAll(
        database,
        sql: """
          SELECT *, MAX(requested) FROM run WHERE restoreTest IS NULL AND state = 'ended' AND requested >= ? \
          GROUP BY location, title
          """, arguments: [date.milliseconds])
      return (tests + byHand).sorted { $0.requested > $1.requested }
    }
  }

  public func newest(of restoreTest: String, limit: Int) throws -> [RunRecord] {
    try state.read { database in
      try RunRecord.filter(Column("restoreTest") == restoreTest).order(Column("requested").desc, Column("id"))
        .limit(limit).fetchAll(database)
    }
  }
}
