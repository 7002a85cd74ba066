/// The bytes of one call of `scan`.
struct ScanWindow {
  let bytes: UnsafePointer<UInt8>
  let count: Int
  /// Nothing comes after these bytes.
  let isLast: Bool

  func at(_ position: Int) -> UInt8 { position < count ? bytes[position] : 0 }

  func slice(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: bytes + range.lowerBound, count: range.count)
  }

  /// Whether `length` bytes from `position` on are here, or all that there will ever be.
  func sees(_ length: Int, from position: Int) -> Bool { isLast || count - position >= length }

  /// The line that begins at `position`, without its line end, when enough of it is here to judge: whole, or `longest` bytes.
  func line(from position: Int, longest: Int) -> (text: UnsafeBufferPointer<UInt8>, next: Int, isWhole: Bool)? {
    let end = min(count, position + longest)
    let feed = ByteScan.first(SQLByte.newline, bytes, position, end)
    guard feed < end || sees(longest, from: position) else { return nil }
    let isWhole = feed < end || (isLast && end == count)
    var last = feed
    if last > position && bytes[last - 1] == 13 { last -= 1 }
    return (slice(position..<last), min(count, feed < end ? feed + 1 : end), isWhole)
  }

  func startsWith(_ text: StaticString, _ position: Int) -> Bool {
    slice(position..<count).startsWith(text)
  }

  func startsWith(_ text: [UInt8], _ position: Int) -> Bool {
    guard count - position >= text.count else { return false }
    for index in 0..<text.count where bytes[position + index] != text[index] { return false }
    return true
  }
}

/// What of the window goes to the sink: everything but what was left out, up to where forwarding was stopped.
struct Outflow {
  private(set) var segments: [(range: Range<Int>, ended: Int)] = []
  private var from = 0
  private var ended = 0
  private(set) var isStopped = false

  mutating func begin() {
    segments.removeAll(keepingCapacity: true)
    from = 0
    ended = 0
  }

  mutating func statementEnded() { if !isStopped { ended += 1 } }

  mutating func leaveOut(_ range: Range<Int>) {
    close(at: range.lowerBound)
    from = max(from, range.upperBound)
  }

  mutating func stop(at position: Int) {
    close(at: max(position, from))
    isStopped = true
  }

  mutating func close(at position: Int) {
    guard !isStopped else { return }
    if position > from || ended > 0 { segments.append((from..<max(from, position), ended)) }
    from = max(from, position)
    ended = 0
  }
}
