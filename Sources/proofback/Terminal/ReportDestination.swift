import ArgumentParser
import Foundation
import Glibc
import ProofbackCore
import SystemPackage

/// Where the report goes: opened before the run, so that a wrong path costs no run; written at its end.
struct ReportDestination {
  private let descriptor: FileDescriptor
  private let name: String

  /// - Parameter path: nil for standard output. What stands there is written over in place: a link is followed, a pipe or
  ///   a device is written to.
  /// - Throws: a usage error when it can't be written to.
  init(path: String?) throws {
    guard let path else {
      descriptor = .standardOutput
      name = "standard output"
      return
    }
    name = UntrustedText.line(path)
    do {
      descriptor = try FileDescriptor.open(
        FilePath(path), .readWrite, options: [.create, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
    } catch {
      throw ValidationError("--output is '\(name)', which can't be written to: \(error)")
    }
  }

  /// Writes the report; what keeps it from being written is said on standard error.
  func write(_ text: String) {
    do {
      if descriptor != .standardOutput { _ = ftruncate(descriptor.rawValue, 0) }
      try descriptor.writeAll(text.utf8)
      if descriptor != .standardOutput { try descriptor.close() }
    } catch Errno.brokenPipe where descriptor == .standardOutput {
    } catch {
      StandardError.write("the report could not be written to \(name): \(error)\n")
    }
  }
}
