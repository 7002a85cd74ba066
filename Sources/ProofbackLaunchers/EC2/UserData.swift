import Foundation
import ProofbackCore

/// What an instance does: it fetches the worker, lets it work, itself or in a container, and shuts down, which terminates it.
enum UserData {
  /// EC2 takes so much, bytes (docs.aws.amazon.com, "Run commands at launch").
  static let longest = 16_384

  /// The first thing that it sets up is its own end, which needs neither the server nor AWS's API.
  /// - Parameter containerImage: nil: the worker runs on the instance itself.
  static func script(
    _ ticket: WorkerTicket, seconds: Double, packages: [String] = [], containerImage: String? = nil
  ) -> String {
    let variables = WorkerScript.variables(ticket)
    let work =
      containerImage.map { ContainerScript.body($0, variables: variables.map(\.name)) }
      ?? WorkerScript.body(folder: "/var/lib", memory: "/run")
    return """
      #!/bin/bash
      leave() { echo 'proofback: the instance shuts down'; shutdown -h now || poweroff -f; }
      setsid --fork bash -c 'sleep \(Int(seconds.rounded(.up))); shutdown -h now || poweroff -f' </dev/null >/dev/null 2>&1
      trap leave EXIT
      set -u
      \(variables.map { "\($0.name)=\(quoted($0.value))" }.joined(separator: "\n"))
      \(install(packages))\(work)
      """
  }

  /// Servers that packages bring are not started.
  private static func install(_ packages: [String]) -> String {
    guard !packages.isEmpty else { return "" }
    return """
      printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d
      export DEBIAN_FRONTEND=noninteractive
      if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends \(packages.joined(separator: " ")); }; then
        echo "proofback: the packages can't be installed"
        exit 1
      fi

      """
  }

  static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }
}
