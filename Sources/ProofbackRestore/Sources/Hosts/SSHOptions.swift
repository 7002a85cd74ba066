import Foundation
import ProofbackCore
import ProofbackSystem

/// The one place where ssh's command line is made. Nothing of a location reaches it but user, host and port, which
/// `SSHLocation` has checked; the path goes through SFTP.
enum SSHOptions {
  static func command(
    _ ssh: String, to location: SSHLocation, patience: SSHPatience, credentials: SSHCredentials
  ) -> Command {
    var arguments = arguments(patience, credentials)
    arguments += ["-p", String(location.port)]
    if let user = location.user { arguments += ["-l", user] }
    arguments += ["-s", "--", location.host, "sftp"]
    // Plain C: SSHFault reads ssh's own English words.
    let environment = Command.plainEnvironment.merging(["LC_ALL": "C"]) { $1 }
    return Command(ssh, arguments, environment: environment.merging(credentials.environment) { $1 })
  }

  /// What other tools start our ssh with.
  /// - Throws: `RunTrouble`.
  static func prepare(
    for location: SSHLocation, in surroundings: SourceSurroundings
  ) async throws -> (ssh: String, patience: SSHPatience, credentials: SSHCredentials) {
    guard let ssh = Programs.find("ssh") else {
      throw RunTrouble(SourceFindings.toolMissing, "OpenSSH's client is not installed")
    }
    let patience = SSHPatience()
    return (ssh, patience, try await SSHCredentials.prepare(for: location, patience: patience, in: surroundings))
  }

  /// All but the host, the user and what is asked of them.
  static func arguments(_ patience: SSHPatience, _ credentials: SSHCredentials) -> [String] {
    // -F none: neither the user's nor the system's configuration, which could name commands.
    let options = fixed + ciphers + times(patience) + credentials.options
    return ["-F", "none", "-T"] + options.flatMap { ["-o", $0] }
  }

  private static let fixed = [
    "BatchMode=yes", "StrictHostKeyChecking=yes", "UpdateHostKeys=no", "VerifyHostKeyDNS=no",
    "PreferredAuthentications=publickey", "PasswordAuthentication=no", "KbdInteractiveAuthentication=no",
    "ProxyCommand=none", "ProxyJump=none", "PermitLocalCommand=no", "KnownHostsCommand=none",
    "ControlMaster=no", "ControlPath=none", "ControlPersist=no",
    "ClearAllForwardings=yes", "ForwardAgent=no", "ForwardX11=no", "Tunnel=no", "AddKeysToAgent=no",
    "EscapeChar=none", "CanonicalizeHostname=no",
    // Above this level a host's banner, which can say anything, is mixed with ssh's own words.
    "LogLevel=ERROR",
  ]

  /// With AES in hardware its GCM mode moves half as many bytes again per second as ssh's own first choice, ChaCha20
  /// (measured); without, it would be slower. Put in front of ssh's list, not in its place.
  private static let ciphers: [String] = {
    let processor = FileManager.default.contents(atPath: "/proc/cpuinfo") ?? Data()
    let hasAES = processor.firstRange(of: Data(" aes ".utf8)) != nil
    return hasAES ? ["Ciphers=^aes128-gcm@openssh.com,aes256-gcm@openssh.com"] : []
  }()

  private static func times(_ patience: SSHPatience) -> [String] {
    [
      "ConnectTimeout=\(patience.connect)", "ConnectionAttempts=1", "TCPKeepAlive=yes",
      "ServerAliveInterval=\(patience.alive)", "ServerAliveCountMax=\(patience.aliveCount)",
    ]
  }
}
