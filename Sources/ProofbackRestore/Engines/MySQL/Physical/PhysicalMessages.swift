import ProofbackCore

/// What server and preparing tool say of damaged files, as far as it may leave the sandbox: InnoDB prints rows and whole
/// pages when it finds something wrong.
enum PhysicalMessages {
  /// Behind these a message shows a record or a page (rem0rec.cc, ut0ut.cc).
  private static let ofRows = ["TUPLE", "RECORD", "PHYSICAL", "{[", "DATA TUPLE", " len ", "asc "]

  /// The telling lines, the last ones, each cut before anything that a row may be in.
  static func errors(_ log: [UInt8]) -> [String] {
    let lines = log.split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
    let telling = lines.filter { line in
      line.contains("[ERROR]") || line.contains("FATAL ERROR") || line.contains("] Error")
        || line.contains("InnoDB: Assertion failure")
    }
    return telling.suffix(8).map { line in
      let text =
        line.firstRange(of: #/\[ERROR\] |FATAL ERROR: [-0-9: ]*|\] Error: /#).map { String(line[$0.upperBound...]) }
        ?? line
      let cut = ofRows.compactMap { text.firstRange(of: $0)?.lowerBound }.min() ?? text.endIndex
      return UntrustedText.line(String(text[..<cut]), limit: 240)
    }
  }

  /// The place up to which the preparing tool found the redo log (log0recv.cc), where it says so.
  static func endOfLog(_ log: [UInt8]) -> UInt64? {
    String(decoding: log, as: UTF8.self).matches(of: /End of log at LSN=([0-9]{1,20})/).last.flatMap {
      UInt64($0.output.1)
    }
  }

  /// Whether a server ended because of what it found in its files, by its own words (signal handler, ut0dbg.cc).
  static func tellsOfCrash(_ log: [UInt8]) -> Bool {
    let text = String(decoding: log, as: UTF8.self)
    return text.contains("InnoDB: Assertion failure") || text.firstMatch(of: /got signal (4|6|7|8|11)\b/) != nil
      || text.contains("[FATAL] InnoDB")
  }
}
