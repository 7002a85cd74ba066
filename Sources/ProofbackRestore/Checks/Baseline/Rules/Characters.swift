import ProofbackCore

/// Sees characters that a conversion lost or doubled: question marks where there were emoji or accents, mojibake, U+FFFD,
/// bytes that are no text. Outside of the corpus: a dump through a Windows console whose code page has no Cyrillic.
struct CharactersLost: ColumnRule {
  private static let fewest: UInt64 = 5

  func finding(_ column: ColumnPair, of table: TablePair, _ context: BaselineContext) -> Finding? {
    guard column.before.kind == .text, column.now.looked > 0, column.before.looked > 0 else { return nil }
    guard let what = Self.mojibake(column) ?? Self.questionMarks(column) ?? Self.replaced(column) else { return nil }
    return BaselineFindings.characters.finding(
      "\(table.name).\(column.name): \(what)", evidence: ["held against the run of \(context.runText)"])
  }

  private static func mojibake(_ column: ColumnPair) -> String? {
    let (before, now) = (column.before, column.now)
    let beyond = max(1, now.count(.beyondASCII))
    guard now.count(.mojibake) >= fewest, Double(now.count(.mojibake)) / Double(beyond) > 0.3,
      before.share(of: .mojibake) < now.share(of: .mojibake) * 0.2
    else { return nil }
    return
      "\(Share.text(Double(now.count(.mojibake)) / Double(beyond))) of the texts beyond ASCII are encoded twice (mojibake), \(Share.text(before.share(of: .mojibake))) were"
  }

  /// What was there is not any more, and as many more question marks are.
  private static func questionMarks(_ column: ColumnPair) -> String? {
    for (trait, what) in [(TextTrait.fourBytes, "characters of four bytes"), (.beyondASCII, "characters beyond ASCII")]
    {
      let lost = column.before.share(of: trait) - column.now.share(of: trait)
      let more = column.now.share(of: .questionMark) - column.before.share(of: .questionMark)
      guard column.before.count(trait) >= fewest, column.now.share(of: trait) < column.before.share(of: trait) * 0.1,
        more > lost * 0.4
      else { continue }
      return "question marks stand where \(what) were, in \(Share.text(lost)) of the texts"
    }
    return nil
  }

  private static func replaced(_ column: ColumnPair) -> String? {
    for (trait, what) in [
      (TextTrait.replacement, "the sign for what could not be converted (U+FFFD)"),
      (.invalid, "bytes that are no UTF-8"),
    ] {
      guard column.now.count(trait) >= fewest, column.before.count(trait) == 0, column.now.share(of: trait) > 0.01
      else {
        continue
      }
      return "\(Share.text(column.now.share(of: trait))) of the texts have \(what), none had"
    }
    return nil
  }
}

/// Sees text, and files with text in them, that became noise. Outside of the corpus: a field-level encryption that was switched on for reading code only,
/// so that one release wrote ciphertext into plain columns.
struct TextTurnedToNoise: ColumnRule {
  func finding(_ column: ColumnPair, of table: TablePair, _ context: BaselineContext) -> Finding? {
    guard column.before.kind == .text || column.before.kind == .bytes, !column.before.byteGroups.isEmpty,
      !column.now.byteGroups.isEmpty,
      column.changedShare.map({ $0 > 0.5 }) ?? true
    else { return nil }
    let shift = ByteShift.share(column.before.byteGroups, column.now.byteGroups)
    let blanks = column.before.share(of: .blank)
    let lostBlanks = blanks > 0.5 && column.now.share(of: .blank) < blanks * 0.1
    guard shift > context.tolerance(.bytesShifted) || lostBlanks && shift > context.tolerance(.bytesShifted) / 2 else {
      return nil
    }
    var evidence = [context.evidence(.bytesShifted)]
    if let before = column.before.entropy, let now = column.now.entropy {
      evidence.append(
        "entropy by groups of eight bytes: \((before * 10).rounded() / 10) bits then, \((now * 10).rounded() / 10) now")
    }
    return BaselineFindings.noise.finding(
      "\(table.name).\(column.name): \(Share.text(shift)) of the bytes are of another kind than before\(lostBlanks ? ", and the blanks between words are gone" : "")",
      evidence: evidence)
  }
}

/// Sees binary values that lost some bytes altogether. Outside of the corpus: an export through a tool that opens files as text
/// and drops what it can't print.
struct BytesLost: ColumnRule {
  func finding(_ column: ColumnPair, of table: TablePair, _ context: BaselineContext) -> Finding? {
    guard column.before.kind == .bytes else { return nil }
    let (before, now) = (column.before.byteGroups, column.now.byteGroups)
    let total = now.reduce(0, +)
    guard total > 4096, before.reduce(0, +) > 4096, before.count == 32, now.count == 32 else { return nil }
    let lost = before.indices.filter { group in
      let share = Double(before[group]) / Double(before.reduce(0, +))
      return share > 0.005 && Double(now[group]) / Double(total) < share * 0.2
    }
    guard !lost.isEmpty else { return nil }
    let ranges = lost.map { "\($0 * 8)–\($0 * 8 + 7)" }.joined(separator: ", ")
    return BaselineFindings.bytesLost.finding(
      "\(table.name).\(column.name): bytes of the values \(ranges) are gone from it",
      evidence: ["held against the run of \(context.runText)"])
  }
}

/// How far two distributions of bytes are apart: the share of bytes that would have to change group.
enum ByteShift {
  static func share(_ before: [UInt64], _ now: [UInt64]) -> Double {
    let (old, new) = (Double(before.reduce(0, +)), Double(now.reduce(0, +)))
    guard old > 0, new > 0 else { return 0 }
    return zip(before, now).reduce(0) { $0 + abs(Double($1.0) / old - Double($1.1) / new) } / 2
  }
}
