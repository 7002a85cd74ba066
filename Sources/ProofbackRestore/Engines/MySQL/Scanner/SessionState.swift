/// The few things that a session of the client and the server would know by now, as far as they change how the dump is read.
struct SessionState {
  struct Mode: OptionSet {
    let rawValue: UInt8
    static let ansiQuotes = Mode(rawValue: 1)
    static let noBackslashEscapes = Mode(rawValue: 2)

    /// Reads a value of `sql_mode`. The combined modes include ANSI_QUOTES.
    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(named text: String) {
      var mode: Mode = []
      for name in text.uppercased().split(whereSeparator: { $0 == "," || $0 == " " }) {
        switch name {
        case "NO_BACKSLASH_ESCAPES": mode.insert(.noBackslashEscapes)
        case "ANSI_QUOTES", "ANSI", "DB2", "MAXDB", "MSSQL", "ORACLE", "POSTGRESQL": mode.insert(.ansiQuotes)
        default: break
        }
      }
      self = mode
    }
  }

  /// What a user variable was seen to keep: dumps save settings and put them back.
  enum Saved {
    case mode(Mode)
    case charset(ClientCharset, name: String?)
  }

  private static let mostVariables = 64

  var database: String?
  var mode: Mode = []
  var charset = ClientCharset.plain
  /// As the dump named it, in lower case.
  var charsetName: String?
  private(set) var delimiter: [UInt8] = [SQLByte.semicolon]
  private(set) var classes = SQLByteClass.table(delimiter: [SQLByte.semicolon])
  private var saved: [String: Saved] = [:]

  mutating func setDelimiter(_ bytes: [UInt8]) {
    guard !bytes.isEmpty, bytes != delimiter else { return }
    delimiter = bytes
    classes = SQLByteClass.table(delimiter: bytes)
  }

  mutating func save(_ value: Saved, in variable: String) {
    if saved.count < Self.mostVariables || saved[variable] != nil { saved[variable] = value }
  }

  mutating func forget(_ variable: String) { saved[variable] = nil }

  func saved(in variable: String) -> Saved? { saved[variable] }
}
