import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage
import Testing

extension SandboxContract {
  static let life = [
    Clause("killing a program ends all that it started, daemons too") { place in
      let sandbox = try await place.make()
      let marker = "30\(UInt32.random(in: 1_000_000...9_999_999))"
      let process = try await sandbox.start(
        SandboxPlace.script(
          "(setsid sleep \(marker) & ) ; (setsid setsid sleep \(marker) &) ; trap '' TERM; sleep \(marker)"),
        input: nil, output: nil)
      #expect(await SandboxPlace.eventually { SandboxPlace.isAlive("sleep\0\(marker)") })
      await process.stop(within: 0.2)
      #expect(!SandboxPlace.isAlive("sleep\0\(marker)"))
      await sandbox.destroy()
    },
    Clause("a program that is asked to end may do so by itself") { place in
      let sandbox = try await place.make()
      let ready = try ProofbackSystem.Pipe()
      let process = try await sandbox.start(
        SandboxPlace.script("trap 'echo ended >/exchange/note; exit 7' TERM; echo ready; while :; do sleep 0.05; done"),
        input: nil, output: ready.writeEnd)
      #expect(try await SandboxPlace.firstLine(ready.readEnd) == "ready")
      await process.stop(within: 5)
      #expect(await process.wait() == .exited(7))
      #expect(FileManager.default.fileExists(atPath: sandbox.exchange.host.appending("note").string))
      await sandbox.destroy()
    },
    Clause("how a program ended is told") { place in
      let sandbox = try await place.make()
      #expect(try await place.run("exit 3", in: sandbox).end == .exited(3))
      #expect(try await place.run("kill -SEGV $$", in: sandbox).end == .signalled(SIGSEGV))
      let loud = try await place.run("echo out; echo err >&2", in: sandbox)
      #expect(loud.output == "out" && loud.errors == "err\n")
      await sandbox.destroy()
    },
    Clause("destroy is safe twice, at once, and while programs run") { place in
      let sandbox = try await place.make()
      let marker = "31\(UInt32.random(in: 1_000_000...9_999_999))"
      let process = try await sandbox.start(SandboxPlace.script("sleep \(marker)"), input: nil, output: nil)
      #expect(await SandboxPlace.eventually { SandboxPlace.isAlive("sleep\0\(marker)") })
      async let one: Void = sandbox.destroy()
      async let two: Void = sandbox.destroy()
      _ = await (one, two)
      #expect(!SandboxPlace.isAlive("sleep\0\(marker)"))
      #expect(await process.wait() == .signalled(SIGKILL))
      await sandbox.destroy()
      #expect(!FileManager.default.fileExists(atPath: sandbox.data.host.string))
    },
    Clause("a program that is being started while the sandbox is destroyed does not survive") { place in
      let sandbox = try await place.make()
      let marker = "32\(UInt32.random(in: 1_000_000...9_999_999))"
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<5 {
          group.addTask {
            _ = try? await sandbox.start(SandboxPlace.script("sleep \(marker)"), input: nil, output: nil)
          }
        }
        group.addTask { await sandbox.destroy() }
      }
      await sandbox.destroy()
      #expect(await SandboxPlace.eventually(within: 1) { !SandboxPlace.isAlive("sleep\0\(marker)") })
    },
    Clause("after destroy nothing starts, and given descriptors are closed") { place in
      let sandbox = try await place.make()
      await sandbox.destroy()
      let pipe = try ProofbackSystem.Pipe()
      await #expect(throws: RunTrouble.self) {
        _ = try await sandbox.start(SandboxPlace.script("true"), input: nil, output: pipe.writeEnd)
      }
      var byte: [UInt8] = [0]
      #expect(try byte.withUnsafeMutableBytes { try pipe.readEnd.readSome(into: $0) } == 0)
      try pipe.readEnd.close()
    },
    Clause("destroy is safe after a start that failed") { place in
      let sandbox = try await place.make()
      let missing = SandboxProgram(
        name: "missing", executable: "/usr/bin/no-such-program", role: .server, origin: .dbms)
      await #expect(throws: RunTrouble.self) { _ = try await sandbox.start(missing, input: nil, output: nil) }
      await sandbox.destroy()
      #expect(!FileManager.default.fileExists(atPath: sandbox.data.host.string))
    },
    Clause("folders with hostile names and permissions are removed") { place in
      let sandbox = try await place.make()
      let made = try await place.run(
        """
        cd /data; mkdir -p closed/inner; touch closed/inner/file; chmod 000 closed/inner closed
        touch -- -rf $'new\\nline' $'esc\\e[31m' ' '; mkdir -- '--help'; chmod 000 -- '--help'
        perl -e 'for (1..300) { mkdir "d" x 60; chdir "d" x 60 }'
        perl -e 'symlink "/etc", "/data/link"; symlink "/", "/exchange/link"; mkfifo' 2>/dev/null; mkfifo /data/pipe; chmod 000 /data
        """, in: sandbox)
      #expect(made.errors.isEmpty, "\(made.errors)")
      await sandbox.destroy()
      #expect(!FileManager.default.fileExists(atPath: sandbox.data.host.string))
      #expect(FileManager.default.fileExists(atPath: "/etc/hostname"))
    },
  ]
}
