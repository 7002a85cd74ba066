import Foundation
import Glibc
import ProofbackSystem

/// PostgreSQL's source server of all scenarios, on a socket of its own; it ends with this process, however that ends.
enum PostgresSource {
  /// Whom the system knows: initdb asks for its user's name.
  private static let user: UInt32 = 65534

  static func start(in folder: String) async throws -> ChildProcess {
    var drop = ["--pdeathsig", "KILL"]
    if geteuid() == 0 {
      chown(folder, user, user)
      drop += ["--reuid", "\(user)", "--regid", "\(user)", "--clear-groups"]
    }
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
    guard let newest = versions.compactMap({ Int($0) }).max() else {
      throw ScenarioBench.Failure(text: "no PostgreSQL is installed: apt-get install postgresql")
    }
    let programs = "/usr/lib/postgresql/\(newest)/bin"
    let made = try await Command(
      "/usr/bin/setpriv",
      drop + [
        "\(programs)/initdb", "-D", "\(folder)/data", "-U", "postgres", "--auth=trust", "--encoding=UTF8",
        "--locale=C.UTF-8", "--no-sync", "--no-instructions",
      ]
    ).capture(within: 120)
    guard made.end.isSuccess else { throw ScenarioBench.Failure(text: "initdb: \(made.text) \(made.errorText)") }
    let settings = [
      "listen_addresses=", "unix_socket_directories=\(folder)", "fsync=off",
      // It ends with the tests, by SIGKILL: its shared memory lies in its folder.
      "dynamic_shared_memory_type=mmap", "max_locks_per_transaction=256",
    ]
    let server = try await ChildProcess.start(
      Command(
        "/usr/bin/setpriv", drop + ["\(programs)/postgres", "-D", "\(folder)/data"] + settings.flatMap { ["-c", $0] }))
    for _ in 0..<600 {
      let ready = try? await Command("\(programs)/pg_isready", ["-q", "-h", folder]).capture(within: 10)
      if ready?.end.isSuccess == true { return server }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw ScenarioBench.Failure(text: String(decoding: server.errorOutput(), as: UTF8.self))
  }
}
