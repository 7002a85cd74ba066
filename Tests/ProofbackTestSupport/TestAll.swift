import Foundation

/// What takes long runs with `make test-all` only.
public enum TestAll {
  public static let isOn = ProcessInfo.processInfo.environment["PROOFBACK_TEST_ALL"] == "1"
}
