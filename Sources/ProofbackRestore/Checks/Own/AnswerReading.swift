import Foundation
import ProofbackCore

/// Reads the first value of the first row of a query's result, inside the sandbox. What leaves it is a `CheckAnswer`.
struct AnswerReading {
  private let key: UInt64
  private let format: RowFormat
  /// The value as the client wrote it, as far as it is not hashed yet.
  private var value: [UInt8] = []
  private var hash: UInt64?
  private var length: UInt64 = 0
  private var isOver = false
  private var rows: UInt64 = 0

  init(key: UInt64, _ format: RowFormat) {
    self.key = key
    self.format = format
  }

  mutating func take(_ bytes: UnsafeRawBufferPointer) {
    guard !isOver else { return }
    for byte in bytes {
      // A tab in a value is escaped.
      if byte == 9 {
        isOver = true
        return
      }
      value.append(byte)
      length += 1
      if value.count == CellHash.piece { hashPiece() }
    }
  }

  /// Pieces are cut where the value has them, and not where the pipe did.
  private mutating func hashPiece() {
    hash = value.withUnsafeBytes { CellHash.extend(hash, $0, key: key) }
    value.removeAll(keepingCapacity: true)
  }

  mutating func endRow() {
    isOver = true
    rows += 1
  }

  mutating func finish() -> CheckAnswer {
    guard rows > 0 else { return CheckAnswer(.noRow, hash: 0, rows: 0) }
    if hash != nil {
      if !value.isEmpty { hashPiece() }
      return CheckAnswer(.hidden(bytes: length), hash: hash ?? 0, rows: rows)
    }
    if value == format.null { return CheckAnswer(.nothing, hash: 0, rows: rows) }
    let plain = TextRows.unescaped(value[...], format)
    return plain.withUnsafeBytes { AnswerReading.answer($0, key: key, rows: rows) }
  }
}

extension AnswerReading {
  /// What may be said of a value that was written as text.
  static func answer(_ bytes: UnsafeRawBufferPointer, key: UInt64, rows: UInt64) -> CheckAnswer {
    CheckAnswer(shown(bytes), hash: CellHash.hash(bytes, key: key), rows: rows)
  }

  private static let longestNumber = 40

  private static func shown(_ bytes: UnsafeRawBufferPointer) -> CheckAnswer.Shown {
    let hidden = CheckAnswer.Shown.hidden(bytes: UInt64(bytes.count))
    guard bytes.count <= longestNumber else { return hidden }
    if let moment = Moment(bytes) {
      return .time(Date(timeIntervalSince1970: Double(moment.secondsSince1970) + Double(moment.microsecond) / 1e6))
    }
    let text = String(decoding: bytes, as: UTF8.self)
    switch text.lowercased() {
    case "t", "true": return .truth(true)
    case "f", "false": return .truth(false)
    default: break
    }
    // A text of digits that begins with a zero is a telephone's number, and nobody's count.
    return text.wholeMatch(of: /-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][-+]?[0-9]{1,3})?/) == nil
      ? hidden : .number(text)
  }
}

extension CheckAnswer {
  /// What the row reader wrote. Nil when it is something else.
  init?(read text: String) {
    guard let answer = try? JSONDecoder().decode(CheckAnswer.self, from: Data(text.utf8)) else { return nil }
    self = answer
  }
}
