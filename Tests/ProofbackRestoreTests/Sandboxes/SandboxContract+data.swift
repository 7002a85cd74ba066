import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage
import Testing

extension SandboxContract {
  static let data = [
    Clause("a hundred megabytes pass in and out unharmed, with a slow reader") { place in
      let sandbox = try await place.make()
      let input = try ProofbackSystem.Pipe()
      let output = try ProofbackSystem.Pipe()
      let process = try await sandbox.start(
        SandboxPlace.script("exec cat", role: .client), input: input.readEnd, output: output.writeEnd)
      async let given: Void = Blocking.run("give") { try Stream.write(to: input.writeEnd) }
      let (count, isSame) = try await Blocking.run("take") { try Stream.read(from: output.readEnd) }
      try await given
      #expect(count == Stream.bytes && isSame)
      #expect(await process.wait() == .exited(0))
      await sandbox.destroy()
    },
    Clause("much on standard error neither blocks nor is kept whole") { place in
      let sandbox = try await place.make()
      let seen = try await place.run(
        "for i in {1..20}; do dd if=/dev/zero bs=1M count=1 2>/dev/null >&2; done", in: sandbox)
      #expect(seen.end.isSuccess)
      #expect(seen.errors.utf8.count <= 1 << 20)
      await sandbox.destroy()
    },
    Clause("a template is copied with its holes and belongs to the programs") { place in
      let template = place.state.path.appending("template")
      let make = Command(
        "/bin/sh",
        [
          "-c",
          "mkdir -p $0/sub; truncate -s 120M $0/sparse; echo row >$0/sub/table; ln -s sub $0/link; chmod 600 $0/sub/table",
          template.string,
        ])
      #expect(try await make.capture().end.isSuccess)
      let sandbox = try await place.make()
      let begun = Date()
      try await sandbox.fill(from: template)
      #expect(Date().timeIntervalSince(begun) < 5)
      #expect(sandbox.diskUsage() < 1_000_000)
      let seen = try await place.run(
        "cat /data/link/table && echo more >>/data/sub/table && rm /data/sparse", in: sandbox)
      #expect(seen.end.isSuccess && seen.output == "row", "\(seen.errors)")
      #expect(FileManager.default.fileExists(atPath: template.appending("sparse").string))
      await sandbox.destroy()
    },
    Clause("programs of one sandbox meet in the exchange folder, also by socket") { place in
      let sandbox = try await place.make()
      let ready = try ProofbackSystem.Pipe()
      let server = try await sandbox.start(
        SandboxPlace.script(
          """
          perl -MSocket -e 'socket(S,AF_UNIX,SOCK_STREAM,0); bind(S,pack_sockaddr_un("/exchange/s")); listen(S,1);
          $|=1; print "ready\\n"; accept(C,S); print C "hello"; close C'
          """), input: nil, output: ready.writeEnd)
      #expect(try await SandboxPlace.firstLine(ready.readEnd) == "ready")
      let client = try await place.run(
        "perl -MSocket -e 'socket(S,AF_UNIX,SOCK_STREAM,0); connect(S,pack_sockaddr_un(\"/exchange/s\")) or die; print <S>'",
        in: sandbox, role: .client)
      #expect(client.output == "hello", "\(client.errors)")
      await server.stop(within: 1)
      await sandbox.destroy()
    },
  ]

  /// Bytes that tell their own position.
  private enum Stream {
    static let bytes = 100 << 20

    static func write(to descriptor: FileDescriptor) throws {
      defer { try? descriptor.close() }
      var block = [UInt32](repeating: 0, count: 1 << 18)
      for start in stride(from: 0, to: bytes / 4, by: block.count) {
        for index in block.indices { block[index] = UInt32(start + index) }
        try block.withUnsafeBytes { try descriptor.writeFully($0) }
      }
    }

    static func read(from descriptor: FileDescriptor) throws -> (Int, Bool) {
      defer { try? descriptor.close() }
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      var position = 0
      var isSame = true
      usleep(300_000)
      while true {
        let count = try buffer.withUnsafeMutableBytes { try descriptor.readSome(into: $0) }
        if count == 0 { return (position, isSame) }
        for index in 0..<count {
          let at = position + index
          if buffer[index] != UInt8(truncatingIfNeeded: UInt32(at / 4) >> UInt32(at % 4 * 8)) { isSame = false }
        }
        position += count
      }
    }
  }
}
