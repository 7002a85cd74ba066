/// What a drill does to a backup that passed.
public struct DrillPlan {
  /// Where the drill is carried out: what to do against what was missed is said in the words of the place.
  public enum Place: Sendable { case commandLine, server }

  private let report: RunReport
  private let specification: RunSpecification
  private let place: Place
  private let stored: UInt64
  private let content: UInt64

  /// - Parameters:
  ///   - report: of the undamaged run.
  ///   - specification: the same run's.
  public init(_ report: RunReport, of specification: RunSpecification, on place: Place) {
    self.report = report
    self.specification = specification
    self.place = place
    stored = report.source?.size ?? report.stages.first { $0.name == .fetch }?.bytes ?? 0
    let decoded = report.stages.first { $0.name == .decompress } ?? report.stages.first { $0.name == .decrypt }
    content = max(decoded?.bytes ?? 0, decoded == nil ? stored : 0)
  }

  public var cases: [DrillCase] { transfers + files + contents + rows + circumstances }

  private static let unseen =
    "nothing in this format tells: compress the backup (zstd has a checksum), or encrypt it"
  private var unseenInside: String {
    let past =
      if specification.baseline != nil {
        "it stays within what changes from run to run"
      } else {
        switch place {
        case .commandLine: "it was held against no earlier run (--baseline)"
        case .server: "there is no baseline yet: run it once, and drill again"
        }
      }
    return past + "; a proof made with the dump (proofback stamp) shows it, a check of your own may"
  }

  // MARK: The file

  private var transfers: [DrillCase] {
    let cuts: [(String, Double)] = [
      ("only its first tenth arrived", 0.1), ("only half of it arrived", 0.5), ("its last twentieth is missing", 0.95),
    ]
    let flips: [(String, Double)] = [
      ("a bit of it flipped near the beginning", 0.1), ("a bit of it flipped in the middle", 0.5),
      ("a bit of it flipped near the end", 0.9),
    ]
    return cuts.map { damaged($0.0, .stored, .cut, at: share(stored, $0.1)) }
      + [
        damaged("its last twenty bytes are missing", .stored, .cut, at: stored > 20 ? stored - 20 : 0),
        damaged("nothing is in it", .stored, .replace("")),
      ] + flips.map { damaged($0.0, .stored, .flip, at: share(stored, $0.1)) }
  }

  private var files: [DrillCase] {
    [
      damaged("a hole of zeros is in it", .stored, .zeros(4096), at: share(stored, 0.4)),
      damaged("its first half kilobyte is zeros", .stored, .zeros(512)),
      damaged("it was sent as text (FTP ASCII)", .stored, .carriageReturns),
      damaged(
        "an error page was saved in its place", .stored,
        .replace("<!DOCTYPE html><html><body>503 Service Unavailable</body></html>\n")),
      damaged(
        "the dump tool's complaint is all there is", .stored,
        .replace("mysqldump: Got error: 1045: Access denied\npg_dump: error: connection failed\n")),
      damaged(
        "something else was appended to it", .stored,
        .insert(String(repeating: "appended by mistake\n", count: 50), atLine: false), at: stored > 1 ? stored - 1 : 0),
    ]
  }

  // MARK: What is in it

  private var contents: [DrillCase] {
    [
      damaged("the dump ended half-way and was packed all the same", .content, .cut, at: share(content, 0.5)),
      damaged(
        "the dump ended just before its end and was packed all the same", .content, .cut, at: share(content, 0.97)),
      damaged("a bit flipped before it was packed", .content, .flip, at: share(content, 0.55)),
      damaged("a hole of zeros was in it before it was packed", .content, .zeros(2048), at: share(content, 0.45)),
      damaged(
        "the tool's error message went into the dump", .content,
        .insert("mysqldump: Error 2013: Lost connection to server during query\n", atLine: true),
        at: share(content, 0.5)),
      damaged("one line of it was lost", .content, .lineLost, at: share(content, 0.5)),
      damaged("one digit of it became another", .content, .digit, at: share(content, 0.6)),
    ]
  }

  /// Of the largest and of the smallest table that has rows, in the words of SQL dumps.
  private var rows: [DrillCase] {
    let tables = (report.inventory?.tables ?? []).filter { ($0.rows ?? 0) > 0 }
    guard report.inventory?.tableWord == "table", let most = tables.max(by: { ($0.rows ?? 0) < ($1.rows ?? 0) }),
      let least = tables.min(by: { ($0.rows ?? 0) < ($1.rows ?? 0) })
    else { return [] }
    let chosen =
      most == least ? [("the only table", most)] : [("the largest table", most), ("the smallest table", least)]
    return chosen.map { word, table in
      let shown = "all rows of \(word), \(UntrustedText.line(table.name, limit: 60)), were left out"
      let names = ["`\(table.name)`", "\"\(table.name)\"", table.name, "\(table.database).\(table.name)"]
      return damaged(
        shown, .content, .rowsLost(statements: names.map { "INSERT INTO \($0) " }, blocks: names.map { "COPY \($0) " }))
    }
  }

  // MARK: What is around it

  private var circumstances: [DrillCase] {
    var cases = [
      DrillCase(
        what: "no newer backup came for a month", change: .later(30 * 86400),
        otherwise: specification.maxAgeSeconds == nil
          ? "no age is demanded: --max-age 26h" : "one may be as old as that: --max-age")
    ]
    if report.layers.contains(where: { ["gpg", "age", "openssl"].contains($0) }) {
      cases.append(
        DrillCase(
          what: "the key that it is encrypted to is lost", change: .keysLost, otherwise: "it opens without a key"))
    }
    return cases
  }

  private func share(_ bytes: UInt64, _ share: Double) -> UInt64 { UInt64(Double(bytes) * share) }

  private func damaged(_ what: String, _ place: Damage.Place, _ kind: Damage.Kind, at offset: UInt64 = 0) -> DrillCase {
    DrillCase(
      what: what, change: .damage(Damage(place, kind, at: offset)),
      otherwise: place == .stored ? Self.unseen : unseenInside)
  }
}
