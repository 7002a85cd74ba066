import Foundation
import ProofbackCore
import Testing
import Yams

/// One cell of the matrix: a dump, the image that it is restored into, and what must come of it.
struct MatrixCase: Sendable, CustomTestStringConvertible {
  enum Damage: String, Sendable, Decodable { case none, cut, hole, gap }
  /// `RECIPE/FILE`, of `MatrixDumps`.
  var dump: String
  var damage: Damage
  var image: String
  var row: Row

  /// Of `Tests/Fixtures/matrix/cases.yaml`.
  struct Row: Sendable, Decodable {
    var dumps: [String]
    var damages: [Damage]?
    var images: [String]
    var verdict: Verdict
    var code: String?
    var because: String
  }

  var testDescription: String {
    "\(dump)\(damage == .none ? "" : " (\(damage.rawValue))") into \(image): \(row.because)"
  }

  static let all: [MatrixCase] = {
    do {
      let text = try String(contentsOfFile: MatrixDumps.fixtures + "/matrix/cases.yaml", encoding: .utf8)
      return try YAMLDecoder().decode([Row].self, from: text).flatMap(cells)
    } catch { fatalError("the matrix can't be read: \(error)") }
  }()

  private static func cells(_ row: Row) -> [MatrixCase] {
    row.dumps.flatMap { dump in
      (row.damages ?? [.none]).flatMap { damage in
        row.images.map { MatrixCase(dump: dump, damage: damage, image: $0, row: row) }
      }
    }
  }
}

extension MatrixCase.Damage {
  func spoil(_ bytes: inout Data) {
    let middle = bytes.count / 2
    let length = min(600, bytes.count / 8)
    switch self {
    case .none: break
    case .cut: bytes = bytes.prefix(bytes.count * 3 / 5)
    case .hole: bytes.replaceSubrange(middle..<(middle + length), with: Data(count: length))
    case .gap: bytes.removeSubrange(middle..<(middle + length))
    }
  }
}
