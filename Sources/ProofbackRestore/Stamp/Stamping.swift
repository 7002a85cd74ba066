public import Foundation
public import ProofbackCore
import SystemPackage

/// Makes one backup's proof: the source before, the tool, the source after.
public struct Stamping: Sendable {
  public struct Outcome: Sendable {
    public var proof: Proof
    /// What is missing from the proof, and why.
    public var problems: [String]
  }
  private let dsn: String?
  private let password: Data?
  private let leftOut: [String]

  /// - Parameter leftOut: patterns of tables and objects that are not meant to be in the backup.
  public init(dsn: String?, password: Data?, leftOut: [String]) {
    self.dsn = dsn
    self.password = password
    self.leftOut = leftOut
  }

  /// Runs the tool, whatever becomes of the measuring: a backup without proof is better than none.
  /// - Throws: when the tool could not be started.
  public func around(
    _ tool: [String], environment: [String: String], version: String, errors: @escaping @Sendable ([UInt8]) -> Void
  ) async throws -> Outcome {
    let source = await open()
    let before = await measure(source)
    let result = try await StampedStream.run(tool, environment: environment, to: .standardOutput, errors: errors)
    let after = result.end.isSuccess && before?.profile != nil ? await measure(source) : nil
    let exitCode: Int32 =
      switch result.end {
      case .exited(let code): code
      case .signalled(let number): 128 + number
      }
    let used = ProofTool(
      name: UntrustedText.line(tool[0].split(separator: "/").last ?? "", limit: 60),
      arguments: ToolArguments.shown(Array(tool.dropFirst())), version: await ToolArguments.version(of: tool[0]),
      exitCode: exitCode, messages: result.messages)
    var outcome = outcome(result.stream, used, source, version)
    if let lost = result.lost { outcome.problems.append("the tool's output could not be passed on: \(lost)") }
    outcome.take(before, after, leftOut)
    return outcome
  }

  /// Of a finished file, whose source stands still since it was made.
  public func of(file: String, version: String) async throws -> Outcome {
    let source = await open()
    let measured = await measure(source)
    var outcome = outcome(try await StampedStream.read(file), nil, source, version)
    outcome.take(measured, nil, leftOut)
    return outcome
  }

  private let key = UInt64.random(in: 1...UInt64.max)

  fileprivate struct Measured: Sendable {
    var key: UInt64
    var profile: DatabaseProfile?
    var problem: String?
  }
  private enum Opened {
    case source(any ProofSource)
    case problem(String)
  }

  private func open() async -> Opened? {
    guard let dsn else { return nil }
    do { return .source(try await EngineCatalogue.openProofSource(dsn, password: password)) } catch {
      return .problem(Self.text(error))
    }
  }

  private func measure(_ source: Opened?) async -> Measured? {
    switch source {
    case nil: return nil
    case .problem(let text): return Measured(key: key, problem: text)
    case .source(let source):
      do {
        let measuring = Measuring(key: key, asOf: Date(), checksumKey: key)
        return Measured(key: key, profile: try await source.measure(measuring, leavingOut: leftOut))
      } catch {
        return Measured(key: key, problem: Self.text(error))
      }
    }
  }

  private static func text(_ error: any Error) -> String {
    switch error {
    case let trouble as RunTrouble: "the source was not measured: \(trouble.finding.message)"
    case let problem as SourceAddress.Problem: "the source was not measured: \(problem.fact)"
    default: "the source was not measured: \(UntrustedText.line("\(error)"))"
    }
  }

  private func outcome(_ stream: ProofStream, _ tool: ProofTool?, _ source: Opened?, _ version: String) -> Outcome {
    var versions = ["proofback": version]
    if case .source(let source) = source { versions["server"] = source.product }
    return Outcome(
      proof: Proof(made: Date().timeIntervalSince1970.rounded(), tool: tool, versions: versions, stream: stream),
      problems: [])
  }
}

extension Stamping.Outcome {
  fileprivate mutating func take(_ before: Stamping.Measured?, _ after: Stamping.Measured?, _ leftOut: [String]) {
    problems += Set([before?.problem, after?.problem].compactMap(\.self)).sorted()
    guard let before, let profile = before.profile, after?.problem == nil else { return }
    proof.take(profile, after?.profile, key: before.key, leftOut: leftOut)
  }
}
