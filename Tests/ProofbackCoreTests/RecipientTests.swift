import Foundation
import ProofbackCore
import Testing

@Suite struct RecipientTests {
  private static let blob = "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
  private static let age = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"

  @Test(arguments: [
    (
      "3dc6c919 8eb2c52c d2df aa20 0c8b aa9e f102 73a2", Recipient.Kind.gpgKey,
      "3DC6C9198EB2C52CD2DFAA200C8BAA9EF10273A2"
    ),
    ("0x3AE85E83DA8D8991", .gpgKey, "3AE85E83DA8D8991"),
    (" Backup <b@shop.example> ", .gpgUser, "Backup <b@shop.example>"), ("b@shop.example", .gpgUser, "b@shop.example"),
    (age.uppercased(), .age, age), ("ssh-ed25519 \(blob) me@host", .ssh, "ssh-ed25519 \(blob)"),
    ("SHA256:\(String(repeating: "a", count: 42))A", .ssh, "SHA256:\(String(repeating: "a", count: 42))A"),
  ])
  func `each spelling is one recipient`(_ text: String, _ kind: Recipient.Kind, _ spelled: String) throws {
    let recipient = try Recipient(text)
    #expect(recipient.kind == kind && recipient.text == spelled)
    #expect(try Recipient(recipient.text) == recipient)
    #expect(try JSONDecoder().decode(Recipient.self, from: JSONEncoder().encode(recipient)) == recipient)
  }

  @Test(arguments: [
    "", " ", "-oProxyCommand=x", "--recipient", "a\u{1B}[2Jb@x", "b@shop.example\u{202E}", "0x3AE85E83",
    "DEADBEEFDEADBEEFAA",
    "age1short", "age1" + String(repeating: "-", count: 58), "ssh-dss AAAA", "ssh-ed25519 !!!!", "ssh-rsa \(blob)",
    "SHA256:short", String(repeating: "a", count: 5000),
  ])
  func `what names nobody is refused with what to write instead`(_ text: String) {
    let refused = #expect(throws: Recipient.Refused.self) { try Recipient(text) }
    #expect(refused?.fact.isEmpty == false && refused?.hint.isEmpty == false)
    #expect(refused?.fact.unicodeScalars.contains { $0.value < 32 } == false)
  }

  @Test func `a stored recipient that is none is refused when it is read`() {
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Recipient.self, from: Data("\"-x\"".utf8)) }
  }

  @Test func `who names recipients demands encryption, and who demands nothing has no policy`() throws {
    #expect(EncryptionPolicy().ifAny == nil)
    #expect(EncryptionPolicy(recipients: [try Recipient("b@x")]).ifAny?.demandsEncryption == true)
    #expect(EncryptionPolicy(isRequired: true).ifAny != nil)
  }

  @Test func `ciphers are of a closed list, under openssl's short names too`() {
    #expect(OpenSSLCipher.named("AES256") == "aes-256-cbc" && OpenSSLCipher.named("des3") == "des-ede3-cbc")
    for none in ["", "-aes-256-cbc", "aes-256-gcm", "aes-256-cbc -engine x", "aes-256-cbc\n", "rc4", "../x"] {
      #expect(OpenSSLCipher.named(none) == nil, "\(none)")
    }
    #expect(
      OpenSSLCipher.all.allSatisfy {
        OpenSSLCipher.named($0) == $0 && !$0.hasPrefix("-") && $0.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" }
      })
  }
}
