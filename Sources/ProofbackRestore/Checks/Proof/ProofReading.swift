import Foundation
import ProofbackCore

/// Reads what lies beside a backup as its proof. Whoever can write there wrote it: nothing in it is trusted to be small,
/// flat, or possible.
enum ProofReading {
  /// Why it is none, as a finding.
  struct Refusal: Error {
    var finding: Finding
  }

  /// More than any proof of `Proof.longest` bytes has that `proofback stamp` wrote.
  private static let mostParts = 1_000_000
  private static let deepest = 8
  /// The years 0 to 9999.
  private static let moments = -62_167_219_200.0...253_402_300_799.0

  /// - Parameter name: as it may be shown.
  static func read(_ content: Data, name: String) throws(Refusal) -> Proof {
    if let fault = shape(content) { throw malformed(name, fault) }
    let decoder = JSONDecoder()
    guard let head = try? decoder.decode(Head.self, from: content), head.version == Proof.currentVersion else {
      throw Refusal(finding: ProofFindings.unreadable.finding("\(name) is no proof of this version"))
    }
    guard let proof = try? decoder.decode(Proof.self, from: content) else {
      throw malformed(name, "its parts are not of the kinds that they are in a proof")
    }
    if let fault = fault(of: proof) { throw malformed(name, fault) }
    return proof
  }

  static func malformed(_ name: String, _ fault: String) -> Refusal {
    Refusal(finding: ProofFindings.malformed.finding("\(name) is no proof that stamp wrote: \(fault)"))
  }

  private struct Head: Decodable {
    var version: Int
  }

  /// How deep it goes and how much is in it, before anything is made of it.
  private static func shape(_ content: Data) -> String? {
    if content.count > Proof.longest { return "it has more than \(Quantity.text(bytes: UInt64(Proof.longest)))" }
    var (depth, parts) = (0, 0)
    var (isText, isEscaped) = (false, false)
    for byte in content {
      if isText {
        if isEscaped { isEscaped = false } else if byte == 0x5C { isEscaped = true } else { isText = byte != 0x22 }
        continue
      }
      switch byte {
      case 0x22: isText = true
      case 0x5B, 0x7B:
        depth += 1
        parts += 1
        if depth > deepest { return "it is nested more than \(deepest) levels deep" }
      case 0x5D, 0x7D: depth -= 1
      case 0x2C: parts += 1
      default: continue
      }
      if parts > mostParts { return "it has more than \(Quantity.text(count: UInt64(mostParts))) parts" }
    }
    return nil
  }

  private static func fault(of proof: Proof) -> String? {
    if !moments.contains(proof.made) { return "it was made in no year" }
    if !Hexadecimal.isText(proof.stream.sha256, bytes: 32) { return "its SHA-256 is none" }
    if proof.key != nil, proof.checksumKey == nil { return "its sums' key is none" }
    if proof.key == nil, !proof.tables.isEmpty || !proof.objects.isEmpty { return "its tables have no sums' key" }
    for table in proof.tables {
      if let most = table.mostRows, most < table.rows { return "a table has fewer rows at most than at least" }
      for column in table.columns {
        if ![column.newest, column.latest].allSatisfy({ $0.map(moments.contains) ?? true }) {
          return "a column's newest moment lies in no year"
        }
      }
    }
    return texts(proof).contains { $0.unicodeScalars.contains { $0.value < 32 || $0.value == 127 } }
      ? "there are control characters in it" : nil
  }

  private static func texts(_ proof: Proof) -> some Sequence<String> {
    let tool = proof.tool.map { [$0.name, $0.version ?? ""] + $0.arguments + $0.messages } ?? []
    let heads = tool + proof.versions.flatMap { [$0.key, $0.value] } + proof.databases + [proof.describedBy]
    let tables = proof.tables.lazy.flatMap { [$0.database, $0.name] + $0.columns.map(\.name) }
    let objects = proof.objects.lazy.flatMap { [$0.kind, $0.name, $0.table ?? ""] }
    return [heads, Array(tables), Array(objects)].joined()
  }
}
