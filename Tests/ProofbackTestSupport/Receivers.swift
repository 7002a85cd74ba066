import Foundation
import ProofbackSystem

import struct ProofbackSystem.Pipe

/// A real mail server or HTTP server of a test's own, on the loopback, which writes down what it is given.
public final class Receiver: Sendable {
  /// Something that was received.
  public typealias Item = [String: String]

  public let port: Int
  /// Its certificate, which is its own authority; empty without TLS.
  public let certificate: String
  private let folder: TemporaryFolder
  private let process: ChildProcess

  /// - Parameters:
  ///   - tls: `none`, `starttls` or `tls`.
  ///   - login: login and password that it asks for.
  ///   - delay: seconds before it answers.
  public static func mail(
    tls: String = "none", login: (String, String)? = nil, delay: Double = 0, port: Int = 0
  ) async throws -> Receiver {
    var settings: [String: Any] = ["tls": tls, "delay": delay, "port": port]
    if let login { settings["login"] = [login.0, login.1] }
    return try await Receiver("mail", ReceiverScripts.mail, settings, needsCertificate: tls != "none")
  }

  /// - Parameters:
  ///   - status: what it answers.
  ///   - location: where its redirects lead.
  public static func web(
    tls: Bool = false, status: Int = 200, location: String = "", delay: Double = 0
  ) async throws -> Receiver {
    let settings: [String: Any] = [
      "tls": tls ? "tls" : "none", "status": status, "location": location, "delay": delay, "port": 0,
    ]
    return try await Receiver("web", ReceiverScripts.web, settings, needsCertificate: tls)
  }

  private init(_ name: String, _ script: String, _ settings: [String: Any], needsCertificate: Bool) async throws {
    folder = try TemporaryFolder("receiver-\(name)")
    certificate = needsCertificate ? try await Self.makeCertificate(folder.path) : ""
    var settings = settings
    settings["folder"] = folder.path
    try folder.write("settings.json", try JSONSerialization.data(withJSONObject: settings))
    let output = try ProofbackSystem.Pipe()
    process = try await ChildProcess.start(
      Command(Self.python, [try folder.write("\(name).py", script), folder.path]),
      output: .descriptor(output.writeEnd))
    let line = try await Blocking.run("receiver") {
      defer { try? output.readEnd.close() }
      var buffer = [UInt8](repeating: 0, count: 100)
      let count = try buffer.withUnsafeMutableBytes { try output.readEnd.readSome(into: $0) }
      return String(decoding: buffer[..<count], as: UTF8.self)
    }
    guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw CocoaError(.executableLoad)
    }
    self.port = port
  }

  deinit {
    process.signal(SIGKILL)
    folder.remove()
  }

  public func stop() async { await process.stop(within: 5) }

  /// All that came so far.
  public var items: [Item] {
    let text = (try? String(contentsOfFile: folder.path + "/received", encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { try? JSONDecoder().decode(Item.self, from: Data($0.utf8)) }
  }

  /// Waits until at least so many came.
  public func wait(for count: Int, seconds: Double = 180) async throws -> [Item] {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while items.count < count, Date() < deadline { try await Task.sleep(for: .milliseconds(50)) }
    return items
  }

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let python = root.appending(path: ".venv/bin/python").path

  private static func makeCertificate(_ folder: String) async throws -> String {
    let openssl = Command(
      "/usr/bin/openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", folder + "/key.pem", "-out",
        folder + "/certificate.pem",
      ])
    _ = try await openssl.capture()
    return try String(contentsOfFile: folder + "/certificate.pem", encoding: .utf8)
  }
}
