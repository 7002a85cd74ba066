import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage
import Testing

/// `kill -9` of any process of a run, with a launcher in a process of its own.
@Suite(.serialized) struct KillTests {
  enum Victim: String, CaseIterable, CustomTestStringConvertible {
    case launcher, unshare, worker, sandbox, program, anyone
    var testDescription: String { rawValue }
  }

  @Test(arguments: Victim.allCases, 0..<2)
  func nothingOfARunOutlivesTheDeathOfAProcessOfIt(_ victim: Victim, _ round: Int) async throws {
    let place = try LauncherPlace()
    let marker = "41\(UInt32.random(in: 1_000_000...9_999_999))"
    let launcher = try await ChildProcess.start(
      Command(LauncherPlace.testWorker, ["launch", place.state.path.string, "run-k", marker]))
    #expect(await LauncherPlace.eventually(within: 60) { LauncherPlace.processes(with: "sleep\0\(marker)").count >= 6 })
    let family = ProcessTree().family(of: launcher.processID)
    let folder = place.state.runFolder("run-k")
    let groups = groups(of: folder)
    #expect(Leftovers(in: place.state).list().isEmpty, "a live run is none")

    let target = try #require(pick(victim, of: family))
    kill(target, SIGKILL)
    if victim == .sandbox || victim == .program || victim == .anyone {
      // The worker may live on after the death of a child; what it does then is the engine's. Here it holds until told.
      if !(await LauncherPlace.eventually(within: 1, { LauncherPlace.processes(with: marker).isEmpty })) {
        launcher.signal(SIGKILL)
      }
    }
    #expect(await LauncherPlace.eventually(within: 30) { LauncherPlace.processes(with: marker).isEmpty })
    #expect(await LauncherPlace.eventually(within: 30) { launcher.hasEnded })
    #expect(await LauncherPlace.eventually(within: 2) { members(of: groups).isEmpty })
    #expect(await LauncherPlace.eventually(within: 10) { !isMountedAnywhere(folder.appending("keys")) })
    #expect(StateFolderSearch.files(with: "SECRET-OF-THE-RUN", below: place.state.path).isEmpty)
    #expect(await Leftovers(in: place.state, graceSeconds: 0).remove().isEmpty)
    #expect(!FileManager.default.fileExists(atPath: folder.string))
    #expect(!groups.contains { FileManager.default.fileExists(atPath: $0) })
    await place.leave()
  }

  /// The launcher, then what runs below it, outermost first.
  private func pick(_ victim: Victim, of family: [Int32]) -> Int32? {
    func name(_ processID: Int32) -> String {
      let content = FileManager.default.contents(atPath: "/proc/\(processID)/comm") ?? Data()
      return String(decoding: content, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
    return switch victim {
    case .launcher: family.first
    case .unshare: family.dropFirst().first { ["unshare", "bwrap"].contains(name($0)) }
    case .worker: family.dropFirst().first { name($0) == "TestWorker" }
    case .sandbox: family.last { name($0) == "bwrap" }
    case .program: family.last { name($0) == "sleep" }
    case .anyone: family.randomElement()
    }
  }

  private func groups(of folder: FilePath) -> [String] {
    let text = (try? String(contentsOfFile: folder.appending("cgroups").string, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map(String.init)
  }

  private func members(of groups: [String]) -> [String] {
    groups.flatMap { group in
      let text = (try? String(contentsOfFile: "\(group)/cgroup.procs", encoding: .utf8)) ?? ""
      return text.split(separator: "\n").map(String.init)
    }
  }

  private func isMountedAnywhere(_ folder: FilePath) -> Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.contains { name in
      guard Int32(name) != nil else { return false }
      let text = FileManager.default.contents(atPath: "/proc/\(name)/mountinfo") ?? Data()
      return String(decoding: text, as: UTF8.self).contains(" \(folder.string) ")
    }
  }
}

enum StateFolderSearch {
  static func files(with text: String, below folder: FilePath) -> [String] {
    let names = FileManager.default.enumerator(atPath: folder.string)?.allObjects as? [String] ?? []
    return names.filter { name in
      let content = FileManager.default.contents(atPath: folder.appending(name).string) ?? Data()
      return String(decoding: content, as: UTF8.self).contains(text)
    }
  }
}
