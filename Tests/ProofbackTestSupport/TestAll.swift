import Foundation

/// What takes long runs with `make test-all` only.
public enum TestAll {
  public static let isOn = ProcessInfo.processInfo.environment["PROOFBACK_TEST_ALL"] == "1"

  /// The first `count` cases of a kind that all take the same way through the program; `make test-all` takes all of them.
  public static func first<Case>(_ count: Int, of cases: [Case]) -> [Case] {
    isOn ? cases : Array(cases.prefix(count))
  }
}
