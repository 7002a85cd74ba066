import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem

/// Tries out whether the process sandbox works on this host.
enum SealReadiness {
  struct Program {
    let name: String
    let path: String
    let package: String
  }

  private static let programs = [
    Program(name: "bubblewrap", path: "/usr/bin/bwrap", package: "bubblewrap"),
    Program(name: "setpriv", path: "/usr/bin/setpriv", package: "util-linux"),
    Program(name: "prlimit", path: "/usr/bin/prlimit", package: "util-linux"),
    Program(name: "unshare", path: "/usr/bin/unshare", package: "util-linux"),
  ]

  static func missingPrograms() -> [Program] { programs.filter { access($0.path, X_OK) != 0 } }

  static func look(_ groups: ControlGroupHost?) async -> SandboxReadiness {
    let missing = missingPrograms()
    guard missing.isEmpty else {
      let packages = Set(missing.map(\.package)).sorted().joined(separator: " ")
      return SandboxReadiness(
        obstacles: missing.map { "\($0.name) is not installed" }, limits: [],
        remedy: "apt-get install \(packages)")
    }
    let group = groups?.make(runID: "doctor-\(getpid())", limits: Limits()) { _ in }
    defer { group?.remove() }
    let plan = LimitPlan(limits: Limits(), group: group)
    let trial = plan.limiting(Seal(user: UserClaim.range.upperBound).seal(Command("/usr/bin/true")))
    guard let outcome = try? await trial.capture(within: 20), outcome.end.isSuccess else {
      return refused(try? await trial.capture(within: 20))
    }
    return SandboxReadiness(obstacles: [], limits: plan.words.map(withoutAmount) + whyNoGroup(groups, group))
  }

  /// Why the kernel does not count memory and processes of a whole run here, where it does not.
  private static func whyNoGroup(_ groups: ControlGroupHost?, _ group: ControlGroup?) -> [String] {
    if let group, group.memoryFolder != nil, group.processesFolder != nil { return [] }
    guard groups != nil else { return ["no cgroup: none is mounted here"] }
    let what = group == nil ? "no cgroup" : "no cgroup for \(group?.memoryFolder == nil ? "memory" : "processes")"
    return ["\(what): user \(geteuid()) can make none here; run as root, or delegate one (systemd: Delegate=yes)"]
  }

  /// `memory: cgroup v1, 2.0 GB` without what only a run knows.
  private static func withoutAmount(_ words: String) -> String {
    words.split(separator: ";").map { part in
      part.split(separator: ",", maxSplits: 1).first.map(String.init) ?? ""
    }.joined(separator: ";")
  }

  private static func refused(_ outcome: Command.Outcome?) -> SandboxReadiness {
    let words = UntrustedText.line(outcome?.errorText.trimmingCharacters(in: .whitespacesAndNewlines) ?? "no answer")
    let fact = "the system refuses namespaces: \(words)"
    if geteuid() == 0 || isInContainer {
      return SandboxReadiness(
        obstacles: [fact], limits: [],
        remedy:
          "in a container: start it with --security-opt seccomp=unconfined --security-opt systempaths=unconfined, "
          + "where the host has AppArmor with --security-opt apparmor=unconfined, and, as root, with --cap-add SYS_ADMIN"
      )
    }
    for (setting, wanted) in userNamespaceSettings where value(of: setting) == wanted.refusing {
      return SandboxReadiness(
        obstacles: [fact, "user namespaces are switched off: \(setting) is \(wanted.refusing)"], limits: [],
        remedy: "sysctl -w \(setting)=\(wanted.allowing)")
    }
    return SandboxReadiness(
      obstacles: [fact], limits: [], remedy: "run proofback as root, or allow user namespaces to this user")
  }

  /// As Docker and podman mark what they start.
  private static var isInContainer: Bool {
    access("/.dockerenv", F_OK) == 0 || access("/run/.containerenv", F_OK) == 0
  }

  private static let userNamespaceSettings: [(String, (refusing: String, allowing: String))] = [
    ("kernel.unprivileged_userns_clone", ("0", "1")), ("user.max_user_namespaces", ("0", "10000")),
    ("kernel.apparmor_restrict_unprivileged_userns", ("1", "0")),
  ]

  private static func value(of setting: String) -> String? {
    let path = "/proc/sys/" + setting.replacingOccurrences(of: ".", with: "/")
    return (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
