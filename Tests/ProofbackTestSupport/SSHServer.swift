public import Foundation
import Glibc
public import ProofbackCore
import ProofbackSystem
import SystemPackage

/// A real OpenSSH server on loopback, with host key, accounts file and configuration of its own in a temporary folder.
/// `running` stops it, its sessions and its folder in all cases.
public final class SSHServer: Sendable {
  /// What the server is to be like.
  public struct Options: Sendable {
    /// Whether it offers SFTP.
    public var offersSFTP = true
    /// Whether it knows the user's key.
    public var acceptsKey = true
    /// More lines for sshd_config.
    public var configuration: [String] = []
    public init(offersSFTP: Bool = true, acceptsKey: Bool = true, configuration: [String] = []) {
      self.offersSFTP = offersSFTP
      self.acceptsKey = acceptsKey
      self.configuration = configuration
    }
  }

  public let folder: TemporaryFolder
  public let port: UInt16
  public let user: String
  private let child: ChildProcess

  private init(folder: TemporaryFolder, port: UInt16, user: String, child: ChildProcess) {
    self.folder = folder
    self.port = port
    self.user = user
    self.child = child
  }

  public static func running<Value>(
    _ options: Options = Options(), _ body: (SSHServer) async throws -> Value
  ) async throws -> Value {
    let folder = try TemporaryFolder("sshd")
    defer { folder.remove() }
    let server = try await start(in: folder, options)
    do {
      let value = try await body(server)
      await server.stop()
      return value
    } catch {
      await server.stop()
      throw error
    }
  }

  /// Its owner stops it and removes the folder.
  public static func start(in folder: TemporaryFolder, _ options: Options = Options()) async throws -> SSHServer {
    // sshd's privilege separation wants this folder; a system without a running sshd has none.
    if geteuid() == 0 {
      try FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
    }
    for key in ["host-key", "other-host-key", "user-key", "stranger-key"] { try await makeKey(folder.path + "/" + key) }
    let accepted = options.acceptsKey ? "user-key.pub" : "stranger-key.pub"
    try FileManager.default.copyItem(atPath: folder.path + "/" + accepted, toPath: folder.path + "/accepted")
    let port = try FreePort.take()
    let lines = [
      "ListenAddress 127.0.0.1", "Port \(port)", "HostKey \(folder.path)/host-key", "PidFile none",
      "UsePAM \(geteuid() == 0 ? "yes" : "no")",
      "AuthorizedKeysFile \(folder.path)/accepted", "StrictModes no", "PasswordAuthentication no",
      "KbdInteractiveAuthentication no", "PermitRootLogin yes", "MaxStartups 100",
    ]
    let subsystem = options.offersSFTP ? ["Subsystem sftp internal-sftp"] : []
    try folder.write("sshd_config", (options.configuration + subsystem + lines).joined(separator: "\n") + "\n")
    // A test process that is killed takes it along.
    let command = Command(
      "/usr/bin/setpriv", ["--pdeathsig", "KILL", "/usr/sbin/sshd", "-D", "-e", "-f", folder.path + "/sshd_config"])
    let child = try await ChildProcess.start(command, ownSession: true)
    let user = String(cString: getpwuid(geteuid()).pointee.pw_name)
    let server = SSHServer(folder: folder, port: port, user: user, child: child)
    try await FreePort.wait(for: port, of: child)
    return server
  }

  public func stop() async {
    // Sessions first, so that the listener reaps them: it is the only one who would.
    signalSessions(SIGKILL)
    await Self.wait { ProcessTable.descendants(of: child.processID).isEmpty }
    await child.stop(within: 2)
  }

  // MARK: What a client needs

  /// `ssh://…` of an absolute path on this machine, %-encoded.
  public func location(_ path: String, user: String? = nil) -> String {
    let plain = CharacterSet(charactersIn: "/._-").union(.alphanumerics).subtracting(CharacterSet(charactersIn: "%"))
    let encoded = path.addingPercentEncoding(withAllowedCharacters: plain) ?? path
    return "ssh://\(user ?? self.user)@127.0.0.1:\(port)\(encoded)"
  }

  public func key(_ name: String = "user-key") throws -> NamedSecret {
    NamedSecret(name: name, content: try Data(contentsOf: URL(filePath: folder.path + "/" + name)))
  }

  /// A known_hosts file's content with the server's key, or with another one under its name.
  public func knownHosts(_ key: String = "host-key") throws -> Data {
    let fields = try String(contentsOfFile: folder.path + "/\(key).pub", encoding: .utf8).split(separator: " ")
    return Data("[127.0.0.1]:\(port) \(fields[0]) \(fields[1])\n".utf8)
  }

  public func fingerprint(_ key: String = "host-key") async throws -> String {
    let line = try await Command("/usr/bin/ssh-keygen", ["-lf", "\(folder.path)/\(key).pub"]).capture().text
    return String(line.split(separator: " ")[1])
  }

  /// With the right key and host key, in a key folder below the server's.
  public func surroundings(_ change: (inout RunSecrets) throws -> Void = { _ in }) throws -> SourceSurroundings {
    var secrets = RunSecrets()
    secrets.sshKey = try key()
    secrets.knownHosts = try knownHosts()
    try change(&secrets)
    let keys = try folder.folder("keys-\(UUID().uuidString.prefix(8))")
    return SourceSurroundings(keyFolder: FilePath(keys), secrets: secrets)
  }

  // MARK: What can befall it

  /// Sends a signal to every process that serves a connection.
  public func signalSessions(_ number: Int32) {
    for id in ProcessTable.descendants(of: child.processID) { kill(id, number) }
  }

  /// The clients of this server that still run.
  public var clients: [ProcessTable.Entry] {
    ProcessTable.all().filter { entry in
      ["ssh", "sftp"].contains(entry.arguments.first.map { ($0 as NSString).lastPathComponent } ?? "")
        && entry.arguments.contains(String(port))
    }
  }

  // MARK: Helpers

  /// Until it holds, for five seconds at most.
  static func wait(until holds: () -> Bool) async {
    for _ in 0..<200 {
      if holds() { return }
      try? await Task.sleep(for: .milliseconds(25))
    }
  }

  public static func makeKey(_ path: String, passphrase: String = "") async throws {
    let made = try await Command(
      "/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", passphrase, "-C", "test", "-f", path]
    ).capture()
    guard made.end.isSuccess else { throw Errno.ioError }
  }
}
