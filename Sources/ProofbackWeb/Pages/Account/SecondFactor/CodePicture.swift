import ProofbackCore

/// A QR code as an SVG of one path: each module is one unit, with the quiet zone of four that readers want.
struct CodePicture: Sendable {
  private static let quiet = 4
  var side: Int
  var path: String

  init(_ code: QRCode) {
    side = code.rows.count + 2 * Self.quiet
    path = code.rows.enumerated().map { y, row in
      row.indices.filter { row[$0] }.map { "M\($0 + Self.quiet) \(y + Self.quiet)h1v1h-1z" }.joined()
    }.joined()
  }
}
