import ProofbackCore
import ProofbackSystem
import SystemPackage

import struct ProofbackSystem.Pipe

extension MySQLSession {
  /// Applies the redo log, as whoever restores the backup does, unless that was done before.
  func prepare(_ contents: PhysicalContents, _ programs: MySQLPrograms) async throws {
    if contents.facts.isPrepared { return }
    guard let tool = await PhysicalTools.preparing(programs.flavour, in: work.sandbox.system) else {
      let package = programs.flavour == .mariadb ? "mariadb-backup" : "percona-xtrabackup-80"
      throw work.sandbox.system.lacks(
        "the backup must be prepared with \(package), which is not", isTool: true,
        hint: "install it: apt-get install \(package)")
    }
    try await writeOptions(contents, programs.flavour)
    let memory = max(64 << 20, min(work.limits.memoryBytes / 4, 1 << 30))
    let program = SandboxProgram(
      name: "prepare", executable: FilePath(tool),
      arguments: ["--no-defaults", "--prepare", "--use-memory=\(memory)", "--target-dir=\(dataFolder(contents))"]
        + PhysicalOptions(contents: contents, flavour: programs.flavour).layout,
      environment: ["LC_ALL": "C.UTF-8", "TZ": "UTC"], reads: await Self.serverReads(work.sandbox.system),
      role: .server,
      origin: .dbms)
    let process = try await work.sandbox.start(program, input: nil, output: nil)
    let end = await process.wait()
    let said = process.errorOutput()
    let isDone = String(decoding: said.suffix(4096), as: UTF8.self).contains("completed OK!")
    if end.isSuccess, isDone {
      guard let last = contents.facts.last, let reached = PhysicalMessages.endOfLog(said), reached < last else {
        return
      }
      throw BadBackup(
        PhysicalFindings.logShort,
        "the redo log could be applied to LSN \(reached) only, and the backup goes to LSN \(last)")
    }
    if let reached = work.sandbox.limitReached(now: true) { throw SandboxFindings.trouble(reached) }
    let errors = PhysicalMessages.errors(said)
    throw BadBackup(
      PhysicalFindings.prepareFailed,
      "the backup can't be prepared: \(errors.first ?? "the tool ended with \(end) and without a word")",
      evidence: errors)
  }

  /// Lengths and pages of all tablespaces.
  /// - Parameter isWhole: whether the redo log was applied: before that, files may be short and pages zero by right.
  func checkTablespaces(_ contents: PhysicalContents, isWhole: Bool = true) async throws -> [Finding] {
    let tool = try await checksumTool(contents)
    let output = try Pipe()
    var program = ownProgram("tablespace-reader", [TablespaceReader.commandName, dataFolder(contents), tool.argument])
    program.role = .server
    program.reads += tool.reads
    let reads = program
    let process = try await output.readEnd.closedOnError {
      try await work.sandbox.start(reads, input: nil, output: output.writeEnd)
    }
    let bytes = try await Blocking.run("tablespaces") { try output.readEnd.readToEnd(limit: 16 << 20) }
    let end = await process.wait()
    let rows = TextRows.parse(bytes).filter { $0.count == 4 }
    guard end.isSuccess, let done = rows.last, done[0] == TablespaceReader.Problem.done.rawValue else {
      if let reached = work.sandbox.limitReached(now: true) { throw SandboxFindings.trouble(reached) }
      throw RunTrouble(
        MySQLFindings.readerTrouble, "our process that looks at pages failed (\(end))", canRetry: true)
    }
    let told = rows.dropLast().filter { isWhole || $0[0] == TablespaceReader.Problem.pages.rawValue }
    let damage = Self.tablespaceFindings(told)
    if !damage.isEmpty { return damage }
    return [
      PhysicalFindings.prepared.finding(
        "no page of \(Quantity.text(Int(done[2]) ?? 0, "tablespace")) with \(Quantity.text(bytes: UInt64(done[3]) ?? 0)) has a wrong checksum"
      )
    ]
  }

