import Testing

@testable import ProofbackRestore

@Suite struct ServerMessageTests {
  @Test(arguments: [
    #"E11000 duplicate key error collection: shop.users index: email_1 dup key: { email: "alice@example.org" }"#,
    #"E11000 duplicate key error dup key: { : "}{ alice@example.org" } and more"#,
    "can't extract geo keys from 'alice@example.org it's' here",
    "failed near alice@example.org", "value [ \"alice@example.org\" ] is bad",
    "card 4111111111111111 alice@example.org",
  ]) func `values do not leave`(message: String) {
    let shown = ServerMessage.redacted(message)
    #expect(!shown.contains("alice"))
    #expect(!shown.contains("4111"))
  }

  @Test func `fixed text stays, and lengths say what is gone`() {
    #expect(
      ServerMessage.redacted(#"E11000 duplicate key error collection: shop.users dup key: { email: "x" }"#)
        == "E11000 duplicate key error collection: shop.users dup key: <14 bytes>")
    #expect(
      ServerMessage.redacted("text indexes are not supported by SecantusDB")
        == "text indexes are not supported by SecantusDB")
  }

  @Test func `the checksum is CRC-64 as Go computes it`() {
    var checksum = CRC64()
    Array("12345".utf8).withUnsafeBytes { checksum.update($0) }
    Array("6789".utf8).withUnsafeBytes { checksum.update($0) }
    #expect(checksum.value == 0x995D_C9BB_DF19_39FA)
    var long = CRC64()
    Array("123456789".utf8).withUnsafeBytes { long.update($0) }
    #expect(long.value == checksum.value)
  }
}
