import Foundation
import ProofbackCore
import ProofbackSystem

import struct ProofbackSystem.Pipe

/// A web server over TLS on the loopback, with a certificate of its own (`Tests/Fixtures/https/https_server.py`). It ends with
/// its owner's `stop`, or with this process.
public final class WebServer: Sendable {
  public static let login = "backup:kept:Secret+of0the1Tests"
  public static let token = "kept.Token-of_the~Tests0123456789"

  public let port: UInt16
  /// PEM, which it is trusted by.
  public let authority: Data
  private let child: ChildProcess

  /// - Parameter folder: what it serves; its certificate lies beside.
  public static func start(serving folder: String) async throws -> WebServer {
    let both = try await TestCertificate.make(in: NSTemporaryDirectory() + "web-\(UUID().uuidString)")
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    let output = try Pipe()
    let command = Command(
      "/usr/bin/setpriv",
      ["--pdeathsig", "KILL", "/usr/bin/python3", "-B", root + "/Tests/Fixtures/https/https_server.py", both, folder])
    let child = try await ChildProcess.start(command, output: .descriptor(output.writeEnd), ownSession: true)
    let line = try await Blocking.run("web-server") {
      defer { try? output.readEnd.close() }
      var buffer = [UInt8](repeating: 0, count: 100)
      let count = try buffer.withUnsafeMutableBytes { try output.readEnd.readSome(into: $0) }
      return String(decoding: buffer[..<count], as: UTF8.self)
    }
    guard let port = UInt16(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw S3Server.Failure(text: String(decoding: await child.wholeErrorOutput(), as: UTF8.self))
    }
    return WebServer(port: port, authority: try TestCertificate.authority(of: both), child: child)
  }

  private init(port: UInt16, authority: Data, child: ChildProcess) {
    self.port = port
    self.authority = authority
    self.child = child
  }

  public func stop() async { await child.stop(within: 2) }

  /// `https://…` of a path, which begins with the way that it is served in.
  public func location(_ path: String) -> String {
    let plain = CharacterSet(charactersIn: "/._-").union(.alphanumerics)
    return "https://127.0.0.1:\(port)/\(path.addingPercentEncoding(withAllowedCharacters: plain) ?? path)"
  }

  public func secrets(login: String? = nil) -> RunSecrets {
    var secrets = RunSecrets()
    secrets.authority = authority
    secrets.login = login.map { NamedSecret(name: "web.login", content: Data("\($0)\n".utf8)) }
    return secrets
  }
}

/// A certificate of 127.0.0.1 that nobody knows.
public enum TestCertificate {
  /// - Returns: a file with certificate and key.
  public static func make(in folder: String) async throws -> String {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let (key, certificate, both) = (folder + "/key.pem", folder + "/cert.pem", folder + "/both.pem")
    let made = try await Command(
      "/usr/bin/openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=127.0.0.1",
        "-days", "2", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", key, "-out", certificate,
      ]
    ).capture()
    guard made.end.isSuccess else { throw S3Server.Failure(text: made.errorText) }
    let content = try Data(contentsOf: URL(filePath: certificate)) + Data(contentsOf: URL(filePath: key))
    try content.write(to: URL(filePath: both))
    return both
  }

  /// The certificate alone.
  public static func authority(of both: String) throws -> Data {
    try Data(contentsOf: URL(filePath: both).deletingLastPathComponent().appending(path: "cert.pem"))
  }
}
