public import ProofbackCore
import SystemPackage

extension Command {
  /// What a short command printed and how it ended.
  public struct Outcome: Sendable {
    public var end: ProcessEnd
    public var output: [UInt8]
    public var errors: [UInt8]
    public init(end: ProcessEnd, output: [UInt8], errors: [UInt8]) {
      (self.end, self.output, self.errors) = (end, output, errors)
    }
    public var text: String { String(decoding: output, as: UTF8.self) }
    public var errorText: String { String(decoding: errors, as: UTF8.self) }
  }

  /// Runs a short command to its end and returns what it printed, at most `limit` bytes of it; what comes after
  /// is read and dropped.
  /// - Parameters:
  ///   - seconds: after that it is killed.
  ///   - ownSession: without a terminal that it could ask on.
  public func capture(
    input: [UInt8]? = nil, limit: Int = 1 << 20, within seconds: Double = 60, ownSession: Bool = false
  ) async throws -> Outcome {
    let output = try Pipe()
    let stdin = try await output.closedOnError { try input.map { _ in try Pipe() } }
    let child: ChildProcess
    do {
      child = try await ChildProcess.start(
        self, input: stdin.map { .descriptor($0.readEnd) } ?? .none, output: .descriptor(output.writeEnd),
        ownSession: ownSession)
    } catch {
      for end in [output.readEnd, stdin?.writeEnd] { try? end?.close() }
      throw error
    }
    let deadline = Task {
      try await Task.sleep(for: .seconds(seconds))
      child.signal(9)
    }
    defer { deadline.cancel() }
    async let written: Void = Self.give(input ?? [], to: stdin?.writeEnd)
    let bytes = try await Blocking.run("capture") { try output.readEnd.readToEnd(limit: limit) }
    await written
    let errors = await child.wholeErrorOutput()
    return Outcome(end: await child.wait(), output: bytes, errors: errors)
  }

  private static func give(_ bytes: [UInt8], to descriptor: FileDescriptor?) async {
    guard let descriptor else { return }
    try? await Blocking.run("give") {
      defer { try? descriptor.close() }
      ignoreBrokenPipe()
      try bytes.withUnsafeBytes { try descriptor.writeFully($0) }
    }
  }
}
