import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import Synchronization
import SystemPackage

/// A container beside the worker's, which starts what is put into its spool. It ends when this is closed.
final class Neighbour: Sendable {
  let kind: TaskNeighbour
  private let spool: Spool
  /// The container's first shell reads the other end.
  private let lifeline: Mutex<FileDescriptor?>
  private let count = Mutex(0)
  private let isOver = Flag()
  /// Seconds that a job may take to begin.
  private static let patience = 60.0

  private init(_ kind: TaskNeighbour, _ spool: Spool, _ lifeline: FileDescriptor) {
    self.kind = kind
    self.spool = spool
    self.lifeline = Mutex(lifeline)
  }

  /// Waits until the container is there and reads.
  /// - Throws: `RunTrouble`.
  static func meet(_ kind: TaskNeighbour, in place: TaskPlace, within seconds: Double) async throws -> Neighbour {
    let spool = Spool(folder: place.path(kind.spool))
    do {
      try Spool.share(spool.folder, mode: 0o750)
      try spool.makePipe("jobs", .toNeighbour)
    } catch {
      throw RunTrouble(SidecarFindings.notMet, "the spool \(spool.folder) can't be made: \(error)")
    }
    let deadline = ContinuousClock.now.advanced(by: .seconds(seconds))
    while ContinuousClock.now < deadline {
      if let lifeline = try? spool.open("jobs", .writeOnly) {
        spool.forget("jobs")
        return Neighbour(kind, spool, lifeline)
      }
      try await Task.sleep(for: .milliseconds(20))
    }
    spool.forget("jobs")
    throw RunTrouble(
      SidecarFindings.notMet,
      "the container `\(kind.rawValue)` of the task did not answer within \(Quantity.text(seconds: seconds))")
  }

  /// Starts a program, or a script of ours.
  /// - Throws: `RunTrouble`. Descriptors given are closed in any case, sooner or later.
  func start(
    input: FileDescriptor? = nil, output: FileDescriptor? = nil, name: String, until late: Flag = Flag(),
    _ script: (_ job: String) -> String
  ) async throws -> NeighbourProgram {
    let sign = StopSign(job: late, neighbour: isOver)
    var given = [input, output].compactMap { $0 }
    do {
      let job = try makeJob(script, hasInput: input != nil, hasOutput: output != nil)
      defer { remove(job) }
      let control: JobControl
      let pipes: (input: FileDescriptor?, output: FileDescriptor?)
      (control, pipes) = try open(job, sign, hasInput: input != nil, hasOutput: output != nil)
      let word: JobControl.Word?
      do {
        try tell(job.folder.lastComponent!.string)
        word = try await Blocking.run("job") { control.next(until: Date(timeIntervalSinceNow: Self.patience)) }
        guard case .begun = word else { throw Self.trouble(word, name, kind) }
        let toProgram = try pipes.input.map { _ in try job.open("in", .writeOnly) }
        given = []
        if let input, let toProgram { Pump.start(input, toProgram, until: sign) }
        if let output, let fromProgram = pipes.output { Pump.start(fromProgram, output, until: sign) }
        try? pipes.input?.close()
      } catch {
        control.close()
        for pipe in [pipes.input, pipes.output] { try? pipe?.close() }
        throw error
      }
      guard case .begun(let processID) = word else { throw Self.trouble(word, name, kind) }
      return NeighbourProgram(control, processID: processID, neighbour: self)
    } catch {
      for descriptor in given { try? descriptor.close() }
      if error is RunTrouble { throw error }
      throw RunTrouble(SandboxFindings.broken, "\(name) can't be started: \(error)")
    }
  }

  private static func trouble(_ word: JobControl.Word?, _ name: String, _ kind: TaskNeighbour) -> RunTrouble {
    word == .missing
      ? RunTrouble(SandboxFindings.broken, "\(name) is not there or not executable in the container `\(kind.rawValue)`")
      : RunTrouble(SandboxFindings.broken, "\(name) did not begin in the container `\(kind.rawValue)`", canRetry: true)
  }

