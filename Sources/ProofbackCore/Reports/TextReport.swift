/// A report for people: the sentence, the cause, what to do, then everything else. At most `width` columns.
public struct TextReport {
  public var width: Int
  /// Colour sequences around a word, for terminals.
  public var paint: @Sendable (Verdict, String) -> String

  public init(width: Int = 100, paint: @escaping @Sendable (Verdict, String) -> String = { $1 }) {
    self.width = min(width, 100)
    self.paint = paint
  }

  public func render(_ report: RunReport) -> String {
    var lines = [""]
    let word = report.sentence.hasPrefix(report.verdict.spoken) ? "" : "\(report.verdict.spoken): "
    lines += wrapped("\(report.verdict.shape) \(word)\(report.sentence)", indent: 2).map { paint(report.verdict, $0) }
    if let cause = report.causeFinding {
      lines += cause.evidence.flatMap { wrapped("  \($0)", indent: 4) }
      if !cause.hint.isEmpty { lines += wrapped("  next: \(cause.hint)", indent: 8) }
      lines += ["  code: \(cause.code)"]
    }
    lines += findings(report) + inventory(report) + facts(report)
    return lines.joined(separator: "\n") + "\n"
  }

  private func findings(_ report: RunReport) -> [String] {
    var lines: [String] = []
    let others = report.findings.filter { $0 != report.causeFinding }
    for finding in others where finding.consequence != .none {
      let mark = finding.consequence == .failed ? "✕" : finding.consequence == .warning ? "!" : "▲"
      lines += wrapped("\(mark) \(finding.message)  [\(finding.code)]", indent: 2)
    }
    for finding in others where finding.consequence == .none { lines += wrapped("· \(finding.message)", indent: 2) }
    return lines.isEmpty ? [] : [""] + lines
  }

  private func inventory(_ report: RunReport) -> [String] {
    guard let inventory = report.inventory, !inventory.tables.isEmpty else { return [] }
    let shown = inventory.tables.prefix(20)
    let names = shown.map { "\($0.database).\($0.name)" }
    let column = min(max(5, names.map(\.count).max() ?? 5), width - 50)
    var lines = ["", "  \(pad("table", column))  \(lead("rows", 12))  \(lead("in dump", 12))  \(lead("size", 10))"]
    for (table, name) in zip(shown, names) {
      let claimed = table.claimedRows.map { Quantity.text(count: $0) } ?? "–"
      let rows = table.rows.map { Quantity.text(count: $0) } ?? "–"
      lines.append(
        "  \(pad(shortened(name, column), column))  \(lead(rows, 12))  \(lead(claimed, 12))  \(lead(Quantity.text(bytes: table.bytes), 10))"
      )
    }
    if inventory.tables.count > shown.count { lines.append("  … and \(inventory.tables.count - shown.count) more") }
    return lines
  }

  private func facts(_ report: RunReport) -> [String] {
    var lines = [""]
    if let source = report.source {
      let size = source.size.map { ", \(Quantity.text(bytes: $0))" } ?? ""
      lines += labelled("file", "\(UntrustedText.line(source.name))\(size)")
      if let sha256 = source.sha256 { lines += labelled("sha256", sha256) }
    }
    if let engine = report.engine { lines += labelled("engine", "\(engine.product) \(engine.version)") }
    if let sandbox = report.sandbox {
      lines += labelled("sandbox", ([sandbox.kind] + sandbox.limits).joined(separator: "; "))
    }
    return lines + labelled("took", "\(Quantity.text(seconds: report.seconds)), run \(report.runID)")
  }

  private func labelled(_ label: String, _ text: String) -> [String] {
    TextReport(width: width - 9).wrapped(text, indent: 0).enumerated().map {
      pad($0.offset == 0 ? label : "", 9) + $0.element
    }
  }

  // MARK: Columns

  private func pad(_ text: String, _ count: Int) -> String {
    text + String(repeating: " ", count: max(0, count - text.count))
  }
  private func lead(_ text: String, _ count: Int) -> String {
    String(repeating: " ", count: max(0, count - text.count)) + text
  }
  private func shortened(_ text: String, _ count: Int) -> String {
    text.count <= count ? text : String(text.prefix(count - 1)) + "…"
  }

  /// `text` broken at blanks, later lines indented; words longer than a line are cut into pieces.
  public func wrapped(_ text: String, indent: Int) -> [String] {
    if text.count <= width { return [text] }
    var lines: [String] = []
    var line = ""
    let lead = String(text.prefix { $0 == " " })
    for word in text.split(separator: " ") {
      var rest = word[...]
      while line.count + rest.count + 1 > width {
        if line.isEmpty || line.allSatisfy({ $0 == " " }) {
          let room = max(8, width - line.count)
          lines.append(line + rest.prefix(room))
          rest = rest.dropFirst(room)
        } else {
          lines.append(line)
        }
        line = String(repeating: " ", count: indent)
      }
      line += (line.isEmpty || line.allSatisfy { $0 == " " } ? (lines.isEmpty && line.isEmpty ? lead : "") : " ") + rest
    }
    if !line.allSatisfy({ $0 == " " }) { lines.append(line) }
    return lines
  }
}
