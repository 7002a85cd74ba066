public import Foundation
import ProofbackCore
import ProofbackSystem

/// rclone's own server of WebDAV or of restic's REST protocol, over TLS on the loopback. It ends with its owner's `stop`, or
/// with this process.
public final class RcloneServer: Sendable {
  public static let login = "backup:kept:Secret+of0the1Tests"

  public let port: UInt16
  /// PEM, which it is trusted by.
  public let authority: Data
  private let child: ChildProcess

  /// - Parameter what: `webdav` or `restic`.
  public static func start(_ what: String, serving folder: String) async throws -> RcloneServer {
    let both = try await TestCertificate.make(in: NSTemporaryDirectory() + "rclone-\(UUID().uuidString)")
    let certificates = URL(filePath: both).deletingLastPathComponent().path
    let port = try FreePort.take()
    let more = what == "webdav" ? ["--dir-cache-time", "0s"] : []
    let command = Command(
      "/usr/bin/setpriv",
      [
        "--pdeathsig", "KILL", "/usr/bin/rclone", "serve", what, "--config", "/dev/null", "--addr", "127.0.0.1:\(port)",
        "--cert", certificates + "/cert.pem", "--key", certificates + "/key.pem", "--user", "backup", "--pass",
        "kept:Secret+of0the1Tests", "--read-only",
      ].filter { what == "webdav" || $0 != "--read-only" } + more + [folder])
    let child = try await ChildProcess.start(command, ownSession: true)
    try await FreePort.wait(for: port, of: child)
    return RcloneServer(port: port, authority: try TestCertificate.authority(of: both), child: child)
  }

  private init(port: UInt16, authority: Data, child: ChildProcess) {
    self.port = port
    self.authority = authority
    self.child = child
  }

  public func stop() async { await child.stop(within: 2) }

  public func secrets(login: String? = login) -> RunSecrets {
    var secrets = RunSecrets()
    secrets.authority = authority
    secrets.login = login.map { NamedSecret(name: "web.login", content: Data("\($0)\n".utf8)) }
    return secrets
  }
}
