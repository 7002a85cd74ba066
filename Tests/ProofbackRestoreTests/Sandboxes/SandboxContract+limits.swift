import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage
import Testing

extension SandboxContract {
  static let limits = [
    Clause("a sandbox within its limits reaches none") { place in
      let sandbox = try await place.make()
      _ = try await place.run("dd if=/dev/zero of=/data/file bs=1M count=20; sleep 0.6", in: sandbox)
      #expect(sandbox.limitReached(now: true) == nil)
      #expect((20_000_000...30_000_000).contains(sandbox.diskUsage()))
      #expect(
        ["memory: ", "processes: ", "disk: "].allSatisfy { bound in sandbox.used.limits.contains { $0.hasPrefix(bound) }
        })
      await sandbox.destroy()
    },
    Clause("a program that takes too much memory ends, and it was the memory limit") { place in
      let sandbox = try await place.make(Limits(memoryBytes: 200_000_000))
      let hog = "perl -e '$x .= \"0123456789abcdef\" x 65536 while 1'"
      let seen = try await place.run(hog, in: sandbox)
      #expect(!seen.end.isSuccess)
      #expect(sandbox.limitReached(now: true)?.code.rawValue == "limit.memory")
      #expect(sandbox.limitReached(now: true)?.consequence == .inconclusive)
      await #expect(throws: RunTrouble.self) {
        _ = try await sandbox.start(SandboxPlace.script("true"), input: nil, output: nil)
      }
      await sandbox.destroy()
    },
    Clause("a fork bomb is contained") { place in
      let sandbox = try await place.make(Limits(processes: 50))
      let marker = "bomb\(UInt32.random(in: 1_000_000...9_999_999))"
      let process = try await sandbox.start(
        SandboxPlace.script("f() { : \(marker); f | f & sleep 1; f; }; f"), input: nil, output: nil)
      try await Task.sleep(for: .seconds(1.5))
      #expect(processes(with: marker) <= 60)
      await process.stop(within: 0)
      await sandbox.destroy()
      #expect(processes(with: marker) == 0)
    },
    Clause("whoever fills the disk is stopped, and it was the disk limit") { place in
      let sandbox = try await place.make(Limits(diskBytes: 100_000_000))
      let seen = try await place.run(
        "i=0; while :; do dd if=/dev/zero of=/data/$i bs=1M count=10 2>/dev/null; i=$((i+1)); sleep 0.01; done",
        in: sandbox)
      #expect(!seen.end.isSuccess)
      #expect(sandbox.limitReached(now: true)?.code.rawValue == "limit.disk")
      #expect(sandbox.diskUsage() < 2_000_000_000)
      await sandbox.destroy()
    },
    Clause("files that are removed while open count too") { place in
      let sandbox = try await place.make(Limits(diskBytes: 100_000_000))
      let seen = try await place.run(
        "for i in 3 4 5 6 7 8; do eval \"exec $i>/data/x\"; rm /data/x; dd if=/dev/zero bs=1M count=20 >&$i 2>/dev/null; done; sleep 20",
        in: sandbox)
      #expect(!seen.end.isSuccess)
      #expect(sandbox.limitReached(now: true)?.code.rawValue == "limit.disk")
      await sandbox.destroy()
    },
    Clause("what lies in folders closed to everybody counts too") { place in
      let sandbox = try await place.make(Limits(diskBytes: 50_000_000))
      let seen = try await place.run(
        "mkdir /data/a; for i in 1 2 3 4; do dd if=/dev/zero of=/data/a/$i bs=1M count=20 2>/dev/null; done; chmod 000 /data/a; sleep 20",
        in: sandbox)
      #expect(!seen.end.isSuccess)
      #expect(sandbox.limitReached(now: true)?.code.rawValue == "limit.disk")
      await sandbox.destroy()
    },
    Clause("a file longer than the disk limit can't be made, holes or not") { place in
      let sandbox = try await place.make(Limits(diskBytes: 50_000_000))
      let seen = try await place.run("truncate -s 1T /data/huge", in: sandbox)
      #expect(!seen.end.isSuccess)
      let ended = try? await place.run("dd if=/dev/zero of=/exchange/huge bs=1M count=1000", in: sandbox)
      #expect(ended?.end.isSuccess != true)
      #expect(sandbox.limitReached(now: true)?.code.rawValue == "limit.disk")
      await sandbox.destroy()
    },
  ]

  private static func processes(with marker: String) -> Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.filter { name in
      guard Int32(name) != nil, let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") else {
        return false
      }
      return String(decoding: line, as: UTF8.self).contains(marker)
    }.count
  }
}
