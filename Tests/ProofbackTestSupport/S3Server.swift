import Foundation
import Glibc
public import ProofbackCore
import ProofbackSystem
import SystemPackage

import struct ProofbackSystem.Pipe

/// A real S3 service on the loopback: moto's, behind a gate that checks signatures (`Tests/Fixtures/s3/s3_server.py`). It
/// ends with its owner's `stop`, or with this process.
public final class S3Server: Sendable {
  public static let key = "AKIAPROOFBACKTEST123"
  public static let secret = "kept/Secret+of0the1Tests2never3shown4/5/"
  /// Knows the same secret, and may read nothing.
  public static let limitedKey = "AKIAPROOFBACKLIMITED"

  public let port: UInt16
  public let isSecure: Bool
  private let child: ChildProcess

  public static func running<Value>(_ body: (S3Server) async throws -> Value) async throws -> Value {
    let server = try await start()
    do {
      let value = try await body(server)
      await server.stop()
      return value
    } catch {
      await server.stop()
      throw error
    }
  }

  /// - Parameter certificate: a file with certificate and key, for TLS.
  public static func start(certificate: String? = nil) async throws -> S3Server {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    let output = try Pipe()
    let command = Command(
      "/usr/bin/setpriv",
      [
        "--pdeathsig", "KILL", root + "/.venv/bin/python", "-B", root + "/Tests/Fixtures/s3/s3_server.py",
      ] + (certificate.map { [$0] } ?? []))
    let child = try await ChildProcess.start(command, output: .descriptor(output.writeEnd), ownSession: true)
    let line = try await Blocking.run("s3-server") {
      defer { try? output.readEnd.close() }
      var buffer = [UInt8](repeating: 0, count: 100)
      let count = try buffer.withUnsafeMutableBytes { try output.readEnd.readSome(into: $0) }
      return String(decoding: buffer[..<count], as: UTF8.self)
    }
    guard let port = UInt16(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw Failure(text: String(decoding: await child.wholeErrorOutput(), as: UTF8.self))
    }
    return S3Server(port: port, isSecure: certificate != nil, child: child)
  }

  private init(port: UInt16, isSecure: Bool, child: ChildProcess) {
    self.port = port
    self.isSecure = isSecure
    self.child = child
  }

  public func stop() async { await child.stop(within: 2) }

  public struct Failure: Error, CustomStringConvertible {
    var text: String
    public var description: String { text }
  }

  // MARK: What a client needs

  public var endpoint: String { "\(isSecure ? "https" : "http")://127.0.0.1:\(port)" }

  /// `s3://…` of a bucket and what follows it.
  public func location(_ place: String, more: String = "") -> String {
    let plain = CharacterSet(charactersIn: "/._-").union(.alphanumerics)
    let encoded = place.addingPercentEncoding(withAllowedCharacters: plain) ?? place
    return "s3://\(encoded)?endpoint=\(endpoint)\(more)"
  }

  public static func secrets(id: String = key, secret: String = secret) -> RunSecrets {
    var secrets = RunSecrets()
    secrets.cloudKey = NamedSecret(name: "aws.key", content: Data("\(id):\(secret)\n".utf8))
    return secrets
  }

  // MARK: What lies in it

  public func makeBucket(_ name: String) async throws { try await send(["-X", "PUT"], "/\(name)") }

  /// Puts a file; the object is as old as the file is.
  /// - Parameter storage: `GLACIER` …
  public func put(_ place: String, file: String, storage: String? = nil) async throws {
    let plain = CharacterSet(charactersIn: "/._-~").union(.alphanumerics)
    let encoded = place.addingPercentEncoding(withAllowedCharacters: plain) ?? place
    let storage = storage.map { ["-H", "x-amz-storage-class: \($0)"] } ?? []
    let modified = try FileManager.default.attributesOfItem(atPath: file)[.modificationDate] as? Date ?? Date()
    let time = ["-H", "x-test-time: \(Int(modified.timeIntervalSince1970))"]
    try await send(time + storage + ["-T", file], "/\(encoded)")
  }

  /// Many small objects: `prefix` and six digits.
  public func putMany(_ count: Int, bucket: String, prefix: String) async throws {
    try await send(["-X", "POST"], "/_test/many?bucket=\(bucket)&prefix=\(prefix)&count=\(count)")
  }

  // MARK: Keys for a session

  /// What its STS was asked for, by the fields of its API, for keys that it has made.
  public func sessions() async throws -> [[String: String]] {
    let outcome = try await Command("/usr/bin/curl", ["-sS", "--fail", endpoint + "/_test/sessions"]).capture()
    return try JSONDecoder().decode([[String: String]].self, from: Data(outcome.output))
  }

  /// Its STS makes no more keys for federated users.
  public func refuseFederation() async throws { try await send(["-X", "POST"], "/_test/refuse") }

  private func send(_ arguments: [String], _ target: String) async throws {
    let whole = ["-sS", "--fail", "--path-as-is", "--globoff", "-o", "/dev/null", "-H", "x-test: yes"] + arguments
    let outcome = try await Command("/usr/bin/curl", whole + [endpoint + target]).capture()
    guard outcome.end.isSuccess else { throw Failure(text: "\(target): \(outcome.errorText)") }
  }
}
