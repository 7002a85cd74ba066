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
    return Seal(
      user: user, binds: [.init(command.executable)] + binds, temporaryBytes: 1 << 20, privateFolders: privateFolders
    ).seal(bounded)
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
