import Foundation
import ProofbackCore
import Synchronization

/// Shows a run as it goes, on standard error: on a terminal one line that is rewritten per stage, elsewhere a line when a
/// stage ends.
final class ProgressPrinter: EventSink {
  private struct State {
    var started: [Stage: Date] = [:]
    var shown = false
    var current: (stage: Stage, bytes: UInt64)?
    /// How much of the file was fetched: what follows moves with it.
    var share: Double?
  }
  private let state = Mutex(State())
  private let isLive: Bool
  private let width: Int
  private let ticker = Mutex<Task<Void, Never>?>(nil)

  init(isLive: Bool) {
    self.isLive = isLive
    width = Terminal.width(STDERR_FILENO)
    guard isLive else { return }
    // The clock goes on where a stage has nothing to count.
    let task = Task { [weak self] in
      while (try? await Task.sleep(for: .milliseconds(500))) != nil { self?.state.withLock { self?.show(&$0) } }
    }
    ticker.withLock { $0 = task }
  }

  func send(_ event: RunEvent) {
    state.withLock { state in
      switch event {
      case .located(let object):
        line(
          "found  \(UntrustedText.line(object.name))\(object.size.map { ", " + Quantity.text(bytes: $0) } ?? "")",
          &state)
      case .stageStarted(let stage):
        state.started[stage] = Date()
        if stage == .verify { state.current = (stage, 0) }
      case .progress(let stage, let bytes, let total): progress(stage, bytes, total, &state)
      case .stageEnded(let record): ended(record, &state)
      case .finding(let finding): found(finding, &state)
      case .heldOpen(let how, let until):
        let time = until.formatted(date: .omitted, time: .standard)
        line("the sandbox stays open until \(time); end it with Ctrl-C. To look inside:", &state)
        // Not wrapped: it is there to be copied.
        write("  \(how)\n")
      case .log, .measured, .ended: break
      }
    }
  }

  func finish() {
    ticker.withLock { $0?.cancel() }
    state.withLock { state in
      state.current = nil
      clear(&state)
    }
  }

  private func ended(_ record: StageRecord, _ state: inout State) {
    if state.current?.stage == record.name { state.current = nil }
    guard record.bytes > 0 || record.seconds >= 0.01 else { return }
    line(Self.row(record.name, record.bytes, record.seconds), &state)
  }

  /// `import       1.2 GB   38.1 MB/s      32 s`, aligned.
  private static func row(_ stage: Stage, _ bytes: UInt64, _ seconds: Double) -> String {
    func lead(_ text: String, _ count: Int) -> String {
      String(repeating: " ", count: max(0, count - text.count)) + text
    }
    let name = stage.rawValue.padding(toLength: 12, withPad: " ", startingAt: 0)
    let rate = bytes > 0 && seconds > 0.05 ? Quantity.text(bytes: UInt64(Double(bytes) / seconds)) + "/s" : ""
    return name + lead(bytes > 0 ? Quantity.text(bytes: bytes) : "", 10) + lead(rate, 14)
      + lead(Quantity.text(seconds: seconds), 12)
  }

  private func found(_ finding: Finding, _ state: inout State) {
    guard finding.consequence != .none else { return }
    line("\(finding.status.rawValue): \(finding.message)", &state)
  }

  private func progress(_ stage: Stage, _ bytes: UInt64, _ total: UInt64?, _ state: inout State) {
    if let total, total > 0 { state.share = min(1, Double(bytes) / Double(total)) }
    // The innermost stage that moves is the one that people wait for.
    if let current = state.current, stage.order < current.stage.order { return }
    state.current = (stage, bytes)
    show(&state)
  }

  private func show(_ state: inout State) {
    guard isLive, let (stage, bytes) = state.current else { return }
    let seconds = state.started[stage].map { Date().timeIntervalSince($0) } ?? 0
    let bar = stage == .verify ? "" : Self.bar(state.share)
    write("\r\u{1B}[K" + String((Self.row(stage, bytes, seconds) + bar).prefix(width - 1)))
    state.shown = true
  }

  private static func bar(_ share: Double?) -> String {
    guard let share else { return "" }
    let filled = Int(share * 20)
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 20 - filled)
    return "  \(bar) \(Int(share * 100)) %"
  }

  private func line(_ text: String, _ state: inout State) {
    clear(&state)
    write(TextReport(width: width).wrapped(text, indent: 2).joined(separator: "\n") + "\n")
  }

  private func clear(_ state: inout State) {
    if state.shown { write("\r\u{1B}[K") }
    state.shown = false
  }

  private func write(_ text: String) { StandardError.write(text) }
}

extension Stage {
  fileprivate var order: Int { Stage.allCases.firstIndex(of: self) ?? 0 }
}
