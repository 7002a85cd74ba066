import Foundation
import ProofbackSystem
import Testing

@testable import ProofbackRestore

/// Frame headers, read as their formats have them.
@Suite struct StatedSizeTests {
  private func head(_ script: String) async throws -> [UInt8] {
    let outcome = try await Command(
      "/bin/bash", ["-c", "(\(script)) | head -c 64 | xxd -p -c 64"], environment: Command.plainEnvironment
    ).capture(within: 60)
    let digits = Array(outcome.text.trimmingCharacters(in: .whitespacesAndNewlines))
    return stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) }
  }

  @Test(arguments: [0, 255, 256, 65_791, 65_792, 4_294_967_295, 4_294_967_296, 900_000_000_000] as [UInt64])
  func `zstd's field has one, two, four or eight bytes`(_ size: UInt64) async throws {
    let bytes = size < 100_000 ? "head -c \(size) /dev/urandom" : "cat /dev/urandom"
    let head = try await head("\(bytes) | zstd -q -c --stream-size=\(size)")
    #expect(StatedSize.ofZstd(head) == size, "\(head)")
  }

  @Test func `a header that is cut off, reserved or another frame's states nothing`() {
    let whole: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x60, 0x10, 0x27]
    #expect(StatedSize.ofZstd(whole) == 10_256)
    // A window, and a dictionary's number of two bytes.
    #expect(StatedSize.ofZstd([0x28, 0xB5, 0x2F, 0xFD, 0x42, 0x58, 1, 2, 0x10, 0x27]) == 10_256)
    for length in 0..<whole.count { #expect(StatedSize.ofZstd(Array(whole[..<length])) == nil) }
    #expect(StatedSize.ofZstd([0x28, 0xB5, 0x2F, 0xFD, 0x68, 0x10, 0x27]) == nil)
    #expect(StatedSize.ofZstd([0x50, 0x2A, 0x4D, 0x18, 4, 0, 0, 0, 1, 0, 0, 0] + whole) == nil)
    let lz4: [UInt8] = [0x04, 0x22, 0x4D, 0x18, 0x6C, 0x40, 0, 0, 0, 0, 1, 0, 0, 0, 0xAA]
    #expect(StatedSize.ofLZ4(lz4) == 1 << 32)
    for length in 0..<14 { #expect(StatedSize.ofLZ4(Array(lz4[..<length])) == nil) }
    // Another version of the format; no such flag; the legacy frame.
    #expect(StatedSize.ofLZ4([0x04, 0x22, 0x4D, 0x18, 0xAC] + lz4[5...]) == nil)
    #expect(StatedSize.ofLZ4([0x04, 0x22, 0x4D, 0x18, 0x64] + lz4[5...]) == nil)
    #expect(StatedSize.ofLZ4([0x02, 0x21, 0x4C, 0x18, 0x6C] + lz4[5...]) == nil)
  }
}