  private func makeJob(_ script: (String) -> String, hasInput: Bool, hasOutput: Bool) throws -> Spool {
    let number = count.withLock { count in
      count += 1
      return count
    }
    let job = Spool(folder: spool.folder.appending(String(number)))
    guard mkdir(job.folder.string, 0o700) == 0 else { throw Errno(rawValue: errno) }
    do {
      let run = job.folder.appending("run")
      let text = script("\(TaskNeighbour.spoolInside)/\(number)")
      try Data(text.utf8).write(to: URL(fileURLWithPath: run.string))
      try Spool.share(run, mode: 0o640)
      if hasInput { try job.makePipe("in", .toNeighbour) }
      if hasOutput { try job.makePipe("out", .fromNeighbour) }
      for name in ["err", "end"] { try job.makePipe(name, .fromNeighbour) }
      try Spool.share(job.folder, mode: 0o750)
      return job
    } catch {
      remove(job)
      throw error
    }
  }

  /// The pipe to the program is held open from both sides until it has begun, so that it does not wait for us.
  private func open(
    _ job: Spool, _ sign: StopSign, hasInput: Bool, hasOutput: Bool
  ) throws -> (JobControl, (input: FileDescriptor?, output: FileDescriptor?)) {
    var opened: [FileDescriptor] = []
    func open(_ name: String, _ mode: FileDescriptor.AccessMode) throws -> FileDescriptor {
      let descriptor = try job.open(name, mode)
      opened.append(descriptor)
      return descriptor
    }
    do {
      let words = try open("end", .readOnly)
      let errors = try open("err", .readOnly)
      let input = hasInput ? try open("in", .readWrite) : nil
      let output = hasOutput ? try open("out", .readOnly) : nil
      return (JobControl(words: words, errors: errors, stopped: sign), (input, output))
    } catch {
      for descriptor in opened { try? descriptor.close() }
      throw error
    }
  }

  private func tell(_ job: String) throws {
    try lifeline.withLock { lifeline in
      guard let lifeline else { throw RunTrouble(SandboxFindings.broken, "the sandbox has been destroyed") }
      try Array("\(job)\n".utf8).withUnsafeBytes { try lifeline.writeFully($0) }
    }
  }

  private func remove(_ job: Spool) {
    for name in ["run", "in", "out", "err", "end"] { job.forget(name) }
    rmdir(job.folder.string)
  }

  /// A script of ours, to its end.
  func run(
    _ script: String, _ arguments: [String] = [], limit: Int = 1 << 20, within seconds: Double = 60
  ) async -> Command.Outcome? {
    guard let pipe = try? ProofbackSystem.Pipe() else { return nil }
    let late = Flag()
    let deadline = Task {
      try await Task.sleep(for: .seconds(seconds))
      late.set()
    }
    defer { deadline.cancel() }
    let program = try? await start(output: pipe.writeEnd, name: "script", until: late) { job in
      SidecarScripts.run(script, arguments, job: job)
    }
    guard let program else {
      try? pipe.readEnd.close()
      return nil
    }
    let output = (try? await Blocking.run("script") { try pipe.readEnd.readToEnd(limit: limit) }) ?? []
    return Command.Outcome(end: await program.wait(), output: output, errors: program.errorOutput())
  }

  /// Ends a program with all that it started, or asks it to end; all programs when none is named.
  func end(_ processID: Int32?, _ signal: String) async {
    _ = await run(SidecarScripts.stop, [processID.map(String.init) ?? "all", signal], within: 20)
  }

  /// Ends the container, and whatever waits for it here.
  func close() {
    lifeline.withLock { lifeline in
      try? lifeline?.close()
      lifeline = nil
    }
    isOver.set()
  }

  deinit { close() }
}
