import ProofbackCore

/// An instance for each run.
public struct EC2LauncherKind: LauncherKind {
  public let name = "ec2"
  public let title = "Amazon EC2, a machine for each run"
  public let options = EC2Options.all
  public let isHere = false
  public let prices = EC2Prices.all
  private let pace: AWSPace

  public init(pace: AWSPace = AWSPace()) { self.pace = pace }

  public func describe(_ options: [String: String]) throws -> String {
    let options = try EC2Options(options)
    let place = [options.subnet, options.access.endpoint].compactMap { $0 }.map { ", \($0)" }.joined()
    return options.regions.all.joined(separator: ", ") + place
  }

  public func looksFirst(_ options: [String: String]) -> Bool { LookFirst.isOn(options) }

  public func launcher(_ options: [String: String], in surroundings: LauncherSurroundings) -> any Launcher {
    do {
      return EC2Launcher(try EC2Options(options), surroundings, pace: pace)
    } catch {
      return BrokenLauncher(name: name, problem: error)
    }
  }
}
