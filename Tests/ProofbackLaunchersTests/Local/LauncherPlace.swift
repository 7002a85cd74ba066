import Foundation
import Glibc
import ProofbackCore
import ProofbackLaunchers
import ProofbackSystem
import Synchronization
import SystemPackage

/// A state folder for one test, and the stand-in for `proofback`.
final class LauncherPlace: Sendable {
  let state: StateFolder

  init() throws {
    let name = "proofback-launch-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    state = StateFolder(FilePath(NSTemporaryDirectory()).appending(name))
    try FileManager.default.createDirectory(atPath: state.path.string, withIntermediateDirectories: true)
  }

  func leave() async { await FolderRemoval.remove(state.path) }

  /// The executable that the tests are built with, beside them.
  static var testWorker: String {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    // swift test runs the bundle itself, or a helper that loads it by the path in its arguments.
    let candidates = ([own] + CommandLine.arguments).map {
      FilePath($0).removingLastComponent().appending("TestWorker")
    }
    return candidates.first { access($0.string, X_OK) == 0 }?.string ?? "TestWorker"
  }

  var launcher: LocalLauncher {
    LocalLauncher(worker: Command(Self.testWorker, ["worker"]), patience: 2)
  }

  func assignment(_ behaviour: String, runID: String = "run-1") -> Assignment {
    Assignment(
      specification: RunSpecification(runID: runID, location: behaviour, stateFolder: state.path.string),
      secrets: RunSecrets())
  }

  /// Processes of this machine whose command line or environment holds `marker`.
  static func processes(with marker: String) -> [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap(Int32.init).filter { processID in
      processID != getpid()
        && ["cmdline", "environ"].contains { file in
          let content = FileManager.default.contents(atPath: "/proc/\(processID)/\(file)") ?? Data()
          return String(decoding: content, as: UTF8.self).contains(marker)
        }
    }
  }

  static func eventually(within seconds: Double = 5, _ holds: () async -> Bool) async -> Bool {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while Date() < deadline {
      if await holds() { return true }
      try? await Task.sleep(for: .milliseconds(20))
    }
    return await holds()
  }
}

/// Keeps what was sent.
final class EventLog: EventSink {
  private let kept = Mutex<[RunEvent]>([])
  func send(_ event: RunEvent) { kept.withLock { $0.append(event) } }
  var all: [RunEvent] { kept.withLock { $0 } }
  var logs: [String] {
    all.compactMap { event in
      if case .log(let text) = event { text } else { nil }
    }
  }
}
