import Foundation
import ProofbackCore
import ProofbackSystem
import SystemPackage

/// A member without its own layers: a gzipped or encrypted file in a tar. Its bytes go through a chain of their own.
/// Used from the thread that reads the folder, which it may block.
final class DecodedMember: Member, @unchecked Sendable {
  let name: String
  /// Nobody knows before the layers are off.
  let size: UInt64? = nil
  let backup: DecodedBackup
  private let pumped: DispatchSemaphore
  private var isFinished = false

  /// - Parameter most: layers that are taken off at most.
  init(_ member: ReplayedMember, surroundings: DecodingSurroundings, most: Int) throws {
    name = member.name
    let input = try ProofbackSystem.Pipe()
    let pumped = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      Self.pump(member, into: input.writeEnd)
      pumped.signal()
    }
    self.pumped = pumped
    do {
      backup = try Blocking.wait {
        try await DecodingChain.open(input.readEnd, surroundings: surroundings, expects: .nothing, most: most)
      }
    } catch {
      pumped.wait()
      throw error
    }
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    isFinished ? 0 : try backup.output.readSome(into: buffer)
  }

  /// Passes over what was left unread. Safe twice.
  /// - Returns: what the layers found, named after the member.
  func finish() -> [Finding] {
    guard !isFinished else { return [] }
    isFinished = true
    try? backup.output.close()
    let backup = backup
    let findings = Blocking.wait { await backup.finish() }
    pumped.wait()
    return findings.map { finding in
      var finding = finding
      finding.message += ", in \(UntrustedText.line(name, limit: 120))"
      return finding
    }
  }

  /// Ends with the member, or when nobody takes its bytes any more: the layers' end says why.
  private static func pump(_ member: ReplayedMember, into target: FileDescriptor) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 16)
    defer {
      buffer.deallocate()
      try? target.close()
    }
    while let count = try? member.read(into: buffer), count > 0 {
      guard (try? target.writeFully(UnsafeRawBufferPointer(rebasing: buffer[..<count]))) != nil else { return }
    }
  }
}
