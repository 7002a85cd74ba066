import Foundation
import ProofbackCore

/// What an instance does: it fetches the worker, lets it work, and shuts down, which terminates it.
enum UserData {
  /// EC2 takes so much, bytes (docs.aws.amazon.com, "Run commands at launch").
  static let longest = 16_384

  /// The first thing that it sets up is its own end, which needs neither the server nor AWS's API.
  static func script(_ ticket: WorkerTicket, seconds: Double, packages: [String]) -> String {
    let variables = WorkerScript.variables(ticket).map { "\($0.name)=\(quoted($0.value))" }.joined(separator: "\n")
    return """
      #!/bin/bash
      leave() { shutdown -h now || poweroff -f; }
      setsid --fork bash -c 'sleep \(Int(seconds.rounded(.up))); shutdown -h now || poweroff -f' </dev/null >/dev/null 2>&1
      trap leave EXIT
      set -u
      \(variables)
      \(install(packages))\(WorkerScript.body(folder: "/var/lib", memory: "/run"))
      """
  }

  /// Servers that packages bring are not started.
  private static func install(_ packages: [String]) -> String {
    guard !packages.isEmpty else { return "" }
    return """
      printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d
      export DEBIAN_FRONTEND=noninteractive
      apt-get update -qq && apt-get install -y -qq --no-install-recommends \(packages.joined(separator: " ")) || exit 1

      """
  }

  static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }
}
