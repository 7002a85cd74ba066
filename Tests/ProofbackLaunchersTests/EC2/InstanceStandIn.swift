import Foundation
import ProofbackCore
import ProofbackSystem
import ProofbackTestSupport

/// An instance's user data, carried out here with programs that stand in for an instance's: nothing is started, pulled or
/// shut down, and Docker does what the folder's files say.
struct InstanceStandIn {
  static let image = "registry.example.org/worker:1"
  static let ticket = WorkerTicket(
    runID: "run-1", token: "proofback_worker_it's; \"secret\" $(reboot)", server: "https://h:1",
    certificateSHA256: "ab", programPath: "/p", programSHA256: "cd", deadline: Date())

  let folder: TemporaryFolder
  private var programs: String { folder.path + "/programs" }

  static func with(_ body: (InstanceStandIn) async throws -> Void) async throws {
    try await TemporaryFolder.with("instance") { try await body(InstanceStandIn($0)) }
  }

  private init(_ folder: TemporaryFolder) throws {
    self.folder = folder
    _ = try folder.folder("programs")
    for (name, script) in [
      ("setsid", ""), ("shutdown", "say shutdown"), ("poweroff", "say poweroff"), ("sleep", "say sleep $1"),
      ("timeout", "shift; exec \"$@\""), ("service", ": >\"$folder/started\"; say start docker"),
      ("systemctl", ": >\"$folder/started\"; say start docker"), ("docker", Self.docker),
    ] {
      try program(name, script)
    }
    for name in ["mktemp"] {
      try FileManager.default.createSymbolicLink(atPath: "\(programs)/\(name)", withDestinationPath: "/usr/bin/\(name)")
    }
    for (name, content) in [("started", ""), ("registry", ""), ("platform", "linux/amd64"), ("ending", "0")] {
      try set(name, content)
    }
  }

  /// What Docker is asked, and what it answers.
  private static let docker = """
    say "docker $*"
    case "$*" in
      version) if [ ! -e "$folder/started" ]; then echo 'Is the docker daemon running?' >&2; exit 1; fi ;;
      image*--format*) echo "$(<"$folder/platform")" ;;
      image*) [ -e "$folder/pulled" ] ;;
      pull*)
        if [ ! -e "$folder/registry" ]; then echo 'Error response from daemon: manifest unknown' >&2; exit 1; fi
        : >"$folder/pulled" ;;
      run*)
        export -p >"$folder/environment"
        for word; do :; done
        printf '%s' "$word" >"$folder/inside"
        while IFS= read -r line; do printf '%s\\n' "$line" >>"$folder/input"; done
        exit "$(<"$folder/ending")" ;;
    esac
    """

  func program(_ name: String, _ script: String) throws {
    let text = """
      #!/bin/bash
      folder='\(folder.path)'
      say() { echo "$*" >>"$folder/said"; }
      \(script)

      """
    let file = try folder.write("programs/\(name)", text)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
  }

  func remove(_ program: String) throws { try FileManager.default.removeItem(atPath: "\(programs)/\(program)") }

  /// Says how Docker is; nil: the file is not there.
  func set(_ name: String, _ content: String?) throws {
    if let content {
      try folder.write(name, content)
    } else {
      try FileManager.default.removeItem(atPath: "\(folder.path)/\(name)")
    }
  }

  func read(_ name: String) -> String {
    (try? String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)) ?? ""
  }

  /// What was called, a line each.
  var said: [String] { read("said").split(separator: "\n").map(String.init) }

  /// - Returns: what its console showed.
  func boot(_ script: String) async throws -> String {
    let file = try folder.write("user-data", "exec 2>&1\n\(script)")
    return try await Command("/bin/bash", [file], environment: ["PATH": programs]).capture(within: 30).text
  }
}
