import Foundation
import ProofbackCore
import ProofbackLaunchers

/// A run that a command waits for, on this machine. An interrupt ends it in order.
enum LocalRun {
  static func carryOut(_ assignment: Assignment, events: any EventSink) async -> RunReport {
    let started = Date()
    let work = Task { try await LocalLauncher().launch(assignment, events: events) }
    let signals = Interrupts { work.cancel() }
    defer { signals.end() }
    do {
      return try await work.value
    } catch let trouble as RunTrouble {
      return .notRun(assignment.specification, because: trouble.finding, started: started)
    } catch {
      let finding = Composition.internalError.finding(UntrustedText.line("\(error)"))
      return .notRun(assignment.specification, because: finding, started: started)
    }
  }

  /// `run-20261122-031502-4f9a1c`: sorts by time, is a folder name.
  static func newID() -> String {
    let stamp = Date().ISO8601Format(.iso8601(timeZone: .gmt, includingFractionalSeconds: false))
      .filter { $0.isNumber || $0 == "T" }.replacing("T", with: "-")
    let suffix = String(UInt32.random(in: 0..<0x100_0000), radix: 16)
    return "run-\(stamp)-\(String(repeating: "0", count: 6 - suffix.count))\(suffix)"
  }
}
