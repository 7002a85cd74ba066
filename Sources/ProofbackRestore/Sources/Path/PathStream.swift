import Glibc
import ProofbackCore
import Synchronization
import SystemPackage

/// A file of this machine, read by whoever holds `descriptor`.
final class PathStream: SourceStream {
  let descriptor: FileDescriptor
  /// A second descriptor of the same open file: it shares the position, so that we see how far the reader came, also
  /// when the reader was another process and closed its own.
  private let watch: Mutex<Int32?>
  private let path: RawPath
  private let atStart: FileStatus

  /// - Throws: `BadBackup` or `RunTrouble`. The file is looked at before it is opened (opening a tape or a pipe
  ///   has effects) and again after, in case it was exchanged in between.
  init(path: RawPath, expected: SourceObject) throws {
    guard try FileStatus(of: path).kind == .file else {
      throw RunTrouble(SourceFindings.notAFile, "\(path.shown) is no ordinary file")
    }
    let opened = path.withCString { Glibc.open($0, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) }
    guard opened >= 0 else { throw PathTrouble.explain(errno, path, reading: true) }
    guard let status = FileStatus(descriptor: opened), status.kind == .file else {
      Glibc.close(opened)
      throw RunTrouble(SourceFindings.notAFile, "\(path.shown) is no ordinary file")
    }
    guard status.size == expected.size, status.modified == expected.modified else {
      Glibc.close(opened)
      throw RunTrouble(
        SourceFindings.changed, "\(path.shown) changed after it was chosen",
        evidence: ["bytes when chosen: \(expected.size ?? 0)", "bytes now: \(status.size)"], canRetry: true)
    }
    posix_fadvise(opened, 0, 0, POSIX_FADV_SEQUENTIAL)
    let second = fcntl(opened, F_DUPFD_CLOEXEC, 3)
    descriptor = FileDescriptor(rawValue: opened)
    watch = Mutex(second < 0 ? nil : second)
    self.path = path
    atStart = status
  }

  deinit { closeWatch() }

  func finish() async -> Finding? {
    defer { closeWatch() }
    guard let watch = watch.withLock({ $0 }), let now = FileStatus(descriptor: watch) else { return nil }
    if now != atStart {
      return SourceFindings.changed.finding(
        "\(path.shown) changed while it was read",
        evidence: ["bytes at the start: \(atStart.size)", "bytes at the end: \(now.size)"])
    }
    return readError(at: lseek(watch, 0, SEEK_CUR), of: watch)
  }

  /// The reader may be another process, whose errors we don't see: what stopped short is tried once more from there.
  private func readError(at position: off_t, of descriptor: Int32) -> Finding? {
    guard position >= 0, UInt64(position) < atStart.size else { return nil }
    var probe = [UInt8](repeating: 0, count: 65536)
    guard pread(descriptor, &probe, probe.count, position) < 0 else { return nil }
    let reason = PathTrouble.text(errno)
    return SourceFindings.readError.finding(
      "\(path.shown) could not be read: \(reason)",
      evidence: ["bytes read: \(position) of \(atStart.size)"])
  }

  private func closeWatch() {
    watch.withLock {
      if let open = $0 { Glibc.close(open) }
      $0 = nil
    }
  }
}
