import ProofbackCore

/// A run's log on its way into the state, some lines at a time. Of one that is too long the beginning and the last lines
/// are kept, whatever its length, and how much is missing between them is said.
struct RunLogBuffer: Sendable {
  static let batch = 50
  static let mostLines = 5000
  static let mostBytes = 1 << 20
  static let lastLines = 200
  /// Bytes of a line.
  static let longestLine = 8000

  private var pending: [String] = []
  private var last: [String] = []
  private var (lines, bytes, left) = (0, 0, 0)

  /// - Returns: lines to write now.
  mutating func add(_ line: String) -> [String] {
    let line = line.utf8.count > Self.longestLine ? String(line.prefix(Self.longestLine / 4)) : line
    guard lines < Self.mostLines, bytes + line.utf8.count <= Self.mostBytes, last.isEmpty else {
      last.append(line)
      // Half a ring at a time: taking away single lines would move all others each time.
      if last.count == 2 * Self.lastLines {
        last.removeFirst(Self.lastLines)
        left += Self.lastLines
      }
      return []
    }
    lines += 1
    bytes += line.utf8.count
    pending.append(line)
    return pending.count >= Self.batch ? flush() : []
  }

  /// - Returns: lines to write now.
  mutating func flush() -> [String] {
    defer { pending.removeAll() }
    return pending
  }

  /// - Returns: all that is still to be written, at the run's end.
  mutating func finish() -> [String] {
    let missing = left + max(0, last.count - Self.lastLines)
    let note = missing > 0 ? ["\(Quantity.text(missing, "line")) are not shown here"] : []
    defer { last.removeAll() }
    return flush() + note + last.suffix(Self.lastLines)
  }
}
