public import Foundation

public enum RunState: String, Sendable, Codable {
  case waiting, running, ended
}

/// One run, as lists show it.
public struct RunRecord: Sendable, Codable, Equatable, Identifiable {
  public var id: String
  /// Nil: a run by itself.
  public var restoreTest: String?
  /// Name of the restore test, or of the file asked for.
  public var title: String
  public var location: String
  public var state: RunState
  /// Why it waits, while it does.
  public var waitsFor: String?
  /// Nil: its schedule did.
  public var requestedBy: String?
  public var requested: Date
  /// When the schedule wanted it; nil for a run by hand.
  public var due: Date?
  public var started: Date?
  public var ended: Date?
  public var verdict: Verdict?
  public var cause: String?
  public var sentence: String?
  public var type: String?
  public var fileName: String?
  public var fileSize: Int64?
  /// The run that tries it again: its server had ended in the middle of it.
  public var again: String?
  /// The run that this one tries again.
  public var repeats: String?
  /// When somebody said that nothing needs to be done about it; of runs by hand only.
  public var dismissed: Date?
  /// That was started for it; nil: none.
  public var machine: String?
  /// From the machine's start to the run's end; once it has ended.
  public var machineSeconds: Double?
  /// US dollars by the price list; once it has ended.
  public var dollars: Double?

  /// One that waits.
  public init(
    id: String, restoreTest: String?, title: String, location: String, requestedBy: String?, requested: Date,
    due: Date? = nil, type: String?
  ) {
    self.id = id
    self.restoreTest = restoreTest
    self.title = title
    self.location = location
    state = .waiting
    self.requestedBy = requestedBy
    self.requested = requested
    self.due = due
    self.type = type
  }
}

extension RunRecord {
  public var cost: RunCost? {
    guard let machine, let machineSeconds, let dollars else { return nil }
    return RunCost(machine: machine, seconds: machineSeconds, dollars: dollars)
  }

  /// Seconds after its schedule's time at which it was asked for, when that is late: the server was down, or busy.
  public var late: TimeInterval? {
    due.map { requested.timeIntervalSince($0) }.flatMap { $0 >= 60 ? $0 : nil }
  }

  /// The sentence without the words that the verdict says already.
  public var causeText: String {
    let sentence = sentence ?? ""
    return sentence.firstRange(of: ": ").map { String(sentence[$0.upperBound...]) } ?? sentence
  }
}

/// A line of a run's log.
public struct LogLine: Sendable, Equatable {
  public var number: Int64
  public var at: Date
  public var text: String

  public init(number: Int64, at: Date, text: String) {
    self.number = number
    self.at = at
    self.text = text
  }
}
