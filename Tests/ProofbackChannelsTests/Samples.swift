import Foundation
import ProofbackCore
import ProofbackTestSupport

@testable import ProofbackChannels

enum Sample {
  static func notice(
    _ subject: String = "bad: shop.sql.gz.gpg on db1: ends inside table orders",
    cause: String = "the dump ends inside table orders"
  ) -> Notice {
    Notice(
      id: "a2b3c4", reason: .failure, state: "bad", subject: subject, cause: cause, hint: "make the backup anew",
      link: "https://proofback.example/runs/xyz", facts: [("restore test", "nightly"), ("tried", "locate 0.1 s")],
      at: Date(timeIntervalSince1970: 1_800_000_000))
  }

  static func mail(_ receiver: Receiver, _ more: [String: String] = [:]) -> [String: String] {
    var options = [
      "to": "ops@example.com, night@example.com", "from": "proofback@example.com", "host": "localhost",
      "port": String(receiver.port), "security": "none",
    ]
    if !receiver.certificate.isEmpty { options["authority"] = receiver.certificate }
    options.merge(more) { $1 }
    return options
  }

  /// Arguments of all processes below this one, looked at until one named `program` was seen some times.
  /// - Parameter first: its first argument, by which it is told from those of other tests' fixtures.
  static func arguments(whileRunning program: String, first: String? = nil) async throws -> [[String]] {
    var seen: [[String]] = []
    for _ in 0..<400 {
      let below = Set(ProcessTable.descendants(of: getpid()))
      seen += ProcessTable.all().filter { below.contains($0.id) }.map(\.arguments)
      let ours = seen.count { words in
        words.contains { $0.hasSuffix("/\(program)") } && (first == nil || words.dropFirst().first == first)
      }
      if ours >= 5 { break }
      try await Task.sleep(for: .milliseconds(20))
    }
    return seen
  }
}

extension Delivery {
  var fact: String {
    switch self {
    case .delivered(let fact): fact
    case .failed(let fact, _, _): fact
    }
  }
}
