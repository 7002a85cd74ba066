import Foundation
import ProofbackCore
import ProofbackSystem

/// The regions that a workplace may use, the usual one first.
struct AWSRegions: Sendable, Equatable {
  var all: [String]

  static let option = KindOption(
    "regions", "Regions",
    hint:
      "eu-central-1, eu-west-1. A backup in a bucket runs in its own region, if that is named here; others in the first.",
    isRequired: true, longest: 300)

  /// - Throws: `OptionProblem`.
  /// - Parameter option: whose value it is.
  init(_ options: [String: String], option: String = "regions") throws {
    all = Self.list(options[option])
    guard !all.isEmpty else { throw OptionProblem(option, "it is empty", hint: "for example eu-central-1") }
    if let wrong = all.first(where: { $0.wholeMatch(of: /[a-z]{2}(-[a-z]+){1,3}-[0-9]{1,2}/) == nil }) {
      throw OptionProblem(
        option, "\(UntrustedText.line(wrong, limit: 40)) is no region's name", hint: "for example eu-central-1")
    }
  }

  /// Words with commas or blanks between them.
  static func list(_ text: String?) -> [String] {
    (text ?? "").split { $0 == "," || $0.isWhitespace }.map(String.init)
  }

  /// Why a request failed. When AWS did not answer: whether its other regions have addresses, and this one has none.
  /// - Parameter resolves: whether a host's name does.
  static func explained(_ error: AWSError, resolves: (String) async -> Bool) async -> RunTrouble {
    let trouble = error.trouble
    guard trouble.finding.code == AWSFindings.unreachable.code, await !resolves("ec2.\(error.region).amazonaws.com"),
      await resolves("ec2.us-east-1.amazonaws.com")
    else { return trouble }
    return RunTrouble(AWSFindings.noRegion, "AWS has no region \(error.region)")
  }

  /// As the system's resolver finds names.
  static func resolves(_ host: String) async -> Bool {
    let outcome = try? await Command("/usr/bin/getent", ["ahosts", host]).capture(within: 10)
    return outcome?.end.isSuccess ?? false
  }

  /// The bucket's, if it may be; whatever lies elsewhere has none.
  func region(for location: String) -> (name: String, isNear: Bool) {
    guard location.hasPrefix("s3://"), let query = location.split(separator: "?", maxSplits: 1).dropFirst().first else {
      return (all[0], true)
    }
    let region = query.split(separator: "&").first { $0.hasPrefix("region=") }?.dropFirst("region=".count)
    guard let region = region.map(String.init) else { return (all[0], true) }
    return all.contains(region) ? (region, true) : (all[0], false)
  }
}
