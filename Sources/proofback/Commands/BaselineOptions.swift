import ArgumentParser
import Foundation
import ProofbackCore
import ProofbackSystem
import Synchronization

/// Earlier runs, and the clock.
struct BaselineOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Earlier passed runs that this one is held against: a file that --save-baseline wrote.", valueName: "file"))
  var baseline: String?
  @Option(
    help: ArgumentHelp(
      "When the run passes, write what later ones are held against: counts, sizes and keyed hashes, no values.",
      valueName: "file"))
  var saveBaseline: String?
  @Option(
    name: .customLong("volatile"),
    help: ArgumentHelp(
      "A table whose rows come and go as they like; * for any characters. May be given more than once.",
      valueName: "table"))
  var volatileTables: [String] = []
  @Option(
    name: .customLong("tolerance"),
    help: ArgumentHelp(
      "How far it may be from its baseline, such as rows-lost=30%. May be given more than once: \(Tolerance.allCases.map { "\($0.rawValue) (\(Int($0.byDefault * 100))%)" }.joined(separator: ", ")).",
      valueName: "name=share"))
  var tolerances: [String] = []
  @Option(
    help: ArgumentHelp("The time that ages are judged by, such as 2026-11-22T03:00:00Z; else now.", valueName: "time"))
  var asOf: String?

  func fill(_ specification: inout RunSpecification) throws {
    specification.asOf = try asOf.map(Self.time)
    specification.baseline = try baseline.map(Self.read)
    specification.volatileTables = volatileTables
    do { specification.tolerances = try ToleranceText.parse(tolerances) } catch let problem as ToleranceText.Problem {
      throw ValidationError("--tolerance: \(problem)")
    }
    if baseline != nil || saveBaseline != nil {
      specification.profileKey = specification.baseline?.key ?? UInt64.random(in: 1...UInt64.max)
    }
  }

  private static func time(_ text: String) throws -> Date {
    guard let date = try? Date(text, strategy: .iso8601) else {
      throw ValidationError("--as-of is '\(UntrustedText.line(text))', which is no time: write 2026-11-22T03:00:00Z")
    }
    return date
  }

  private static func read(_ path: String) throws -> Baseline {
    let shown = UntrustedText.line(path)
    let content: Data
    do { content = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
      throw ValidationError("--baseline: \(shown) can't be read (\(error.localizedDescription))")
    }
    guard let baseline = try? JSONDecoder().decode(Baseline.self, from: content),
      baseline.version == Baseline.currentVersion
    else {
      throw ValidationError("--baseline: \(shown) is no baseline of this version: write a new one with --save-baseline")
    }
    return baseline
  }

  /// Writes it whole or not at all, for its owner only.
  func save(_ baseline: Baseline?, _ report: RunReport) throws {
    guard let path = saveBaseline else { return }
    guard let baseline else {
      if report.verdict == .passed {
        throw ValidationError("--save-baseline: nothing of this backup could be measured, so nothing was written")
      }
      return
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      try PrivateFile.replace(path, with: try encoder.encode(baseline))
    } catch {
      throw ValidationError("--save-baseline: \(UntrustedText.line(path)) can't be written (\(error))")
    }
  }
}

/// Passes events on, and keeps the one with the next baseline.
final class BaselineKeeper: EventSink {
  private let sink: any EventSink
  private let kept = Mutex<Baseline?>(nil)
  init(passing sink: any EventSink) { self.sink = sink }

  var baseline: Baseline? { kept.withLock { $0 } }

  func send(_ event: RunEvent) {
    if case .measured(let baseline) = event { kept.withLock { $0 = baseline } } else { sink.send(event) }
  }
}
