/// The dark and light modules of a QR code (ISO/IEC 18004), row by row, without the quiet zone around it.
public struct QRCode: Sendable, Equatable {
  public let rows: [[Bool]]

  /// From lines of two characters a module, `##` or two spaces, as `qrencode -t ASCII -m 0` writes them.
  /// Nil when it is no square of a size that QR codes have.
  public init?(lines text: String) {
    let lines = text.split(separator: "\n")
    let rows = lines.map { line in
      let marks = Array(line)
      return stride(from: 0, to: marks.count - 1, by: 2).map { marks[$0] == "#" }
    }
    guard (21...177).contains(rows.count), rows.count % 4 == 1, rows.allSatisfy({ $0.count == rows.count }) else {
      return nil
    }
    self.rows = rows
  }
}
