public import Foundation

/// The answer to a check's question, as far as it may leave the sandbox: a number, a time or a truth value as it is;
/// anything else as its length and a keyed hash.
public struct CheckAnswer: Sendable, Codable, Equatable {
  public enum Shown: Sendable, Codable, Equatable {
    /// As the DBMS writes it; digits, sign, point and exponent only.
    case number(String)
    case time(Date)
    case truth(Bool)
    /// NULL.
    case nothing
    /// The query gave no row.
    case noRow
    /// Any other value; its bytes.
    case hidden(bytes: UInt64)
  }

  public var shown: Shown
  /// Of the value's bytes, keyed: the same value has the same one in runs that have the same key.
  public var hash: UInt64
  public var rows: UInt64

  public init(_ shown: Shown, hash: UInt64, rows: UInt64) {
    self.shown = shown
    self.hash = hash
    self.rows = rows
  }
}

/// What came of a check's query.
public enum CheckOutcome: Sendable, Codable, Equatable {
  case answer(CheckAnswer)
  /// The server lacks something that it names: a table, a column, a routine. With the server's redacted message.
  case missing(String)
  /// It can't be carried out for a reason of its own: its syntax, a write, no database. With the reason.
  case refused(String)
  /// It took longer than it may.
  case tooLong
}

/// A query of a check, for an engine.
public struct CheckedQuery: Sendable, Codable, Equatable {
  public var text: String
  /// Nil: the only one that came back.
  public var database: String?
  public var seconds: Double
  /// What the answer's hash is keyed with.
  public var key: UInt64
  public init(_ text: String, database: String?, seconds: Double, key: UInt64) {
    self.text = text
    self.database = database
    self.seconds = seconds
    self.key = key
  }
}
