import Foundation
import Glibc
import ProofbackTestSupport
import Testing

/// A server whose workers are on machines of AWS's: what is before it speaks TLS, as machines demand of it.
final class WorkplaceKit: Sendable {
  static let dump = "CREATE TABLE `planets` (`id` int);\nINSERT INTO `planets` VALUES (1),(2),(3);\n"
  static let passphrase = "three planets and no more"

  let serve: ServeKit
  let emulator: AWSEmulator
  let caller: Caller
  let user: Caller
  private let proxy: Process
  private let options: [String]

  init(_ emulator: AWSEmulator) async throws {
    AWSEmulator.logIn()
    self.emulator = emulator
    serve = try ServeKit()
    let (port, certificate) = (try ServeKit.freePort(), serve.folder + "/worker")
    try await RemoteKit.makeCertificate(certificate)
    proxy = Process()
    proxy.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
    proxy.arguments = [
      "--pdeathsig", "KILL", "/usr/bin/socat",
      "OPENSSL-LISTEN:\(port),bind=127.0.0.1,reuseaddr,fork,verify=0,cert=\(certificate).pem,key=\(certificate).key",
      "TCP:127.0.0.1:\(serve.port)",
    ]
    try proxy.run()
    options = ["--worker-url", "https://127.0.0.1:\(port)", "--worker-cert", certificate + ".pem"]
    let ada = try await Browser.manager(serve, options: options)
    let ben = try await Browser.user(serve, addedBy: ada)
    caller = Caller(origin: serve.origin, token: try await ada.token("m", "manage"))
    user = Caller(origin: serve.origin, token: try await ben.token("u", "run"))
  }

  deinit {
    kill(proxy.processIdentifier, SIGKILL)
    proxy.waitUntilExit()
  }

  /// The same state, served anew.
  func restart() async throws { try await serve.start(options) }

  /// - Returns: its id.
  func workplace(
    _ kind: String, limit: Int = 2, _ options: [String: String], name: String? = nil
  ) async throws -> String {
    let made = try await caller.post(
      "/workplaces",
      [
        "kind": kind, "name": name ?? "\(kind) in \(AWSEmulator.region)", "limit": limit,
        "options": options.merging(["endpoint": emulator.endpoint]) { $1 },
      ])
    #expect(made.status == 201, "\(made.text)")
    return made.id
  }

  /// A bucket with an encrypted, compressed dump in it, set up with its key.
  /// - Returns: what a run's form says of it.
  func bucket(_ service: S3Server) async throws -> [String: any Sendable] {
    let file = serve.folder + "/good.sql"
    try Self.dump.write(toFile: file, atomically: true, encoding: .utf8)
    let sealed = try await Shell.run(
      """
      mkdir -m 700 "$1.gpg"; printf %s "$2" > "$1.gpg/p"
      zstd -q < "$1" | gpg --homedir "$1.gpg" --batch --quiet --pinentry-mode loopback --passphrase-file "$1.gpg/p" \
        --symmetric --output "$1.zst.gpg"
      """, [file, Self.passphrase])
    #expect(sealed.code == 0, "\(sealed.text)")
    try await service.makeBucket("nights")
    try await service.put("nights/good.sql.zst.gpg", file: file + ".zst.gpg")
    let key = try await caller.post(
      "/credentials",
      ["name": "cloud", "kind": "cloudKey", "accessKeyID": S3Server.key, "secret": S3Server.secret])
    let passphrase = try await caller.post(
      "/credentials", ["name": "pass", "kind": "passphrase", "secret": Self.passphrase])
    let server = try await caller.post(
      "/servers",
      [
        "name": "nights", "address": "s3://nights?endpoint=\(service.endpoint)&region=\(AWSEmulator.region)",
        "credential": key.id,
      ])
    #expect(server.status == 201, "\(server.text)")
    return ["server": server.id, "location": "good.sql.zst.gpg", "passphrase": passphrase.id]
  }

  /// The same dump behind SSH.
  /// - Returns: what a run's form says of it.
  func host(_ sshd: SSHServer) async throws -> [String: any Sendable] {
    let key = try String(contentsOfFile: sshd.folder.path + "/user-key", encoding: .utf8)
    let credential = try await caller.post("/credentials", ["name": "fetches", "kind": "sshKey", "secret": key])
    let server = try await caller.post(
      "/servers",
      [
        "name": "db1", "address": "\(sshd.user)@127.0.0.1:\(sshd.port)", "credential": credential.id,
        "fingerprint": try await sshd.fingerprint(),
      ])
    #expect(server.status == 201, "\(server.text)")
    return ["server": server.id, "location": serve.folder, "file": "good.s*l"]
  }

  func ended(_ run: String, within seconds: Double = 600) async throws -> Caller.Answer {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while Date() < deadline {
      let answer = try await user.get("/runs/\(run)")
      if answer.json["state"] as? String == "ended" { return answer }
      try await Task.sleep(for: .milliseconds(200))
    }
    return try await user.get("/runs/\(run)")
  }

  /// What a person needs who sees the test fail.
  func story(_ run: String) async -> String {
    let log = try? await user.get("/runs/\(run)/log").text
    return "\(log ?? "")\n\(emulator.complaints)"
  }
}
