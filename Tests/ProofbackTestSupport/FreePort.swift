import Foundation
import Glibc
public import ProofbackSystem
import Synchronization

/// Ports for servers that are to be started.
public enum FreePort {
  /// Below what the kernel gives to connections (`ip_local_port_range`, 32768 on): of those, one may be taken before its
  /// server listens on it.
  private static let range: Range<UInt16> = 15_000..<32_000
  private static let given = Mutex<Set<UInt16>>([])

  /// A port of 127.0.0.1 that nobody listens on, and that nobody else here is given.
  public static func take() throws -> UInt16 {
    for _ in 0..<1000 {
      let port = UInt16.random(in: range)
      guard given.withLock({ $0.insert(port).inserted }), isFree(port) else { continue }
      return port
    }
    throw POSIXError(.EADDRINUSE)
  }

  /// Whether somebody listens on it.
  public static func isListening(_ port: UInt16) -> Bool {
    on(port) { descriptor, address, size in connect(descriptor, address, size) == 0 }
  }

  /// A server that ended, or did not listen within a minute; with what it said.
  public struct NotListening: Error {
    public var port: UInt16
    public var errors: String
  }

  /// Returns once `server` listens on the port.
  public static func wait(for port: UInt16, of server: ChildProcess) async throws {
    for _ in 0..<2400 where !server.hasEnded {
      if isListening(port) { return }
      try await Task.sleep(for: .milliseconds(25))
    }
    await server.stop(within: 2)
    throw NotListening(port: port, errors: String(decoding: await server.wholeErrorOutput(), as: UTF8.self))
  }

  private static func isFree(_ port: UInt16) -> Bool {
    on(port) { descriptor, address, size in bind(descriptor, address, size) == 0 }
  }

  private static func on(_ port: UInt16, _ act: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Bool) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        act(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}
