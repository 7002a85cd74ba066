import Foundation
public import ProofbackCore
import ProofbackSystem

/// What is installed on this host.
public struct HostSystem: SandboxSystem {
  public init() {}
  public var identity: String { "" }
  public var place: String { "here" }

  public func find(_ program: String) async -> String? { Programs.find(program) }

  public func existing(_ paths: [String]) async -> [String] {
    paths.filter { FileManager.default.fileExists(atPath: $0) }
  }

  public func names(in folder: String) async -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  public func contents(of path: String) async -> [UInt8]? {
    (try? Data(contentsOf: URL(fileURLWithPath: path))).map { Array($0) }
  }

  public func output(of executable: String, _ arguments: [String], limit: Int) async -> [UInt8]? {
    guard let outcome = try? await Command(executable, arguments).capture(limit: limit, within: 60),
      outcome.end.isSuccess
    else { return nil }
    return outcome.output
  }
}
