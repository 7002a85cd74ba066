import Foundation
import ProofbackCore

/// Gives a worker, instead of the stored key to a bucket, one that opens what its run reads, for as long as the run may last.
/// The stored key itself asks for it.
struct NarrowKeys: Sendable, Equatable {
  /// Assumed with the stored key; nil: the key's own user is federated.
  var role: String?
  /// Of buckets that are not Amazon's; nil: those have no such service.
  var endpoint: String?
  /// Whether a worker gets the stored key where it was to be narrowed and was not.
  var givesWhole: Bool

  static let options = [
    KindOption(
      "bucketRole", "Role for buckets",
      hint:
        "arn:aws:iam::123456789012:role/backups-read, that stored cloud keys may assume: workers get it, narrowed to their object. Empty: the key's own rights, narrowed.",
      longest: 300),
    KindOption(
      "sts", "STS for other buckets",
      hint:
        "https://minio.example.org:9000, of buckets that are not Amazon's. Empty: their stored keys go as they are.",
      longest: 500),
    KindOption(
      "wholeKeys", "A key that AWS does not narrow",
      hint: "For example because its user may not do sts:GetFederationToken.",
      .choice([
        .init("no", "stays here: the run ends, and says why"), .init("yes", "goes to the worker as it is"),
      ])),
  ]

  init(_ options: [String: String]) throws {
    role = options["bucketRole"]
    endpoint = options["sts"]
    givesWhole = options["wholeKeys"] == "yes"
    if let role {
      try OptionCheck.matches(
        "bucketRole", role, /arn:[A-Za-z0-9:\/+=,.@_-]{1,280}/, "arn:aws:iam::123456789012:role/backups-read")
    }
    guard let endpoint else { return }
    do { _ = try WebAddress(endpoint) } catch {
      throw OptionProblem("sts", error.fact, hint: "for example https://minio.example.org:9000")
    }
  }

  /// The same assignment with a narrowed key, or as it was, and what is to be said about it.
  /// - Parameters:
  ///   - reach: what the run reads of a bucket; nil: nothing, or in a way that is not known.
  ///   - seconds: that the key has to last.
  ///   - wasSeen: whether the server itself has seen just now that the object is there.
  /// - Throws: `RunTrouble` when the key was not narrowed, and is not given as it is.
  func narrowed(
    _ assignment: Assignment, reach: BucketReach?, seconds: Double, wasSeen: Bool
  ) async throws -> (assignment: Assignment, finding: Finding?) {
    guard let stored = assignment.secrets.cloudKey else { return (assignment, nil) }
    let name = UntrustedText.line(stored.name, limit: 100)
    let whole = "the worker was given the stored key \(name) as it is"
    guard let reach else {
      return (assignment, AWSFindings.wholeKey.finding(whole, evidence: ["a tool of its own reads this bucket"]))
    }
    guard reach.isAmazons || endpoint != nil else {
      let why = "the bucket is not Amazon's, and the workplace names no STS for it"
      return (assignment, AWSFindings.wholeKey.finding(whole, evidence: [why]))
    }
    let tellsMissing = !wasSeen || assignment.secrets.proofKey != nil
    do {
      let key = try CloudKey(stored.content)
      let policy = try SessionPolicy(reach, tellsMissing: tellsMissing).text
      let (narrow, lasts) = try await session(key, policy, reach, seconds: seconds)
      var assignment = assignment
      assignment.secrets.cloudKey = NamedSecret(name: stored.name, content: narrow.written)
      let isShort = Double(lasts) < seconds
      return (
        assignment,
        AWSFindings.narrowKey.finding(
          "the worker was given a key to \(Self.text(reach)) alone",
          evidence: isShort
            ? [
              "it lasts \(Quantity.text(seconds: Double(lasts))), and the run may last \(Quantity.text(seconds: seconds))"
            ] : [])
      )
    } catch {
      let why = Self.reasons(error, reach)
      try Task.checkCancellation()
      guard givesWhole else {
        throw RunTrouble(
          AWSFindings.noNarrowKey, "the stored key \(name) could not be narrowed to \(Self.text(reach))", evidence: why,
          canRetry: (error as? AWSError)?.trouble.canRetry ?? false)
      }
      return (assignment, AWSFindings.keyNotNarrowed.finding(whole, evidence: why))
    }
  }

  /// - Returns: the key, and how many seconds it opens something.
  private func session(
    _ key: CloudKey, _ policy: String, _ reach: BucketReach, seconds: Double
  ) async throws -> (key: CloudKey, lasts: Int) {
    guard policy.count <= SessionPolicy.longest else {
      throw Refusal(fact: "its name is too long for a policy: \(policy.count) characters")
    }
    guard role != nil || key.token == nil else {
      throw Refusal(fact: "it is a session's, which AWS federates no further")
    }
    var access = try AWSAccess([:])
    access.endpoint = reach.isAmazons ? nil : endpoint
    let length = Int(seconds.rounded(.up))
    guard let role else {
      let request = STS.GetFederationToken(Policy: policy, DurationSeconds: STS.federation.clamping(length))
      let answer: STS.Answer = try await access.ask(
        "sts", "get-federation-token", request, in: reach.region, login: key)
      return (answer.Credentials.key, request.DurationSeconds)
    }
    var request = STS.AssumeRole(RoleArn: role, Policy: policy, DurationSeconds: STS.role.clamping(length))
    do {
      return (try await assumed(request, reach, access, key), request.DurationSeconds)
    } catch let error as AWSError where error.code == "ValidationError" && request.DurationSeconds > STS.usual {
      // A role's sessions last an hour, unless it says otherwise.
      request.DurationSeconds = STS.usual
      return (try await assumed(request, reach, access, key), request.DurationSeconds)
    }
  }

  private func assumed(
    _ request: STS.AssumeRole, _ reach: BucketReach, _ access: AWSAccess, _ key: CloudKey
  ) async throws -> CloudKey {
    let answer: STS.Answer = try await access.ask("sts", "assume-role", request, in: reach.region, login: key)
    return answer.Credentials.key
  }

  private struct Refusal: Error { var fact: String }

  private static func text(_ reach: BucketReach) -> String {
    let place = UntrustedText.line("\(reach.bucket)/\(reach.key)", limit: 300)
    return reach.isOneObject ? place : "what begins with \(place)"
  }

  private static func reasons(_ error: any Error, _ reach: BucketReach) -> [String] {
    switch error {
    case let refusal as Refusal: [refusal.fact]
    case let error as AWSError:
      ["\(error.operation) in \(error.region): \(error.code ?? "no answer")"]
        + (error.message.isEmpty ? [] : [error.message])
    case let trouble as RunTrouble: [trouble.finding.message]
    case let problem as CloudKey.Problem: [problem.fact]
    default: [UntrustedText.line("\(type(of: error))", limit: 100)]
    }
  }
}

extension ClosedRange<Int> {
  fileprivate func clamping(_ number: Int) -> Int { Swift.min(Swift.max(number, lowerBound), upperBound) }
}
