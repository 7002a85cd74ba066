import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage
import Testing

extension SandboxContract {
  static let isolation = [
    Clause("there is no network interface but a loopback") { place in
      let sandbox = try await place.make()
      let seen = try await place.run("cat /proc/net/dev", in: sandbox)
      let names = seen.output.split(separator: "\n").dropFirst(2).map {
        $0.split(separator: ":")[0].trimmingCharacters(in: .whitespaces)
      }
      #expect(names == ["lo"])
      await sandbox.destroy()
    },
    Clause("a listener on the host's loopback can't be reached") { place in
      let listener = try HostListener()
      defer { listener.close() }
      #expect(listener.answers())
      let sandbox = try await place.make()
      let seen = try await place.run(
        "exec 3<>/dev/tcp/127.0.0.1/\(listener.port) && echo reached", in: sandbox, role: .client)
      #expect(!seen.end.isSuccess && seen.output.isEmpty)
      await sandbox.destroy()
    },
    Clause("programs run as an unprivileged user without capabilities and can gain none") { place in
      let sandbox = try await place.make()
      for role in [SandboxRole.server, .client] {
        let seen = try await place.run("cat /proc/self/status", in: sandbox, role: role)
        for field in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
          #expect(seen.output.contains("\(field):\t0000000000000000"))
        }
        #expect(seen.output.contains("NoNewPrivs:\t1"))
        #expect(!seen.output.contains("Uid:\t0\t"))
      }
      await sandbox.destroy()
    },
    Clause("programs get no namespaces, keyrings or sockets to the hypervisor") { place in
      let sandbox = try await place.make()
      // Numbers of x86_64 and aarch64: unshare with CLONE_NEWUSER, keyctl, socket with AF_VSOCK, with AF_UNIX.
      #if arch(x86_64)
        let (unshare, keyctl, socket) = (272, 250, 41)
      #else
        let (unshare, keyctl, socket) = (97, 219, 198)
      #endif
      let seen = try await place.run(
        """
        perl -e 'print join " ", map { my ($number, @rest) = @$_; syscall($number, @rest) < 0 ? "no" : "yes" }
          [\(unshare), 0x10000000], [\(keyctl), 0, -3, 0], [\(socket), 40, 1, 0], [\(socket), 1, 1, 0]'
        """, in: sandbox)
      #expect(seen.output == "no no no yes", "\(seen)")
      await sandbox.destroy()
    },
    Clause("nothing of the host is seen, and not the state folder or another run") { place in
      let other = try await place.make()
      try Data("secret".utf8).write(to: URL(fileURLWithPath: other.data.host.appending("row").string))
      let sandbox = try await place.make()
      let closed =
        [
          "/etc/shadow", "/etc/passwd", "/root", "/home", "/var", "/srv", "/sys", "/run", "/usr/bin/env-not",
          "/usr/share",
        ]
        + [place.state.path.string, other.data.host.string, sandbox.data.host.string]
      for path in closed {
        #expect(access(path, F_OK) == 0 || path.contains("-not"), "\(path) is needed for this test")
        let seen = try await place.run("ls -d \(path) && cat \(path)/*", in: sandbox)
        #expect(!seen.end.isSuccess, "\(path) is seen")
      }
      await sandbox.destroy()
      await other.destroy()
    },
    Clause("it can write to nothing but its folders and small folders in memory") { place in
      let sandbox = try await place.make()
      let seen = try await place.run(
        "for f in / /dev /usr /usr/bin /usr/lib /proc /etc; do touch $f/x 2>/dev/null && echo $f; done; touch /data/x /exchange/x /tmp/x",
        in: sandbox)
      #expect(seen.end.isSuccess && seen.output.isEmpty, "\(seen)")
      let filled = try await place.run("dd if=/dev/zero of=/tmp/x bs=1M count=200", in: sandbox)
      #expect(!filled.end.isSuccess)
      await sandbox.destroy()
    },
    Clause("a client sees the exchange folder and not the data") { place in
      let sandbox = try await place.make()
      let server = try await place.run("echo row >/data/table; echo here >/exchange/socket", in: sandbox)
      #expect(server.end.isSuccess, "\(server.errors)")
      let client = try await place.run("cat /exchange/socket; ls /data", in: sandbox, role: .client)
      #expect(client.output == "here" && !client.end.isSuccess)
      await sandbox.destroy()
    },
    Clause("the environment is exactly what was given") { place in
      let sandbox = try await place.make()
      let given = ["ONE": "1", "TWO": "with space", "LD_NOTHING": "x=y"]
      let program = SandboxProgram(
        name: "environment", executable: "/usr/bin/cat", arguments: ["/proc/self/environ"], environment: given,
        role: .server, origin: .dbms)
      let pipe = try ProofbackSystem.Pipe()
      let process = try await sandbox.start(program, input: nil, output: pipe.writeEnd)
      #expect(await process.wait() == .exited(0))
      var bytes = [UInt8](repeating: 0, count: 4096)
      let count = try bytes.withUnsafeMutableBytes { try pipe.readEnd.readSome(into: $0) }
      try pipe.readEnd.close()
      let seen = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\0").map(String.init)
      #expect(seen.sorted() == given.map { "\($0.key)=\($0.value)" }.sorted())
      await sandbox.destroy()
    },
    Clause("no descriptor of the worker is inherited") { place in
      // Without close-on-exec, as a careless library opens it.
      let careless = open("/etc/hostname", O_RDONLY)
      defer { close(careless) }
      let sandbox = try await place.make()
      let seen = try await place.run("ls -l /proc/self/fd; cat <&\(careless)", in: sandbox)
      #expect(!seen.end.isSuccess)
      let open = seen.output.split(separator: "\n").filter { $0.contains("->") }
      // Standard streams, and what ls itself opens.
      #expect(open.count <= 4 && !seen.output.contains("/etc/hostname"), "\(seen.output)")
      await sandbox.destroy()
    },
  ]
}

/// A listener on 127.0.0.1, which a sandbox must not reach.
final class HostListener {
  let port: UInt16
  private let descriptor: Int32

  init() throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let isListening = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 5) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard isListening else { throw Errno(rawValue: errno) }
    port = UInt16(bigEndian: address.sin_port)
  }

  /// Whether the host itself reaches it.
  func answers() -> Bool {
    let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { Glibc.close(client) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = port.bigEndian
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  func close() { Glibc.close(descriptor) }
}