  /// The DBMS's own, which knows its own pages; this host's where an image has none.
  private func checksumTool(_ contents: PhysicalContents) async throws -> (argument: String, reads: [FilePath]) {
    let system = work.sandbox.system
    if !system.identity.isEmpty, let tool = await system.find("innochecksum") {
      return (TablespaceReader.said + (try await checksums(by: tool, contents)), [])
    }
    guard let tool = Programs.find("innochecksum") else {
      throw system.lacks("innochecksum, which looks at pages, is not", isTool: true)
    }
    return (tool, [FilePath(tool)])
  }

  /// Runs an image's tool over all tablespaces, for the process of ours that judges them.
  /// - Returns: the folder inside with what it said of each.
  private func checksums(by tool: String, _ contents: PhysicalContents) async throws -> String {
    let folder = work.sandbox.exchange.inside.appending("pages").string
    let program = SandboxProgram(
      name: "innochecksum", executable: "/bin/sh",
      arguments: ["-c", Self.checksumScript, tool, dataFolder(contents), folder], environment: ["LC_ALL": "C.UTF-8"],
      role: .server, origin: .dbms)
    let process = try await work.sandbox.start(program, input: nil, output: nil)
    let end = await process.wait()
    if end.isSuccess { return folder }
    if let reached = work.sandbox.limitReached(now: true) { throw SandboxFindings.trouble(reached) }
    throw RunTrouble(MySQLFindings.readerTrouble, "innochecksum can't be run in the image (\(end))", canRetry: true)
  }

  /// $0: the tool, $1: the data folder, $2: where what it says goes, under the tablespaces' own names, the exit code last.
  private static let checksumScript = """
    mkdir -p "$2" && cd "$1" || exit 1
    for file in *.ibd *.new ibdata* undo* */*.ibd */*.new; do
      [ -f "$file" ] || continue
      case $file in */*) mkdir -p "$2/${file%/*}" ;; esac
      "$0" --allow-mismatches=4294967295 "$file" >/dev/null 2>"$2/$file"
      echo "exit $?" >>"$2/$file"
    done
    """

  /// Causes: a bit that fell over on a disk or in memory, a block that another file was written over, a copy that stopped
  /// half way. Outside of the corpus: bytes of an ibd file changed by a virus scanner's "repair".
  static func tablespaceFindings(_ rows: some Sequence<[String]>) -> [Finding] {
    var findings: [Finding] = []
    for row in rows.prefix(20) {
      let name = UntrustedText.line(row[1], limit: 120)
      switch TablespaceReader.Problem(rawValue: row[0]) {
      case .cut:
        findings.append(
          PhysicalFindings.fileCut.finding(
            "\(name) is cut off: \(Quantity.text(bytes: UInt64(row[2]) ?? 0)) of the \(Quantity.text(bytes: UInt64(row[3]) ?? 0)) that its first page claims are missing"
          ))
      case .pages:
        let more = row[3] == "1" ? "" : ", and so do \((Int(row[3]) ?? 2) - 1) more"
        findings.append(
          PhysicalFindings.pageDamaged.finding("page \(row[2]) of \(name) does not match its checksum\(more)"))
      case .misplaced:
        let more = row[3] == "1" ? "" : ", as are \((Int(row[3]) ?? 2) - 1) more"
        findings.append(
          PhysicalFindings.pageLost.finding(
            "page \(row[2]) of \(name) is in use, and is all zero or another page\(more)"))
      case .head:
        findings.append(PhysicalFindings.pageDamaged.finding("the first page of \(name) is damaged"))
      case .done, nil: break
      }
    }
    return findings
  }
}

/// The tools that a backup of the server's files is prepared with.
enum PhysicalTools {
  static func preparing(_ flavour: ServerFlavour, in system: any SandboxSystem) async -> String? {
    for name in flavour == .mariadb ? ["mariadb-backup", "mariabackup"] : ["xtrabackup"] {
      if let tool = await system.find(name) { return tool }
    }
    return nil
  }
}
