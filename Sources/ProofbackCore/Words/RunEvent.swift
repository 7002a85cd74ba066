import Foundation

/// What a worker says while it works, one JSON object a line on its standard output.
public enum RunEvent: Sendable, Codable {
  case located(SourceObject)
  case stageStarted(Stage)
  /// Bytes out of a stage so far; `total` where it is known.
  case progress(stage: Stage, bytes: UInt64, total: UInt64?)
  case stageEnded(StageRecord)
  case finding(Finding)
  case log(String)
  /// The sandbox is held open: how to look inside, and until when.
  case heldOpen(how: String, until: Date)
  /// What later runs of the same restore test are held against, once this one has passed.
  case measured(Baseline)
  case ended(RunReport)
}

/// Takes events. Calls may come from any thread.
public protocol EventSink: Sendable {
  func send(_ event: RunEvent)
}
