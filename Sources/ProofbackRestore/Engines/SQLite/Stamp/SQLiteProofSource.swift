import Foundation
import ProofbackCore
import ProofbackSystem

/// An SQLite file as a source that is stamped: read by the library in this process, in one transaction, and not written to.
struct SQLiteProofSourceKind: ProofSourceKind {
  let schemes = ["sqlite"]
  let example = "sqlite:///srv/app/app.db"

  let tools = ["sqlite3"]

  func open(_ address: SourceAddress, password: Data?) async throws -> any ProofSource {
    guard let path = address.database, address.host == nil, address.user == nil, address.socket == nil else {
      throw SourceAddress.Problem(fact: "an SQLite file's address is its absolute path: sqlite:///srv/app/app.db")
    }
    let source = SQLiteProofSource(path: "/" + path)
    // A file that is none is said before the tool runs.
    _ = try await source.measure(Measuring(key: 1, asOf: Date()), leavingOut: ["*"])
    return source
  }
}

struct SQLiteProofSource: ProofSource {
  let path: String
  var product: String { "SQLite \(SQLiteReader.version)" }

  func measure(_ measuring: Measuring, leavingOut leftOut: [String]) async throws -> DatabaseProfile {
    let found = try await Blocking.run("sqlite") {
      var examiner = SQLiteExaminer(path: path, isSampled: false, measuring: measuring)
      examiner.leftOut = leftOut
      return examiner.measureSource()
    }
    if let fault = found.fault { throw trouble("the file can't be read: \(UntrustedText.line(fault.description))") }
    if let table = found.tables.first(where: { $0.fault != nil && !$0.isVirtual }), let fault = table.fault {
      throw trouble(
        "table \(UntrustedText.line(table.name)) can't be read at the source: \(UntrustedText.line(fault.description))")
    }
    var profile = DatabaseProfile()
    profile.describedBy = SQLiteVerification.describedBy
    found.measure("", into: &profile)
    return profile
  }

  private func trouble(_ fact: String) -> RunTrouble { RunTrouble(CommonFindings.clientDied, fact) }
}
