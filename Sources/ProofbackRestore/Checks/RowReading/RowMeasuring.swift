import ProofbackCore

/// Cuts a row's text into its values and measures them. Long values are never held whole.
struct RowMeasuring {
  private var sketch: TableSketch
  private let plan: ProfilePlan
  private let format: RowFormat
  /// The value that is being read, without its escapes, as far as it is not hashed yet.
  private var value: [UInt8] = []
  /// Of a value that was hashed in pieces: its beginning, its hash and length so far.
  private var beginning: [UInt8] = []
  private var hash: UInt64?
  /// The same under the sums' key, where that is another.
  private var checksum: UInt64?
  private let checksumKey: UInt64?
  private var hashedLength = 0
  private var isEscaped = false
  private var hasEscape = false
  private var column = 0

  init(_ plan: ProfilePlan, _ format: RowFormat) {
    self.plan = plan
    self.format = format
    sketch = TableSketch(plan)
    checksumKey = plan.measuring.checksumKey == plan.measuring.key ? nil : plan.measuring.checksumKey
    value.reserveCapacity(CellHash.piece)
  }

  mutating func take(_ bytes: UnsafeRawBufferPointer) {
    var start = 0
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      // Most bytes are neither tab nor backslash.
      if byte > 9, byte != UInt8(ascii: "\\"), !isEscaped {
        index += 1
        continue
      }
      if isEscaped {
        isEscaped = false
        append(format.unescaped(byte), isNull: byte == UInt8(ascii: "N"))
        start = index + 1
      } else if byte == 9 {
        append(bytes, start, index)
        endValue()
        start = index + 1
      } else if byte == UInt8(ascii: "\\") {
        append(bytes, start, index)
        isEscaped = true
        hasEscape = true
        start = index + 1
      }
      index += 1
    }
    append(bytes, start, index)
  }

  /// An escaped character; `\N` stands for nothing at all.
  private mutating func append(_ byte: UInt8, isNull: Bool) {
    if isNull, format == .copy { value += format.null } else { value.append(byte) }
    if value.count >= CellHash.piece { hashPiece() }
  }

  private mutating func append(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int) {
    var start = start
    while start < end {
      let count = min(end - start, CellHash.piece - value.count)
      value.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start..<start + count]))
      start += count
      if value.count >= CellHash.piece { hashPiece() }
    }
  }

  private mutating func hashPiece() {
    if hash == nil { beginning = Array(value.prefix(TextLook.longest * 2 + 2)) }
    hash = value.withUnsafeBytes { CellHash.extend(hash, $0, key: plan.measuring.key) }
    if let checksumKey { checksum = value.withUnsafeBytes { CellHash.extend(checksum, $0, key: checksumKey) } }
    hashedLength += value.count
    value.removeAll(keepingCapacity: true)
  }

  private mutating func endValue() {
    defer {
      value.removeAll(keepingCapacity: true)
      hash = nil
      checksum = nil
      hashedLength = 0
      hasEscape = false
      column += 1
    }
    // `\N` is the only way to NULL in COPY, and the word is in a batch, where a text of the same letters is taken for it.
    if hash == nil, value.elementsEqual(format.null), hasEscape == (format == .copy) { return sketch.addNull() }
    let length = hashedLength + value.count
    if hash != nil {
      beginning += value.suffix(TextLook.longest * 2)
      if !value.isEmpty { hashPiece() }
    }
    let isHexadecimal = plan.columns.indices.contains(column) && plan.columns[column].isHexadecimal
    let hash = hash
    if hash == nil, let checksumKey { checksum = value.withUnsafeBytes { CellHash.hash($0, key: checksumKey) } }
    let checksum = checksum
    (hash == nil ? value : beginning).withUnsafeBytes { bytes in
      if isHexadecimal {
        Self.bytes(ofHexadecimal: bytes).withUnsafeBytes {
          sketch.add(
            $0, length: max(0, length / 2 - 1), hash: hash ?? CellHash.hash(bytes, key: plan.measuring.key),
            checksum: checksum)
        }
      } else {
        sketch.add(bytes, length: length, hash: hash, checksum: checksum)
      }
    }
  }

  /// What the digits behind `\x` stand for, of as much as is looked at.
  private static func bytes(ofHexadecimal text: UnsafeRawBufferPointer) -> [UInt8] {
    let digits = text.dropFirst(2)
    var result: [UInt8] = []
    result.reserveCapacity(digits.count / 2)
    var high: UInt8?
    for byte in digits {
      let digit = byte < 58 ? byte &- 48 : (byte | 0x20) &- 87
      if let first = high {
        result.append(first << 4 | digit & 15)
        high = nil
      } else {
        high = digit & 15
      }
    }
    return result
  }

  mutating func endRow() {
    isEscaped = false
    endValue()
    sketch.endRow()
    column = 0
  }

  mutating func finish() -> TableProfile { sketch.finish() }
}
