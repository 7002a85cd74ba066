import Foundation
import Glibc
import ProofbackSystem
import ProofbackTestSupport

/// What all scenarios share, made once: a real MariaDB with the observatory in it, two good dumps, keys, an SSH server,
/// an S3 service.
final class ScenarioBench: Sendable {
  let path: String
  let ssh: SSHServer
  let buckets: S3Server
  let web: WebServer
  let webDAV: RcloneServer
  private let server: ChildProcess
  private let postgres: ChildProcess
  /// Scenarios take turns: so many at a time on a machine of two cores.
  let turns = Turns(3)

  private static let made = Task { try await ScenarioBench() }
  static func shared() async throws -> ScenarioBench { try await made.value }

  private init() async throws {
    // Short: the path of gpg's socket has to fit into 108 bytes.
    path = "/tmp/proofback-scenarios-\(getpid())"
    for folder in ["", "/keys", "/state", "/work", "/server", "/pg"] {
      try FileManager.default.createDirectory(atPath: path + folder, withIntermediateDirectories: true)
    }
    ending.folder = path
    atexit { ending.remove() }
    server = try await Self.startServer(in: path + "/server")
    postgres = try await PostgresSource.start(in: path + "/pg")
    ssh = try await SSHServer.start(in: TemporaryFolder("scenario-sshd"))
    ending.sshFolder = ssh.folder.path
    buckets = try await S3Server.start()
    web = try await WebServer.start(serving: "/")
    webDAV = try await RcloneServer.start("webdav", serving: "/")
    for (name, content) in [
      ("web.pem", web.authority), ("webdav.pem", webDAV.authority), ("web.login", Data(WebServer.login.utf8)),
      ("webdav.login", Data(RcloneServer.login.utf8)),
    ] { try content.write(to: URL(fileURLWithPath: path + "/keys/" + name)) }
    try ssh.knownHosts().write(to: URL(fileURLWithPath: path + "/keys/known_hosts"))
    try ssh.knownHosts("other-host-key").write(to: URL(fileURLWithPath: path + "/keys/other_known_hosts"))
    try Data("[default]\naws_access_key_id = \(S3Server.key)\naws_secret_access_key = \(S3Server.secret)\n".utf8)
      .write(to: URL(fileURLWithPath: path + "/keys/cloud.key"))
    let outcome = try await shell(". \"$OWN/prepare.sh\"", folder: path, id: "bench", within: 600)
    guard outcome.end.isSuccess else { throw Failure(text: "the bench: " + outcome.errorText) }
  }

  struct Failure: Error, CustomStringConvertible {
    var text: String
    var description: String { text }
  }

  /// An unprivileged server on a socket of its own; it ends with this process, however that ends.
  private static func startServer(in folder: String) async throws -> ChildProcess {
    var drop = ["--pdeathsig", "KILL"]
    if geteuid() == 0 {
      chown(folder, serverUser, serverUser)
      drop += ["--reuid", "\(serverUser)", "--regid", "\(serverUser)", "--clear-groups"]
    }
    let data = "--datadir=\(folder)/data"
    let made = try await Command(
      "/usr/bin/setpriv",
      drop + [
        "mariadb-install-db", "--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db", data,
      ]
    ).capture(within: 120)
    guard made.end.isSuccess else { throw Failure(text: "mariadb-install-db: \(made.text) \(made.errorText)") }
    let options = [
      "--no-defaults", data, "--socket=\(folder)/s.sock", "--skip-networking", "--log-bin=\(folder)/data/bin",
      "--pid-file=\(folder)/pid", "--max-allowed-packet=64M", "--log-warnings=0",
    ]
    let server = try await ChildProcess.start(Command("/usr/bin/setpriv", drop + ["mariadbd"] + options))
    for _ in 0..<600 {
      if FileManager.default.fileExists(atPath: folder + "/s.sock") { return server }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw Failure(text: String(decoding: server.errorOutput(), as: UTF8.self))
  }

  private static let serverUser: UInt32 = 61234

  // MARK: What recipes see

  func environment(folder: String, id: String) -> [String: String] {
    var environment = Command.plainEnvironment
    environment.merge([
      "BENCH": path, "OWN": Scenario.folder + "/Bench", "SOCKET": path + "/server/s.sock", "KEYS": path + "/keys",
      "PGSOCKETS": path + "/pg",
      "PHYSICAL": path + "/physical", "HARBOUR": path + "/harbour.sql", "HARBOURC": path + "/harbour.dump",
      "LIBRARY": path + "/library.sql", "PAST": path + "/past.json", "PROOFBACK": BuiltProgram.proofback,
      "STATE": path + "/state", "DUMP": path + "/observatory.sql", "ALL": path + "/all.sql",
      "BIG": path + "/big.sql.zst.gpg", "FOLDER": folder,
      "ID": id, "HOME": folder, "SSH": "ssh://\(ssh.user)@127.0.0.1:\(ssh.port)", "SSHPORT": "\(ssh.port)",
      "SSHKEY": ssh.folder.path + "/user-key", "STRANGERKEY": ssh.folder.path + "/stranger-key",
      "SSHUSER": ssh.user, "WEB": "https://127.0.0.1:\(web.port)", "WEBPORT": "\(web.port)",
      "WEBAUTHORITY": path + "/keys/web.pem", "WEBLOGIN": path + "/keys/web.login",
      "WEBDAV": "webdav://127.0.0.1:\(webDAV.port)", "WEBDAVAUTHORITY": path + "/keys/webdav.pem",
      "WEBDAVLOGIN": path + "/keys/webdav.login",
      "BUCKETS": buckets.endpoint, "CLOUDKEY": path + "/keys/cloud.key",
      "AGE": ((try? String(contentsOfFile: path + "/keys/age.pub", encoding: .utf8)) ?? "").filter { !$0.isNewline },
      "KNOWNHOSTS": path + "/keys/known_hosts", "OTHERHOSTS": path + "/keys/other_known_hosts",
    ]) { _, new in new }
    return environment
  }

  /// Carries out shell with the recipe's vocabulary, in `folder`.
  func shell(_ script: String, folder: String, id: String, within seconds: Double = 90) async throws
    -> Command.Outcome
  {
    let whole = "set -euo pipefail; . \"$OWN/recipe.sh\"; cd \"$FOLDER\"\n\(script)"
    return try await Command("/bin/bash", ["-c", whole], environment: environment(folder: folder, id: id))
      .capture(within: seconds)
  }
}

/// What goes when the test process ends.
private final class Ending: @unchecked Sendable {
  var folder: String?
  var sshFolder: String?
  func remove() {
    for path in [folder, sshFolder].compactMap({ $0 }) { try? FileManager.default.removeItem(atPath: path) }
  }
}
private let ending = Ending()

/// Lets so many in at a time, the first come first.
actor Turns {
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []
  init(_ count: Int) { free = count }

  func with<Value: Sendable>(_ body: @Sendable () async throws -> Value) async rethrows -> Value {
    if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
    defer { if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() } }
    return try await body()
  }
}
