import ProofbackCore

/// A task for each run.
public struct ECSLauncherKind: LauncherKind {
  public let name = "ecs"
  public let title = "Amazon ECS, a task for each run"
  public let options = ECSOptions.all
  public let isHere = false
  public let prices = ECSPrices.all
  private let pace: AWSPace
  /// Of all runs of this server.
  private let definitions = RegisteredOnce()

  public init(pace: AWSPace = AWSPace()) { self.pace = pace }

  public func describe(_ options: [String: String]) throws -> String {
    let options = try ECSOptions(options)
    let endpoint = options.access.endpoint.map { ", \($0)" } ?? ""
    return "\(options.cluster) in \(options.region), \(options.capacity.name)" + endpoint
  }

  public func looksFirst(_ options: [String: String]) -> Bool { LookFirst.isOn(options) }

  public func launcher(_ options: [String: String], in surroundings: LauncherSurroundings) -> any Launcher {
    do {
      return ECSLauncher(try ECSOptions(options), surroundings, pace: pace, definitions: definitions)
    } catch {
      return BrokenLauncher(name: name, problem: error)
    }
  }
}
