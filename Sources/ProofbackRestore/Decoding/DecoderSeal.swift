import ProofbackSystem

/// Closes a decoder in: no network, its pipes, and what `binds` adds; bounded in memory, so that a hostile file
/// can't ask for more than any honest one needs.
enum DecoderSeal {
  /// Address space of a decoder, bytes. The largest honest need is zstd's window of 2 GiB (`--ultra --long=31`) with
  /// its buffers.
  static let memoryBytes: UInt64 = 3 << 30

  static func seal(
    _ command: Command, as user: UInt32, binds: [Seal.Bind] = [], privateFolders: [String] = [],
    memoryBytes: UInt64 = memoryBytes
  ) -> Command {
    let bounded = command.wrapped(
      by: Command(prlimit, ["--as=\(memoryBytes)", "--core=0", "--"], environment: command.environment))
    if TaskPlace.current != nil { return withoutNamespaces(bounded, as: user, binds: binds) }
    return Seal(
      user: user, binds: [.init(command.executable)] + binds, temporaryBytes: 1 << 20, privateFolders: privateFolders
    ).seal(bounded)
  }

  /// In a task's container: another user than the worker, without capabilities or ways to gain any; one that is lent no
  /// files is yet another, so that it can't read what others are lent. It sees the container, and its network. What would be
  /// bound elsewhere is named where it is.
  private static func withoutNamespaces(_ command: Command, as user: UInt32, binds: [Seal.Bind]) -> Command {
    let own = String(binds.isEmpty ? user + 1 : user)
    var command = command
    let moved = binds.filter { $0.inside != $0.host }.sorted { $0.inside.utf8.count > $1.inside.utf8.count }
    for bind in moved {
      command.arguments = command.arguments.map { $0.replacing(bind.inside, with: bind.host) }
    }
    let drop = [
      "--pdeathsig", "KILL", "--reuid", own, "--regid", own, "--clear-groups", "--bounding-set", "-all", "--inh-caps",
      "-all", "--no-new-privs", "--",
    ]
    return command.wrapped(by: Command("/usr/bin/setpriv", drop, environment: command.environment))
  }

  private static let prlimit = "/usr/bin/prlimit"

  /// A fixed language without any locale file: tools' messages are read (`CompressionFormat`, `AgeJudge`).
  static let environment = ["LC_ALL": "C", "PATH": "/usr/bin:/bin"]

  /// What the wrappers say, each with its own name in front, when they could not start the tool.
  static func failedToStart(_ outcome: LayerOutcome) -> Bool {
    guard case .exited(let code) = outcome.end, code != 0, outcome.bytesOut == 0 else { return false }
    return outcome.errorLines.contains { line in
      ["bwrap: ", "setpriv: ", "prlimit: "].contains { line.hasPrefix($0) }
    }
  }
}
