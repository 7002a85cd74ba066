import Foundation

/// Why an instance could not run the worker in a container: the words that its script prints last, which its console keeps.
enum ContainerTrouble: String, CaseIterable, Sendable {
  case noDocker = "the machine image has no Docker"
  case notRunning = "Docker does not start"
  case notPulled = "the image can't be pulled"
  case otherPlatform = "the image is not for linux/amd64"
  case notStarted = "the container does not start"

  /// What stands before them.
  static let mark = "proofback: no container: "

  /// - Parameter line: of a console, on which cloud-init may have put a time and a name before ours.
  init?(line: some StringProtocol) {
    guard let mark = line.range(of: Self.mark) else { return nil }
    self.init(rawValue: line[mark.upperBound...].trimmingCharacters(in: .whitespaces))
  }

  /// The next step.
  var hint: String {
    switch self {
    case .noDocker:
      "choose a machine image with Docker, or name docker.io among the packages installed at boot; see docs/aws.md"
    case .notRunning:
      "start an instance of the machine image by hand, and see what `systemctl status docker` says"
    case .notPulled:
      "see in the evidence what Docker said: is the name right, does the instance reach the registry, and may it pull from there?"
    case .otherPlatform: "push an image that is for linux/amd64, too"
    case .notStarted: "see in the evidence what Docker said; the image needs /bin/bash"
    }
  }
}
