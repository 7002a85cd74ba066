public import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage

import struct ProofbackSystem.Pipe

/// EC2 and ECS on the loopback whose machines run (`Tests/Fixtures/aws/aws_emulator.py`). It ends with its owner's `stop`,
/// or with this process, and its containers with it.
public final class AWSEmulator: Sendable {
  public struct Instance: Decodable, Sendable {
    public var id: String
    public var state: String
    public var type: String
    public var tags: [String: String]
  }

  public struct TaskRecord: Decodable, Sendable {
    public var id: String
    public var desired: String
    public var last: String
    public var tags: [String: String]
  }

  /// What moto has on record.
  public struct Record: Decodable, Sendable {
    public var instances: [Instance]
    public var tasks: [TaskRecord]
    /// Operations that were asked for, in their order.
    public var calls: [String]
    /// How many tasks went on at the same time, of those that somebody started and stopped.
    public var most: Int
    /// What costs money.
    public var left: [String] {
      instances.filter { !["terminated", "shutting-down"].contains($0.state) }.map(\.id)
        + tasks.filter { $0.desired == "RUNNING" }.map(\.id)
    }
  }

  public static let region = "eu-central-1"
  /// One of moto's.
  public static let image = "ami-12c6146b"

  public let port: UInt16
  private let child: ChildProcess
  public var endpoint: String { "http://127.0.0.1:\(port)" }

  /// - Parameters:
  ///   - boots: whether there are machines behind the record; without, no Docker Engine is needed.
  ///   - recipe: of `scripts/test-images`, for what instances boot.
  public static func running<Value>(
    boots: Bool, recipe: String = "everything", _ body: (AWSEmulator) async throws -> Value
  ) async throws -> Value {
    let emulator = try await start(boots: boots, recipe: recipe)
    do {
      let value = try await body(emulator)
      await emulator.stop()
      return value
    } catch {
      await emulator.stop()
      throw error
    }
  }

  public static func start(boots: Bool, recipe: String = "everything") async throws -> AWSEmulator {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    var environment = Command.plainEnvironment
    var image = ""
    if boots {
      let engine = try await DockerEngine.running()
      image = try await engine.image(recipe)
      environment["DOCKER_HOST"] = "unix://\(engine.socket)"
    }
    // A build for development needs the toolchain's libraries, where its program looks for them.
    let mounts = FileManager.default.fileExists(atPath: "/opt/swift/usr/lib/swift") ? ["/opt/swift/usr/lib/swift"] : []
    let output = try Pipe()
    let command = Command(
      "/usr/bin/setpriv",
      [
        "--pdeathsig", "KILL", root + "/.venv/bin/python", "-B", root + "/Tests/Fixtures/aws/aws_emulator.py", region,
        image,
      ] + mounts, environment: environment)
    let child = try await ChildProcess.start(command, output: .descriptor(output.writeEnd), ownSession: true)
    let line = try await Blocking.run("aws-emulator") {
      defer { try? output.readEnd.close() }
      var buffer = [UInt8](repeating: 0, count: 100)
      let count = try buffer.withUnsafeMutableBytes { try output.readEnd.readSome(into: $0) }
      return String(decoding: buffer[..<count], as: UTF8.self)
    }
    guard let port = UInt16(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw Failure(text: String(decoding: await child.wholeErrorOutput(), as: UTF8.self))
    }
    return AWSEmulator(port: port, child: child)
  }

  private init(port: UInt16, child: ChildProcess) {
    self.port = port
    self.child = child
  }

  public func stop() async { await child.stop(within: 2) }

  /// What went wrong in the emulator itself; a test that fails shows it.
  public var complaints: String { String(decoding: child.errorOutput(), as: UTF8.self) }

  public struct Failure: Error, CustomStringConvertible {
    var text: String
    public var description: String { text }
  }

  /// A login for the AWS command line that opens nothing but moto.
  public static func logIn() {
    for (name, value) in [
      ("AWS_ACCESS_KEY_ID", "AKIATESTTESTTESTTEST"), ("AWS_SECRET_ACCESS_KEY", "secret"),
      ("AWS_EC2_METADATA_DISABLED", "true"), ("AWS_CONFIG_FILE", "/dev/null"),
      ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
    ] {
      setenv(name, value, 1)
    }
  }

  // MARK: What a test says and sees

  /// Kills what runs in the containers with this in its command line.
  public func kill(_ what: String) async throws {
    _ = try await ask("kill", JSONSerialization.data(withJSONObject: ["what": what]))
  }

  /// Lets the next calls of an operation fail with one of AWS's codes.
  /// - Parameters:
  ///   - code: nil: it is carried out, and its answer lost; `after: CODE`: it is carried out, and CODE is said.
  ///   - part: of the request, as it is sent: only calls that hold it.
  public func refuse(_ operation: String, _ code: String?, times: Int = 1, where part: String = "") async throws {
    var fault: [String: any Sendable] = ["action": operation, "times": times, "where": part]
    fault["code"] = code
    _ = try await ask("fault", JSONSerialization.data(withJSONObject: fault))
  }

  /// Ends an instance or a task, as nobody of ours would.
  public func end(_ instance: String, because reason: String = "the test ended it") async throws {
    _ = try await ask("end", JSONSerialization.data(withJSONObject: ["id": instance, "reason": reason]))
  }

  /// An instance that some server has left.
  public func plant(run: String, server: String, deadline: Date, userData: String = "") async throws {
    let tags = [
      "userData": userData, "proofback-run": run, "proofback-server": server,
      "proofback-deadline": deadline.ISO8601Format(),
    ]
    _ = try await ask("plant", JSONSerialization.data(withJSONObject: tags))
  }

  /// Nothing is refused any more.
  public func forgive() async throws { _ = try await ask("forgive", Data("{}".utf8)) }

  public struct Cluster: Decodable, Sendable {
    public var subnet: String
    public var group: String
  }

  /// Makes a cluster with one instance, of which nothing boots.
  public func cluster(_ name: String) async throws -> Cluster {
    try JSONDecoder().decode(
      Cluster.self, from: try await ask("cluster", JSONSerialization.data(withJSONObject: ["name": name])))
  }

  public func record() async throws -> Record {
    try JSONDecoder().decode(Record.self, from: try await ask("record", Data("{}".utf8)))
  }

  /// Command lines of the processes in the containers that were made from moto's record.
  public func processes() async throws -> [String] {
    try JSONDecoder().decode([String: [String]].self, from: try await ask("processes", Data("{}".utf8))).values
      .flatMap { $0 }
  }

  /// Waits for the worker in one of them.
  /// - Returns: its command line; what runs there instead, when none comes.
  public func worker(within seconds: Double) async throws -> String {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while true {
      let all = try await processes()
      if let worker = all.first(where: { $0.contains("proofback worker --server") && !$0.contains("bash") }) {
        return worker
      }
      guard Date() < deadline else { return "none among \(all)" }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// Waits until nothing is left that costs money.
  public func isEmpty(within seconds: Double = 30) async throws -> Bool {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while try await !record().left.isEmpty {
      guard Date() < deadline else { return false }
      try await Task.sleep(for: .milliseconds(200))
    }
    return true
  }

  private func ask(_ path: String, _ body: Data) async throws -> Data {
    let outcome = try await Command(
      "/usr/bin/curl", ["-sS", "--fail", "-X", "POST", "--data-binary", "@-", "\(endpoint)/_test/\(path)"]
    ).capture(input: Array(body))
    guard outcome.end.isSuccess else { throw Failure(text: "\(path): \(outcome.errorText)\(complaints)") }
    return Data(outcome.output)
  }
}
