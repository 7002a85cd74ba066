import Testing

@testable import ProofbackRestore

@Suite struct TextProbeTests {
  private func probe(_ bytes: [UInt8], _ announced: String? = nil, pieces: Int = .max) -> TextProbe {
    var probe = TextProbe()
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = Array(rest.prefix(pieces))
      piece.withUnsafeBufferPointer { probe.take($0, announced: announced) }
      rest = rest.dropFirst(pieces)
    }
    return probe
  }

  private func latin1(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8(clamping: $0.value) } }

  @Test func `UTF-8 under the name of a character set of one byte is seen, and that character set is not`() {
    let text = "Grüße aus Łódź, Žižka; 王贞仪 🦉"
    #expect(probe(Array(text.utf8), "latin1").isLabelledWrongly)
    #expect(probe(Array(text.utf8), "win1252").isLabelledWrongly)
    #expect(!probe(Array(text.utf8), "utf8mb4").isLabelledWrongly)
    #expect(!probe(Array(text.utf8)).isLabelledWrongly)
    #expect(!probe(latin1("Grüße aus Köln, déjà vu, Ærø"), "latin1").isLabelledWrongly)
    #expect(!probe(Array("nothing but ASCII".utf8), "latin1").isLabelledWrongly)
  }

  @Test func `text that was made UTF-8 twice is seen, and text with a few odd characters is not`() {
    let twice = "Grüße – naïve".utf8.map { String(UnicodeScalar($0)) }.joined()
    #expect(probe(Array(String(repeating: twice, count: 5).utf8)).isEncodedTwice)
    #expect(!probe(Array(String(repeating: "Grüße – naïve Ã© ", count: 5).utf8)).isEncodedTwice)
    #expect(!probe(Array(String(repeating: "SÃO PAULO ", count: 20).utf8)).isEncodedTwice)
  }

  @Test func `what it counts does not depend on how the bytes come`() {
    let twice = "Grüße – naïve".utf8.map { String(UnicodeScalar($0)) }.joined()
    let bytes = Array((twice + "Łódź\u{FFFD}").utf8) + [0xE4, 0x20, 0xF0, 0x9F]
    for pieces in 1...7 { #expect(probe(bytes, "latin1", pieces: pieces) == probe(bytes, "latin1")) }
  }

  @Test func `binary data without control characters was filtered, and other data was not`() {
    var dice = SeededGenerator(seed: 7)
    let binary = (0..<40_000).map { _ in UInt8.random(in: 0...255, using: &dice) }
    #expect(!probe(binary).isFiltered)
    #expect(probe(binary.filter { !(1...8).contains($0) }).isFiltered)
    #expect(!probe(Array(String(repeating: "Grüße, plain text; ", count: 4000).utf8)).isFiltered)
  }
}
