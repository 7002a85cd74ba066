import Foundation
import Glibc

/// What a run may leave on this machine: nothing.
struct ScenarioTraces {
  let bench: ScenarioBench
  let state: String

  /// Processes, mounts, folders, cgroups and user ids that carry the run's id.
  func left(by runID: String?) -> [String] {
    guard let runID else { return [] }
    var traces: [String] = []
    if FileManager.default.fileExists(atPath: "\(state)/runs/\(runID)") { traces.append("\(state)/runs/\(runID)") }
    for entry in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] where Int32(entry) != nil {
      // A mount namespace of the run is seen in its processes' mounts, a command line may name its folder.
      for file in ["cmdline", "mountinfo"] where Self.text("/proc/\(entry)/\(file)").contains(runID) {
        traces.append("process \(entry) (\(file)): \(Self.text("/proc/\(entry)/cmdline").prefix(200))")
      }
    }
    return traces + Self.groups(runID)
  }

  private static func groups(_ runID: String) -> [String] {
    let root = "/sys/fs/cgroup"
    let controllers = [""] + ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? [])
    return controllers.map { "\(root)/\($0)/proofback/\(runID)" }.filter { access($0, F_OK) == 0 }
  }

  private static func text(_ path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
  }
}
