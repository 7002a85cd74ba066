import Foundation
public import ProofbackCore
import Synchronization

/// Requests for runs that say which request they are: one that comes again, because its answer was lost, makes no second
/// run. Known for a day, or until the server ends.
public final class RunRequestKeys: Sendable {
  private struct Made {
    var form: RunRequests.Form
    var run: String
    var at: Date
  }

  private static let lifetime: TimeInterval = 86_400
  private static let most = 10_000
  private let made = Mutex<[String: Made]>([:])

  public init() {}

  /// The run that `key` made before, or a new one.
  /// - Throws: `FormProblems`, also when the key came with another form.
  public func run(
    _ key: String, _ form: RunRequests.Form, by actor: Actor, make: () throws -> RunRecord,
    find: (String) throws -> RunRecord?
  ) throws -> RunRecord {
    guard (1...255).contains(key.utf8.count) else {
      throw FormProblems("Idempotency-Key", "it has \(key.utf8.count) bytes", hint: "1 to 255 are allowed")
    }
    // One after the other, so that of two that come at once one makes the run.
    return try made.withLock { made in
      let name = "\(actor.person) \(key)"
      if let old = made[name], actor.at.timeIntervalSince(old.at) < Self.lifetime {
        guard old.form == form else {
          throw FormProblems("Idempotency-Key", "it came with another request already", hint: "make a new one")
        }
        if let run = try find(old.run) { return run }
      }
      let run = try make()
      if made.count >= Self.most { made = made.filter { actor.at.timeIntervalSince($0.value.at) < Self.lifetime } }
      if made.count >= Self.most { made.removeAll() }
      made[name] = Made(form: form, run: run.id, at: actor.at)
      return run
    }
  }
}
