import ProofbackCore
import ProofbackSystem
import SystemPackage

import struct ProofbackSystem.Pipe

extension MySQLSession {
  /// Writes the backup's files into the data folder, from inside the sandbox.
  func unpack(_ content: BackupContent) async throws -> (PhysicalContents, [Finding]) {
    let progress = work.onImported
    return try await writingFiles { feed in
      var unpacking = PhysicalUnpacking(feed: feed) { progress($0) }
      switch content {
      case .folder(let members):
        while let member = try members.next() { try unpacking.take(member) }
        return (unpacking.contents(), members.findings)
      case .stream(let stream):
        let reader = XBStreamReader(stream)
        try reader.run { try unpacking.take($0, at: $1, $2) }
        try Self.drain(stream)
        return (unpacking.contents(), [reader.finding].compactMap(\.self))
      }
    }
  }

  /// Puts our own file in the place of the one that the preparing tool takes options from: the backup's may name plug-ins.
  func writeOptions(_ contents: PhysicalContents, _ flavour: ServerFlavour) async throws {
    let text = PhysicalOptions(contents: contents, flavour: flavour).preparing
    let name = contents.root + "backup-my.cnf"
    try await writingFiles { try PhysicalUnpacking.write(text, as: name, to: $0) }
  }

  /// Starts a process of ours in the sandbox that writes files, and hands `body` the other end, on a thread.
  private func writingFiles<Value: Sendable>(
    _ body: @escaping @Sendable (FolderFeed) throws -> Value
  ) async throws -> Value {
    let input = try Pipe()
    var writer = ownProgram("folder-writer", [FolderWriter.commandName, work.sandbox.data.inside.string])
    writer.role = .server
    let program = writer
    let process = try await input.writeEnd.closedOnError {
      try await work.sandbox.start(program, input: input.readEnd, output: nil)
    }
    let result: Result<Value, any Error>
    do {
      result = .success(
        try await Blocking.run("unpack") {
          let feed = FolderFeed(input.writeEnd)
          defer { feed.close() }
          let value = try body(feed)
          try feed.finish()
          return value
        })
    } catch { result = .failure(error) }
    let end = await process.wait()
    if end.isSuccess { return try result.get() }
    if let reached = work.sandbox.limitReached(now: true) { throw SandboxFindings.trouble(reached) }
    throw RunTrouble(
      CommonFindings.clientDied, "our unpacking process in the sandbox failed (\(end))", canRetry: true)
  }

  /// The end of the layers around it says whether all of it came.
  private static func drain(_ stream: any ByteReader) throws {
    while try withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16, { try stream.read(into: $0) }) > 0 {}
  }

  /// Takes the compression off single files, with the tools that made it, inside the sandbox.
  func decompressed(_ contents: PhysicalContents) async throws -> PhysicalContents {
    guard !contents.wrapped.isEmpty else { return contents }
    var result = contents
    for (wrapping, tool) in [(PhysicalName.Wrapping.zst, "zstd"), (.lz4, "lz4"), (.qpress, "qpress")] {
      let names = contents.wrapped.filter { $0.value == wrapping }.keys.sorted()
      guard let first = names.first else { continue }
      guard let program = Programs.find(tool), wrapping != .qpress else {
        throw RunTrouble(
          PhysicalFindings.compressed,
          "\(UntrustedText.line(first, limit: 120))\(names.count > 1 ? " and \(names.count - 1) more" : "") in the backup \(names.count > 1 ? "are" : "is") compressed by \(tool), which is not opened here",
          hint: "decompress the backup first (xtrabackup --decompress), or compress the whole of it with zstd")
      }
      try await decompress(names, in: dataFolder(contents), FilePath(program), wrapping)
      for name in names {
        // How large it became is not known here: never too small.
        result.sizes[name] = nil
        result.sizes[String(name.dropLast(wrapping.rawValue.count + 1))] = .max
        result.wrapped[name] = nil
      }
    }
    for name in result.sizes.keys where contents.sizes[name] == nil && PhysicalName.rootFiles.contains(name) {
      result.facts.take(name, try await head(of: "\(dataFolder(contents))/\(name)"))
    }
    return result
  }

  private func decompress(
    _ names: [String], in folder: String, _ tool: FilePath, _ wrapping: PhysicalName.Wrapping
  ) async throws {
    for start in stride(from: 0, to: names.count, by: 500) {
      let files = names[start..<min(start + 500, names.count)].map { "\(folder)/\($0)" }
      let arguments = wrapping == .zst ? ["-d", "-q", "-f", "--rm", "--"] : ["-d", "-q", "-f", "-m", "--rm"]
      let process = try await work.sandbox.start(
        SandboxProgram(
          name: wrapping.rawValue, executable: tool, arguments: arguments + files, environment: ["LC_ALL": "C.UTF-8"],
          role: .server), input: nil, output: nil)
      if await process.wait().isSuccess { continue }
      if let reached = work.sandbox.limitReached(now: true) { throw SandboxFindings.trouble(reached) }
      throw BadBackup(
        DecompressFindings.corrupt, "a file of the physical backup can't be decompressed",
        evidence: process.errorOutput().split(separator: 10).prefix(3).map { UntrustedText.line(bytes: $0, limit: 200) }
      )
    }
  }

  /// The beginning of a small file in the sandbox.
  private func head(of path: String) async throws -> [UInt8] {
    let output = try Pipe()
    let process = try await output.readEnd.closedOnError {
      try await work.sandbox.start(
        SandboxProgram(
          name: "head", executable: "/usr/bin/head", arguments: ["-c", "\(PhysicalFacts.limit)", "--", path],
          role: .server),
        input: nil, output: output.writeEnd)
    }
    let bytes = try await Blocking.run("head") { try output.readEnd.readToEnd(limit: PhysicalFacts.limit) }
    _ = await process.wait()
    return bytes
  }
}
