public import Foundation
public import ProofbackCore
import ProofbackSystem
import SystemPackage

import struct ProofbackSystem.Pipe

/// An FTP server that speaks TLS on the loopback (`Tests/Fixtures/https/ftps_server.py`), over a certificate of a private
/// authority. It ends with its owner's `stop`, or with this process.
public final class FTPServer: Sendable {
  public static let password = "kept:Secret+of0the1Tests"

  public let port: UInt16
  /// PEM, which it is trusted by.
  public let authority: Data
  private let child: ChildProcess

  public static func start(serving folder: String) async throws -> FTPServer {
    let both = try await TestCertificate.make(in: NSTemporaryDirectory() + "ftps-\(UUID().uuidString)")
    let certificates = URL(filePath: both).deletingLastPathComponent().path
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    let port = try FreePort.take()
    let command = Command(
      "/usr/bin/setpriv",
      [
        "--pdeathsig", "KILL", root + "/.venv/bin/python", "-B", root + "/Tests/Fixtures/https/ftps_server.py",
        "\(port)", certificates + "/cert.pem", certificates + "/key.pem", folder, "backup",
      ])
    let input = try Pipe()
    let child = try await ChildProcess.start(command, input: .descriptor(input.readEnd), ownSession: true)
    try Array("\(password)\n".utf8).withUnsafeBytes { try input.writeEnd.writeFully($0) }
    try input.writeEnd.close()
    try await FreePort.wait(for: port, of: child)
    return FTPServer(port: port, authority: try TestCertificate.authority(of: both), child: child)
  }

  private init(port: UInt16, authority: Data, child: ChildProcess) {
    self.port = port
    self.authority = authority
    self.child = child
  }

  public func stop() async { await child.stop(within: 2) }

  public func secrets(password: String = password) -> RunSecrets {
    var secrets = RunSecrets()
    secrets.authority = authority
    secrets.login = NamedSecret(name: "web.login", content: Data("backup:\(password)\n".utf8))
    return secrets
  }
}
