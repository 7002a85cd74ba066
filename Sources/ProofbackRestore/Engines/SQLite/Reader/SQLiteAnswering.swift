import CSQLite
import ProofbackCore

/// Carries out a check's query on a database: it reads, and its time is bounded.
struct SQLiteAnswering {
  let path: String

  func answer(_ query: CheckedQuery) -> CheckOutcome {
    let database: SQLiteConnection
    do { database = try SQLiteConnection(path, isDump: false) } catch { return Self.refused(error) }
    database.refuseWrites()
    var answer = CheckAnswer(.noRow, hash: 0, rows: 0)
    do {
      try database.limited(until: .now + .seconds(query.seconds)) {
        try database.rows(query.text.trimmedStatement) { row in
          if answer.rows == 0 { answer = Self.answer(row, key: query.key) }
          answer.rows += 1
        }
      }
      return .answer(answer)
    } catch let fault as SQLiteFault {
      if fault.isTooLong { return .tooLong }
      return database.lacksObject
        ? .missing("a table, column or function of the query is not there") : Self.refused(fault)
    } catch { return Self.refused(error) }
  }

  private static func refused(_ error: any Error) -> CheckOutcome {
    .refused((error as? SQLiteFault)?.description ?? "the query can't be carried out")
  }

  private static func answer(_ row: OpaquePointer, key: UInt64) -> CheckAnswer {
    guard sqlite3_column_count(row) > 0 else { return CheckAnswer(.nothing, hash: 0, rows: 0) }
    switch sqlite3_column_type(row, 0) {
    case SQLITE_NULL: return CheckAnswer(.nothing, hash: 0, rows: 0)
    case SQLITE_BLOB:
      let count = Int(sqlite3_column_bytes(row, 0))
      let bytes = UnsafeRawBufferPointer(start: sqlite3_column_blob(row, 0), count: count)
      return CheckAnswer(.hidden(bytes: UInt64(count)), hash: CellHash.hash(bytes, key: key), rows: 0)
    default:
      let text = sqlite3_column_text(row, 0)
      let bytes = UnsafeRawBufferPointer(start: text, count: Int(sqlite3_column_bytes(row, 0)))
      return AnswerReading.answer(bytes, key: key, rows: 0)
    }
  }
}
